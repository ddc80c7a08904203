/** The JSON file of an evaluation: its result for machines, and where a later run takes up. */
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { InputError } from "../core/errors.ts";
import { PRECISIONS, type Precision } from "../core/precision.ts";
import { readError } from "../files/file-errors.ts";
import { writeFileAtomically } from "../files/write.ts";
import { LPIPS_BACKBONES, type LpipsBackbone } from "./images/lpips-graph.ts";
import { SCORES, type Scores } from "./scores.ts";

/** Raised when a field changes its meaning or goes away. */
export const REPORT_VERSION = 1;

/** All that scores depend on beside the object; scores of other conditions are not comparable. */
export interface Conditions {
  readonly model: {
    readonly id: string;
    readonly weightsSha256: string;
    readonly precision: Precision;
  };
  readonly pipelineVersion: number;
  /** The pipeline's settings. */
  readonly settings: Readonly<Record<string, z.core.util.JSONType>>;
  readonly views: number;
  readonly elevationDegrees: number;
  /** Side of the compared pictures, pixels. */
  readonly size: number;
  /** Side of the picture the model is given, pixels. */
  readonly inputSize: number;
  readonly lpips: LpipsBackbone | null;
  readonly fScoreThresholds: readonly number[];
}

export interface DoneObject {
  readonly status: "done";
  /** Path below the folder of models, with forward slashes. */
  readonly name: string;
  readonly sha256: string;
  readonly warnings: readonly string[];
  readonly scores: Scores;
}

export interface FailedObject {
  readonly status: "failed";
  readonly name: string;
  readonly error: { readonly code: string; readonly message: string };
}

export type ObjectOutcome = DoneObject | FailedObject;

export interface EvaluationReport {
  readonly version: typeof REPORT_VERSION;
  readonly conditions: Conditions;
  /** Over the objects that are done; null when none is. */
  readonly mean: Scores | null;
  readonly objects: readonly ObjectOutcome[];
}

const CONDITIONS: z.ZodType<Conditions> = z.strictObject({
  model: z.strictObject({
    id: z.string(),
    weightsSha256: z.string(),
    precision: z.enum(PRECISIONS),
  }),
  pipelineVersion: z.number(),
  settings: z.record(z.string(), z.json()),
  views: z.number(),
  elevationDegrees: z.number(),
  size: z.number(),
  inputSize: z.number(),
  lpips: z.enum(LPIPS_BACKBONES).nullable(),
  fScoreThresholds: z.array(z.number()),
});

const OBJECT: z.ZodType<ObjectOutcome> = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("done"),
    name: z.string(),
    sha256: z.string(),
    warnings: z.array(z.string()),
    scores: SCORES,
  }),
  z.strictObject({
    status: z.literal("failed"),
    name: z.string(),
    error: z.strictObject({ code: z.string(), message: z.string() }),
  }),
]);

const REPORT: z.ZodType<EvaluationReport> = z.strictObject({
  version: z.literal(REPORT_VERSION),
  conditions: CONDITIONS,
  mean: SCORES.nullable(),
  objects: z.array(OBJECT),
});

export function reportText(report: EvaluationReport): string {
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** @throws InputError when the file cannot be written. */
export function writeReport(path: string, report: EvaluationReport): Promise<void> {
  return writeFileAtomically(path, reportText(report));
}

/**
 * What an earlier run under the same conditions has done, by name; nothing when there is no file or
 * its conditions were others.
 *
 * @throws InputError when the file is something else, which must not be overwritten.
 */
export async function readDone(
  path: string,
  conditions: Conditions,
): Promise<ReadonlyMap<string, DoneObject>> {
  const report = await readReport(path);
  if (report === undefined || !isDeepStrictEqual(report.conditions, conditions)) return new Map();
  const done = report.objects.filter((object) => object.status === "done");
  return new Map(done.map((object) => [object.name, object]));
}

async function readReport(path: string): Promise<EvaluationReport | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    const error = readError(cause, path);
    if (error instanceof InputError && error.code === "not-found") return undefined;
    throw error;
  }
  const parsed = REPORT.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new InputError(
    "bad-option",
    `${path}: not a report of this version's evaluations — remove it or choose another file with --json`,
    { cause: parsed.error },
  );
}

/** Undefined, which no schema takes, when it is none. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
