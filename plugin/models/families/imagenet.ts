import { add } from "../../graph/ops/add.ts";
import { constant } from "../../graph/ops/constant.ts";
import { mul } from "../../graph/ops/mul.ts";
import type { Tensor } from "../../graph/tensor.ts";

/** Mean and standard deviation of ImageNet's pictures per channel, red first. */
export const IMAGENET_MEAN: readonly number[] = [0.485, 0.456, 0.406];
export const IMAGENET_STD: readonly number[] = [0.229, 0.224, 0.225];

/** (picture - mean) / std of a picture (1, 3, S, S), 0..1. */
export function normaliseAsImageNet(picture: Tensor): Tensor {
  const perChannel = (values: readonly number[]): Tensor =>
    constant([1, 3, 1, 1], Float32Array.from(values));
  const centred = add(picture, perChannel(IMAGENET_MEAN.map((mean) => -mean)));
  return mul(centred, perChannel(IMAGENET_STD.map((std) => 1 / std)));
}
