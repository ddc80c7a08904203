/**
 * Checkpoints compiled to ONNX files, kept in the cache folder. A compiled model is a folder that
 * appears complete by one rename, so that processes can compile the same model at the same time.
 */
import { mkdir, mkdtemp, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { throwIfCancelled } from "../core/errors.ts";
import { sha256 } from "../files/hash.ts";
import { replaceFile } from "../files/write.ts";
import type { OnnxPart } from "../graph/onnx-file.ts";
import { type GraphForm, PLAIN_FORM } from "../graph/tensor.ts";
import { type EncodedWeight, encodeWeight } from "../graph/weight-encoding.ts";
import { readRecord } from "./cache-record.ts";
import type { Checkpoint } from "./checkpoint/checkpoint.ts";
import { readFinite } from "./checkpoint/read-finite.ts";
import { DRAFT_MARK, removeStaleDrafts } from "./drafts.ts";
import { FILE_STAMP, type FileStamp, sameStamp, stampOf } from "./file-stamp.ts";
import { inCacheFolder } from "./folder-errors.ts";
import { type LrmModel, withCheckpoint } from "./lrm.ts";

/** Raised whenever the ONNX written for the same config changes; a test pins it to the bytes. */
export const COMPILER_VERSION = 3;

const MODEL_FILE = "model.onnx";
const WEIGHTS_FILE = "weights.bin";
const STAMPS_FILE = "stamps.json";
const STAMPS = z.record(z.string(), FILE_STAMP);

export interface CompiledModel {
  /** An ONNX file: `picture` (1, 3, S, S) in, `planes` (1, 3, C, H, W) out. */
  readonly path: string;
  /** False when it was in the cache. */
  readonly built: boolean;
}

export interface CompileOptions {
  readonly signal?: AbortSignal | undefined;
  /** Replaces what is in the cache, however sound it looks. */
  readonly rebuild?: boolean;
  /** Bytes of weights above which they go to a side file. Default 1.5 GB. */
  readonly externalThreshold?: number;
  /** What differs from f32 with fused attention. */
  readonly form?: Partial<GraphForm> | undefined;
}

/**
 * The model's encoder as an ONNX file, from the cache or compiled now. One tensor at a time is in
 * memory.
 *
 * @throws ModelError when the checkpoint does not fit its config, InputError when the cache folder
 * cannot be written, CancelledError.
 */
export async function compileModel(
  model: LrmModel,
  cacheDir: string,
  options: CompileOptions = {},
): Promise<CompiledModel> {
  const folder = join(cacheDir, "compiled", cacheKey(model, options.form ?? {}));
  const path = join(folder, MODEL_FILE);
  return inCacheFolder(cacheDir, async () => {
    if (options.rebuild !== true && (await isIntact(folder))) return { path, built: false };
    await mkdir(dirname(folder), { recursive: true });
    await removeStaleDrafts(dirname(folder));
    const draft = await mkdtemp(join(dirname(folder), DRAFT_MARK));
    try {
      await writeModel(model, draft, options);
      await publish(draft, folder, options.rebuild === true);
    } finally {
      await rm(draft, { recursive: true, force: true });
    }
    return { path, built: true };
  });
}

function cacheKey({ weightsSha256, architecture }: LrmModel, form: Partial<GraphForm>): string {
  const { family, config } = architecture;
  const key = [COMPILER_VERSION, { ...PLAIN_FORM, ...form }, weightsSha256, family, config];
  return sha256(JSON.stringify(key)).slice(0, 32);
}

async function isIntact(folder: string): Promise<boolean> {
  const stamps = await readRecord(join(folder, STAMPS_FILE), STAMPS);
  if (stamps === undefined) return false;
  const checks = Object.entries(stamps).map(async ([name, stamp]) =>
    sameStamp(stamp, await stampOf(join(folder, name))),
  );
  return (await Promise.all(checks)).every(Boolean);
}

async function writeModel(model: LrmModel, folder: string, options: CompileOptions): Promise<void> {
  const { serialise } = await import("../graph/onnx.ts");
  const { planes } = model.architecture.build();
  const { parts, externalParts } = serialise(
    { planes },
    {
      externalName: WEIGHTS_FILE,
      externalThreshold: options.externalThreshold,
      form: options.form,
    },
  );
  const stamps: Record<string, FileStamp | undefined> = {};
  await withCheckpoint(model, async (checkpoint) => {
    const weights = new WeightReader(checkpoint);
    const write = async (name: string, content: readonly OnnxPart[]): Promise<void> => {
      await writeParts(join(folder, name), content, weights, options.signal);
      stamps[name] = await stampOf(join(folder, name));
    };
    await write(MODEL_FILE, parts);
    if (externalParts.length > 0) await write(WEIGHTS_FILE, externalParts);
  });
  await replaceFile(join(folder, STAMPS_FILE), (file) => file.writeFile(JSON.stringify(stamps)));
}

async function writeParts(
  path: string,
  parts: readonly OnnxPart[],
  weights: WeightReader,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(path, "wx");
  try {
    for (const part of parts) {
      throwIfCancelled(signal);
      await file.writeFile(part instanceof Uint8Array ? part : await weights.encode(part));
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Encodes weights of a checkpoint. Parts and encodings of one tensor follow one another, so that
 * remembering the last one is enough to read each once.
 */
class WeightReader {
  readonly #checkpoint: Checkpoint;
  #last: { readonly name: string; readonly values: Float32Array } | undefined;

  constructor(checkpoint: Checkpoint) {
    this.#checkpoint = checkpoint;
  }

  async encode(weight: EncodedWeight): Promise<Uint8Array> {
    const name = weight.parameter.stored;
    if (this.#last?.name !== name) {
      this.#last = undefined;
      this.#last = { name, values: await readFinite(this.#checkpoint, name) };
    }
    return encodeWeight(weight, this.#last.values);
  }
}

const PUBLISH_ATTEMPTS = 3;

/** Renames the draft to `folder`; a sound folder of another process stays unless `replace`. */
async function publish(draft: string, folder: string, replace: boolean): Promise<void> {
  if (replace) await rm(folder, { recursive: true, force: true });
  for (let attempt = 1; ; attempt++) {
    try {
      return await rename(draft, folder);
    } catch (error) {
      if (await isIntact(folder)) return;
      if (attempt === PUBLISH_ATTEMPTS) throw error;
      await rm(folder, { recursive: true, force: true });
    }
  }
}
