/**
 * Stand-ins of random numbers for the files of LPIPS v0.1 and torchvision, with their names, layout
 * and tensors; of the classifier, which LPIPS does not use and which is 60 to 500 MB, the biases.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { LpipsBackbone } from "../../plugin/evaluation/images/lpips-graph.ts";
import { det } from "./det.ts";
import { call, dict, global, ORDERED_DICT, type ToPickle, tensor, tuple } from "./pickle.ts";
import { encodeLegacyTorch, legacyStorage, storedNumbers } from "./torch-legacy.ts";

interface Floats {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

type Entry = readonly [name: string, floats: Floats];
export type Weights = ReadonlyMap<string, Floats>;

/** The convolutions of torchvision's `features`: index, channels in and out, side. */
type Convolution = readonly [index: number, from: number, to: number, side: number];

interface Network {
  readonly backboneFile: string;
  readonly weightsFile: string;
  readonly convolutions: readonly Convolution[];
  /** Channels at the places where features are compared. */
  readonly taps: readonly number[];
}

export const LPIPS_NETWORKS: Readonly<Record<LpipsBackbone, Network>> = {
  alex: {
    backboneFile: "alexnet-owt-7be5be79.pth",
    weightsFile: "alex.pth",
    convolutions: [
      [0, 3, 64, 11],
      [3, 64, 192, 5],
      [6, 192, 384, 3],
      [8, 384, 256, 3],
      [10, 256, 256, 3],
    ],
    taps: [64, 192, 384, 256, 256],
  },
  vgg: {
    backboneFile: "vgg16-397923af.pth",
    weightsFile: "vgg.pth",
    convolutions: [
      [0, 3, 64, 3],
      [2, 64, 64, 3],
      [5, 64, 128, 3],
      [7, 128, 128, 3],
      [10, 128, 256, 3],
      [12, 256, 256, 3],
      [14, 256, 256, 3],
      [17, 256, 512, 3],
      [19, 512, 512, 3],
      [21, 512, 512, 3],
      [24, 512, 512, 3],
      [26, 512, 512, 3],
      [28, 512, 512, 3],
    ],
    taps: [64, 128, 256, 512, 512],
  },
};

/** A backbone that keeps values in range, and non-negative weights of its features. */
export function randomLpips(network: LpipsBackbone): { backbone: Weights; lin: Weights } {
  const { convolutions, taps } = LPIPS_NETWORKS[network];
  const backbone = convolutions.flatMap(([index, from, to, side]) => [
    random(`features.${index}.weight`, [to, from, side, side], Math.sqrt(6 / (from * side * side))),
    random(`features.${index}.bias`, [to], 0.05),
  ]);
  const lin = taps.map((channels, k): Entry => {
    const [name, { shape, values }] = random(`lin${k}.model.1.weight`, [1, channels, 1, 1], 1);
    return [name, { shape, values: values.map(Math.abs) }];
  });
  return { backbone: new Map(backbone), lin: new Map(lin) };
}

/** Other numbers for each length of a name and each shape. */
function random(name: string, shape: readonly number[], scale: number): Entry {
  return [name, { shape, values: det(shape, 100 * name.length + shape[0], scale) }];
}

/** Writes the two files, as they are published, into `folder`. */
export async function writeLpipsFiles(folder: string, network: LpipsBackbone): Promise<void> {
  const { backbone, lin } = randomLpips(network);
  const { backboneFile, weightsFile } = LPIPS_NETWORKS[network];
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, backboneFile), encodeBackbone(backbone));
  await writeFile(join(folder, weightsFile), encodeLin(lin));
}

/** By Python 3 and an early PyTorch. */
function encodeBackbone(features: Weights): Uint8Array {
  const sizes = { 1: 4096, 4: 4096, 6: 1000 };
  const biases = Object.entries(sizes).map(([k, size]) =>
    random(`classifier.${k}.bias`, [size], 1),
  );
  const weights: Weights = new Map([...features, ...biases]);
  const saved = Object.fromEntries(
    [...weights].map(([name, { shape }], i) => [name, tensor(storageOf(weights, i), shape)]),
  );
  return encodeLegacyTorch(dict(saved), storagesOf(weights));
}

/** By Python 2, on a GPU. */
function encodeLin(weights: Weights): Uint8Array {
  const entries = [...weights].map(([name, { shape }], i) => {
    const strides = [shape[1], 1, 1, 1];
    const view = [storageOf(weights, i), 0, tuple(...shape), tuple(...strides)];
    return [name, call(global("torch._utils", "_rebuild_tensor_v2"), ...view, false, null)];
  });
  const versions = call(ORDERED_DICT, [["", dict({ version: 1 })]]);
  const saved = { build: call(ORDERED_DICT, entries), state: dict({ _metadata: versions }) };
  return encodeLegacyTorch(saved, storagesOf(weights), { protocol: "python2" });
}

/** Keys were addresses. */
const keyOf = (index: number): string => `${1_900_000_000 + 64 * index}`;

function storageOf(weights: Weights, index: number): ToPickle {
  const { values } = [...weights.values()][index];
  return legacyStorage("Float", keyOf(index), BigInt(values.length));
}

function storagesOf(weights: Weights) {
  return Object.fromEntries(
    [...weights.values()].map(({ values }, i) => [keyOf(i), storedNumbers(values)]),
  );
}
