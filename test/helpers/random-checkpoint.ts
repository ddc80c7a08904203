import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { elementCount } from "../../plugin/graph/shapes.ts";
import type { Shape } from "../../plugin/graph/tensor.ts";
import { writeSafetensors } from "../../plugin/models/checkpoint/write-safetensors.ts";
import {
  architectureOf,
  encodeModelConfig,
  type ModelSizes,
} from "../../plugin/models/families/config.ts";

/**
 * Writes a model folder of the given family and sizes, its weights drawn so that values keep their
 * magnitude through the depth; the same seed gives the same bytes. One tensor at a time is in memory.
 */
export async function writeRandomModel(
  folder: string,
  sizes: ModelSizes,
  seed: number,
): Promise<void> {
  await writeModel(folder, sizes, (name, shape) => randomValues(name, shape, seed));
}

/** Writes a model folder whose tensors have the values that `valuesOf` gives them. */
export async function writeModel(
  folder: string,
  sizes: ModelSizes,
  valuesOf: (name: string, shape: Shape) => Float32Array,
): Promise<void> {
  const name = `test ${sizes.family}`;
  const licence = { spdx: "CC0-1.0", commercialUse: true, source: "made for a test" };
  await writeFile(join(folder, "config.json"), encodeModelConfig({ ...sizes, name, licence }));
  const { parameters } = architectureOf(sizes).build();
  const shapes = new Map([...parameters].map(([key, { shape }]) => [key, shape]));
  await writeSafetensors(
    join(folder, "model.safetensors"),
    [...shapes].map(([key, shape]) => ({ name: key, dtype: "F32", shape })),
    async (key) => valuesOf(key, shapes.get(key) ?? []),
  );
}

/** Learned tokens and positions, which no input is multiplied by. */
const TOKENS = /(token|tokens|pos_embed|position_embeddings|tokenizer\.embeddings)$/;
/** Transposed convolutions sum over their first axis. */
const UPSAMPLING = /(deconv|upsampler|upsample)\.weight$/;

function randomValues(name: string, shape: Shape, seed: number): Float32Array {
  const values = new Float32Array(elementCount(shape));
  if (TOKENS.test(name)) return fillUniform(values, 1, seedOf(name, seed));
  if (shape.length === 1) return name.endsWith("bias") ? values : values.fill(1);
  const fanIn = UPSAMPLING.test(name) ? shape[0] : values.length / shape[0];
  return fillUniform(values, 1 / Math.sqrt(fanIn), seedOf(name, seed));
}

/** Evenly distributed around 0 with the standard deviation `deviation`, from Marsaglia's xorshift. */
function fillUniform(values: Float32Array, deviation: number, seed: number): Float32Array {
  const scale = (deviation * Math.sqrt(3)) / 2 ** 31;
  let state = seed;
  for (let i = 0; i < values.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    values[i] = state * scale;
  }
  return values;
}

/** Not 0, from which xorshift would never move; FNV-1a of the name. */
function seedOf(name: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (const byte of Buffer.from(name)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash | 1;
}
