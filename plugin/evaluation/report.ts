/** The JSON file of an evaluation: its result for machines, and where a later run takes up. */
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { InputError } from "../core/errors.ts";
import { PRECISIONS } from "../core/precision.ts";
import { readError } from "../files/file-errors.ts";
import { writeFileAtomically } from "../files/write.ts";
import { LPIPS_BACKBONES } from "./images/lpips-graph.ts";
import { SCORES } from "./scores.ts";

/** Raised when a field changes its meaning or goes away. */
export const REPORT_VERSION = 1;

/** All that scores depend on beside the object; scores of other conditions are not comparable. */
const CONDITIONS = z.strictObject({
  model: z.strictObject({
    id: z.string(),
    weightsSha256: z.string(),
    precision: z.enum(PRECISIONS),
  }),
  pipelineVersion: z.number(),
  /** The pipeline's settings. */
  settings: z.record(z.string(), z.json()),
  views: z.number(),
  elevationDegrees: z.number(),
  /** Side of the compared pictures, pixels. */
  size: z.number(),
  /** Side of the picture the model is given, pixels. */
  inputSize: z.number(),
  lpips: z.enum(LPIPS_BACKBONES).nullable(),
  fScoreThresholds: z.array(z.number()),
});

const OBJECT = z.discriminatedUnion("status", [
  z.strictObject({
    status: z.literal("done"),
    /** Path below the folder of models, with forward slashes. */
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

const REPORT = z.strictObject({
  version: z.literal(REPORT_VERSION),
  conditions: CONDITIONS,
  /** Over the objects that are done; null when none is. */
  mean: SCORES.nullable(),
  objects: z.array(OBJECT),
});

export type Conditions = z.infer<typeof CONDITIONS>;
export type ObjectOutcome = z.infer<typeof OBJECT>;
export type DoneObject = Extract<ObjectOutcome, { status: "done" }>;
export type EvaluationReport = z.infer<typeof REPORT>;

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
