/**
 * Installs a model: its file is fetched, checked and, unless it is safetensors or ONNX already,
 * converted, all in a draft; nothing of it can be seen before it is sound.
 */
import { rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { ModelError, throwIfCancelled } from "../core/errors.ts";
import { elementCount } from "../graph/shapes.ts";
import type { Architecture, Family } from "./architecture.ts";
import type { Checkpoint } from "./checkpoint/checkpoint.ts";
import { openCheckpoint } from "./checkpoint/open.ts";
import { readFinite } from "./checkpoint/read-finite.ts";
import { SafetensorsFile } from "./checkpoint/safetensors.ts";
import { type TensorToWrite, writeSafetensors } from "./checkpoint/write-safetensors.ts";
import { assertFreeSpace } from "./disk-space.ts";
import {
  architectureOf,
  encodeModelConfig,
  type ModelSizes,
  parseModelConfig,
} from "./families/config.ts";
import { recogniseModel } from "./families/recognise.ts";
import { hashContent } from "./file-hash.ts";
import { stampOf } from "./file-stamp.ts";
import { inModelsFolder } from "./folder-errors.ts";
import { type FileRecord, MANIFEST_VERSION, type Manifest, WEIGHTS_FILES } from "./manifest.ts";
import { type Source, type SourceFile, type SourceOptions, withSource } from "./source.ts";
import {
  findInstalled,
  type InstalledModel,
  makeDraft,
  publish,
  refuseForeignFolder,
} from "./store.ts";
import { checkTensors } from "./weights.ts";

export interface InstallRequest extends Pick<Manifest, "id" | "name" | "kind" | "licence"> {
  readonly source: Source;
  /** What a model of the registry must be. */
  readonly sizes?: ModelSizes | undefined;
  /** Text of a config.json that came with the weights. */
  readonly config?: string | undefined;
}

const CONFIG_FILE = "config.json";

/**
 * @throws ModelError when the file is not what it should be, InputError when it is not there or the
 * disk refuses, CancelledError; nothing is installed then.
 */
export async function install(
  request: InstallRequest,
  options: SourceOptions,
): Promise<InstalledModel> {
  const { modelsDir } = options;
  await inModelsFolder(modelsDir, async () => {
    await refuseForeignFolder(request.id, modelsDir);
    await withSource(request.source, options, async (file) => {
      const draft = await makeDraft(modelsDir);
      try {
        const files =
          request.kind === "matte"
            ? { [WEIGHTS_FILES.matte]: await take(file, join(draft, WEIGHTS_FILES.matte)) }
            : await prepareLrm(file, draft, request, options);
        await publish(draft, manifestOf(request, file, files), modelsDir);
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
    });
  });
  const installed = await findInstalled(request.id, modelsDir);
  if (installed !== undefined) return installed;
  throw new ModelError(
    "unknown-model",
    `model ${request.id}: removed by another process meanwhile — add it again`,
  );
}

/** Checks everything a reader of the model will rely on, then puts weights and config in `draft`. */
async function prepareLrm(
  file: SourceFile,
  draft: string,
  request: InstallRequest,
  options: SourceOptions,
): Promise<Manifest["files"]> {
  const configPath = join(draft, CONFIG_FILE);
  const weightsPath = join(draft, WEIGHTS_FILES.lrm);
  const checkpoint = await openCheckpoint(file.path);
  const isReady = checkpoint instanceof SafetensorsFile;
  try {
    const { config, architecture } = identify(basename(file.path), checkpoint, request);
    checkTensors(basename(file.path), architecture.build().parameters, checkpoint.tensors);
    if (isReady) await checkValues(checkpoint, options);
    else await convert(checkpoint, weightsPath, options);
    await writeFile(configPath, config);
  } finally {
    await checkpoint.close();
  }
  return {
    [CONFIG_FILE]: await recordOf(configPath),
    [WEIGHTS_FILES.lrm]: isReady ? await take(file, weightsPath) : await recordOf(weightsPath),
  };
}

async function take(file: SourceFile, path: string): Promise<FileRecord> {
  await file.moveTo(path);
  const { bytes, sha256 } = file.record;
  return { bytes, sha256 };
}

interface Identity {
  /** Text of config.json. */
  readonly config: string;
  readonly architecture: Architecture;
}

function identify(file: string, checkpoint: Checkpoint, request: InstallRequest): Identity {
  const { name, licence, sizes: expected, config } = request;
  if (config !== undefined) {
    return { config, architecture: parseModelConfig(config, CONFIG_FILE).architecture };
  }
  const found = recogniseModel(file, checkpoint.tensors);
  if (expected !== undefined && found.family !== expected.family) {
    throw wrongFamily(file, found.family, request);
  }
  const sizes = expected ?? found;
  return {
    config: encodeModelConfig({ ...sizes, name, licence }),
    architecture: architectureOf(sizes),
  };
}

function wrongFamily(file: string, family: Family, { id }: InstallRequest): ModelError {
  return new ModelError(
    "mismatch",
    `${file}: holds a ${family} model, not ${id} — give the right file, or another --id`,
  );
}

async function checkValues(checkpoint: Checkpoint, options: SourceOptions): Promise<void> {
  const read = finiteReader(checkpoint, "check", options);
  for (const name of checkpoint.tensors.keys()) {
    throwIfCancelled(options.signal);
    await read(name);
  }
}

async function convert(
  checkpoint: Checkpoint,
  path: string,
  options: SourceOptions,
): Promise<void> {
  const tensors = [...checkpoint.tensors].map(([name, { dtype, shape }]): TensorToWrite => {
    return { name, dtype: dtype === "F16" || dtype === "BF16" ? dtype : "F32", shape };
  });
  await assertFreeSpace(options.modelsDir, floatBytes(checkpoint), WEIGHTS_FILES.lrm);
  const read = finiteReader(checkpoint, "convert", options);
  await writeSafetensors(path, tensors, read, { signal: options.signal });
}

/** Reads tensors that must be finite, and reports how many bytes, as f32, have been read. */
function finiteReader(
  checkpoint: Checkpoint,
  step: "check" | "convert",
  { onProgress }: SourceOptions,
): (name: string) => Promise<Float32Array> {
  const totalBytes = floatBytes(checkpoint);
  let bytes = 0;
  return async (name) => {
    const values = await readFinite(checkpoint, name);
    bytes += values.byteLength;
    onProgress?.({ step, bytes, totalBytes });
    return values;
  };
}

function floatBytes({ tensors }: Checkpoint): number {
  return [...tensors.values()].reduce((sum, { shape }) => sum + 4 * elementCount(shape), 0);
}

function manifestOf(
  { id, name, kind, licence }: InstallRequest,
  { record }: SourceFile,
  files: Manifest["files"],
): Manifest {
  return { version: MANIFEST_VERSION, id, name, kind, licence, source: record, files };
}

async function recordOf(path: string): Promise<FileRecord> {
  const bytes = (await stampOf(path))?.size ?? 0;
  return { bytes, sha256: await hashContent(path) };
}
