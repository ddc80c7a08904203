/** How good a model is at a folder of meshes of known shape. */
import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { glob } from "tinyglobby";
import {
  InputError,
  type InputErrorCode,
  ModelError,
  type ModelErrorCode,
  throwIfCancelled,
} from "../core/errors.ts";
import type { GenerateSettings } from "../core/generate-settings.ts";
import type { RgbaImage } from "../core/image.ts";
import { readError } from "../files/file-errors.ts";
import { assertWritable, writeFileAtomically } from "../files/write.ts";
import { type Generator, PIPELINE_VERSION } from "../pipeline/contract.ts";
import { openDarkroom } from "./darkroom.ts";
import { type EvaluationTools, evaluateObject, type ObjectResult } from "./evaluate-object.ts";
import { findLpips, Lpips, lpipsFolder } from "./images/lpips.ts";
import { ELEVATION_DEGREES, INPUT_SIZE } from "./protocol.ts";
import {
  type Conditions,
  type DoneObject,
  type EvaluationReport,
  type ObjectOutcome,
  REPORT_VERSION,
  readDone,
  writeReport,
} from "./report.ts";
import { meanScores } from "./scores.ts";
import { F_SCORE_THRESHOLDS } from "./surfaces/surface-distance.ts";

export interface EvaluationRequest {
  /** GLBs in it and below it, +Y up and front +Z as glTF has it. */
  readonly folder: string;
  readonly generator: Generator;
  readonly settings: GenerateSettings;
  /** Number of views, 1 to 360. */
  readonly views: number;
  /** Side of the compared pictures, pixels; at least 11. */
  readonly size: number;
  /** At most so many objects, evenly spread over the folder in the order of their names. */
  readonly limit?: number | undefined;
  /** The report, written after each object; what it holds already is not done again. */
  readonly reportPath?: string | undefined;
  /** Takes a sheet of the compared pictures per object. */
  readonly picturesFolder?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: EvaluationEvent) => void) | undefined;
}

export type EvaluationEvent = { readonly done: number; readonly total: number } & (
  | { readonly type: "started"; readonly name: string }
  | { readonly type: "finished"; readonly outcome: ObjectOutcome; readonly isOld: boolean }
);

/**
 * Evaluates one object after another; one that fails stops no other. Every outcome is in the report
 * before the next object begins.
 *
 * @throws InputError when there is nothing to evaluate, no browser, or a file that cannot be written;
 * ModelError when the model fails for every picture; CancelledError.
 */
export async function evaluate(request: EvaluationRequest): Promise<EvaluationReport> {
  const { folder, generator, size, reportPath, picturesFolder, signal, onEvent } = request;
  if (picturesFolder !== undefined) await assertWritable(picturesFolder, "--out");
  if (reportPath !== undefined) await assertWritable(dirname(reportPath), "--json");
  const names = evenlySpread(await listGlbs(folder), request.limit ?? Infinity);
  const weights = lpipsFolder();
  const backbone = findLpips(weights);
  const conditions = conditionsOf(request, backbone ?? null);
  const old =
    reportPath === undefined
      ? new Map<string, DoneObject>()
      : await readDone(reportPath, conditions);

  const outcomes = new Map<string, ObjectOutcome>(old);
  const report = () => reportOf(conditions, names, outcomes);
  const darkroom = await openDarkroom(signal);
  let lpips: Lpips | undefined;
  try {
    if (backbone !== undefined) lpips = await Lpips.open(backbone, weights, size);
    const tools: EvaluationTools = { generator, darkroom, lpips };
    for (const [done, name] of names.entries()) {
      throwIfCancelled(signal);
      onEvent?.({ type: "started", name, done, total: names.length });
      const outcome = await evaluateFile(name, request, tools, old.get(name));
      outcomes.set(name, outcome);
      if (reportPath !== undefined) await writeReport(reportPath, report());
      const isOld = outcome === old.get(name);
      onEvent?.({ type: "finished", outcome, isOld, done: done + 1, total: names.length });
    }
    return report();
  } finally {
    await lpips?.close();
    await darkroom.close();
  }
}

/** What an interrupted run has not reached yet keeps its former outcome. */
function reportOf(
  conditions: Conditions,
  names: readonly string[],
  outcomes: ReadonlyMap<string, ObjectOutcome>,
): EvaluationReport {
  const objects = names.flatMap((name) => outcomes.get(name) ?? []);
  const done = objects.filter((object) => object.status === "done");
  const mean = meanScores(done.map(({ scores }) => scores));
  return { version: REPORT_VERSION, conditions, mean, objects };
}

async function evaluateFile(
  name: string,
  request: EvaluationRequest,
  tools: EvaluationTools,
  former: DoneObject | undefined,
): Promise<ObjectOutcome> {
  let result: ObjectResult;
  let sha256: string;
  try {
    const glb = await readGlbFile(join(request.folder, name), name);
    sha256 = createHash("sha256").update(glb).digest("hex");
    if (former?.sha256 === sha256) return former;
    result = await evaluateObject({ ...request, glb }, tools);
  } catch (error) {
    if (!isFaultOfObject(error)) throw error;
    return { status: "failed", name, error: { code: error.code, message: error.message } };
  }
  if (request.picturesFolder !== undefined) {
    const path = join(request.picturesFolder, `${name.replace(/\.glb$/i, "")}.png`);
    const sheet = pictureSheet(Object.values(result.pictures));
    await writeFileAtomically(path, await tools.darkroom.encodePng(sheet));
  }
  return { status: "done", name, sha256, warnings: [...result.warnings], scores: result.scores };
}

/** With other codes every object would fail: the disk is full, the model cannot be run. */
const INPUT_FAULTS: readonly InputErrorCode[] = [
  ...(["not-found", "no-permission", "unreadable"] as const),
  ...(["unsupported", "too-large", "empty-picture"] as const),
];
const MODEL_FAULTS: readonly ModelErrorCode[] = ["no-surface", "bad-value"];

function isFaultOfObject(error: unknown): error is InputError | ModelError {
  if (error instanceof InputError) return INPUT_FAULTS.includes(error.code);
  return error instanceof ModelError && MODEL_FAULTS.includes(error.code);
}

async function readGlbFile(path: string, name: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw readError(error, name);
  }
}

/** Paths of the GLBs below `folder`, with forward slashes, in alphabetical order. */
async function listGlbs(folder: string): Promise<string[]> {
  let isFolder: boolean;
  try {
    isFolder = (await stat(folder)).isDirectory();
  } catch (error) {
    throw readError(error, folder);
  }
  const names = isFolder
    ? await glob("**/*.glb", { cwd: folder, caseSensitiveMatch: false, expandDirectories: false })
    : [];
  if (names.length > 0) return names.sort();
  throw new InputError("bad-option", `${folder}: holds no GLB — name a folder of them`);
}

function evenlySpread(names: readonly string[], limit: number): readonly string[] {
  if (names.length <= limit) return names;
  return Array.from({ length: limit }, (_, i) => names[Math.floor((i * names.length) / limit)]);
}

function conditionsOf(
  { generator, settings, views, size }: EvaluationRequest,
  lpips: Conditions["lpips"],
): Conditions {
  const { id, weightsSha256, precision } = generator.model;
  return {
    model: { id, weightsSha256, precision },
    pipelineVersion: PIPELINE_VERSION,
    settings: { ...settings },
    views,
    elevationDegrees: ELEVATION_DEGREES,
    size,
    inputSize: INPUT_SIZE,
    lpips,
    fScoreThresholds: [...F_SCORE_THRESHOLDS],
  };
}

/** A row for each list of pictures of one size. */
function pictureSheet(rows: readonly (readonly RgbaImage[])[]): RgbaImage {
  const side = rows[0][0].width;
  const width = side * rows[0].length;
  const height = side * rows.length;
  const data = new Uint8Array(4 * width * height);
  for (const [row, pictures] of rows.entries()) {
    for (const [column, picture] of pictures.entries()) {
      for (let y = 0; y < side; y++) {
        const line = picture.data.subarray(4 * y * side, 4 * (y + 1) * side);
        data.set(line, 4 * ((row * side + y) * width + column * side));
      }
    }
  }
  return { width, height, data };
}
