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

/** The tokens that become planes. */
const PLANE_TOKENS = /^((transformer\.)?pos_embed|tokenizer\.embeddings)$/;
/** Other learned tokens and positions, which no input is multiplied by either. */
const TOKENS = /(token|tokens|pos_embed|position_embeddings)$/;
/** Transposed convolutions sum over their first axis; here all four texels of a token are alike. */
const UPSAMPLING = /(deconv|upsampler|upsample)\.weight$/;

/** Radians per plane, about, of the waves in the tokens of planes. */
const WAVES = 3;

function randomValues(name: string, shape: Shape, seed: number): Float32Array {
  const own = seedOf(name, seed);
  const values = new Float32Array(elementCount(shape));
  if (PLANE_TOKENS.test(name)) return fillWaves(values, shape, own);
  if (TOKENS.test(name)) return fillUniform(values, 1, own);
  if (shape.length === 1) return name.endsWith("bias") ? values : values.fill(1);
  if (UPSAMPLING.test(name)) {
    const kernels = fillUniform(
      new Float32Array(shape[0] * shape[1]),
      1 / Math.sqrt(shape[0]),
      own,
    );
    return values.map((_, i) => kernels[i >> 2]);
  }
  return fillUniform(values, 1 / Math.sqrt(values.length / shape[0]), own);
}

/**
 * A wave over each plane in each channel, (1, 3 L L, D) or (3, D, L, L). Neighbouring tokens are
 * alike, as trained ones are: noise would become a surface of millions of triangles.
 */
function fillWaves(values: Float32Array, shape: Shape, seed: number): Float32Array {
  const channelsLast = shape.length === 3;
  const width = channelsLast ? shape[2] : shape[1];
  const area = values.length / (3 * width);
  const side = Math.sqrt(area);
  const waves = fillUniform(new Float32Array(3 * 3 * width), 1, seed);
  for (let i = 0; i < values.length; i++) {
    const cell = (channelsLast ? Math.floor(i / width) : i) % area;
    const channel = channelsLast ? i % width : Math.floor(i / area) % width;
    const wave = 3 * (Math.floor(i / (area * width)) * width + channel);
    const [row, column] = [Math.floor(cell / side) / side, (cell % side) / side];
    const phase =
      WAVES * (waves[wave] * row + waves[wave + 1] * column) + Math.PI * waves[wave + 2];
    values[i] = Math.SQRT2 * Math.cos(phase);
  }
  return values;
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
