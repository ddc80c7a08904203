import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { MATTE_NETWORK, MATTE_SIZE } from "../../plugin/core/matte-network.ts";
import { fileBytes, serialise } from "../../plugin/graph/onnx.ts";
import { add } from "../../plugin/graph/ops/add.ts";
import { constant } from "../../plugin/graph/ops/constant.ts";
import { input } from "../../plugin/graph/ops/input.ts";
import { mul } from "../../plugin/graph/ops/mul.ts";
import { sigmoid } from "../../plugin/graph/ops/sigmoid.ts";
import { slice } from "../../plugin/graph/ops/slice.ts";
import type { Tensor } from "../../plugin/graph/tensor.ts";
import { MANIFEST_VERSION, type Manifest, WEIGHTS_FILES } from "../../plugin/models/manifest.ts";

const PIXELS = MATTE_SIZE ** 2;

/** A stand-in for the matte network: red minus half of blue stands out. */
export function redness(): Uint8Array {
  return onnxBytes(rednessOf(PICTURE));
}

/** A stand-in that is as sure of itself as the real one: what is red enough is the object. */
export function redObject(): Uint8Array {
  const isRed = add(rednessOf(PICTURE), number(-0.2));
  return onnxBytes(sigmoid(mul(isRed, number(20))));
}

const PICTURE = input("input_image", [1, 3, MATTE_SIZE, MATTE_SIZE]);
const number = (value: number) => constant([1], Float32Array.of(value));

function rednessOf(picture: Tensor): Tensor {
  return add(slice(picture, 1, 0, 1), mul(slice(picture, 1, 2, 3), number(-0.5)));
}

/** What {@link redness} computes. */
export async function segmentRedness(picture: Float32Array): Promise<Float32Array> {
  const salience = picture.slice(0, PIXELS);
  for (let p = 0; p < PIXELS; p++) salience[p] -= 0.5 * picture[2 * PIXELS + p];
  return salience;
}

export function onnxBytes(output: Tensor): Uint8Array {
  return fileBytes(serialise({ output }));
}

/** Installs an ONNX file as the matte network into a models folder. */
export async function installMatteNetwork(modelsDir: string, onnx: Uint8Array): Promise<void> {
  const folder = join(modelsDir, MATTE_NETWORK);
  const file = { bytes: onnx.length, sha256: createHash("sha256").update(onnx).digest("hex") };
  const manifest: Manifest = {
    version: MANIFEST_VERSION,
    id: MATTE_NETWORK,
    name: "stand-in",
    kind: "matte",
    licence: { spdx: "Apache-2.0", commercialUse: true, source: "the tests" },
    source: { ...file, from: "the tests" },
    files: { [WEIGHTS_FILES.matte]: file },
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, WEIGHTS_FILES.matte), onnx);
  await writeFile(join(folder, "manifest.json"), JSON.stringify(manifest));
}
