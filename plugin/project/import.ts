/**
 * Runs an import plan: several pictures at a time, each on its own, so that one that fails stops no
 * other. The GLB is written first, then the sidecar; a failure leaves both as they were, but for the
 * error it records in the sidecar.
 */
import { basename } from "node:path";
import {
  CancelledError,
  InputError,
  isExpectedError,
  ModelError,
  type ModelErrorCode,
} from "../core/errors.ts";
import type { ModelInfo } from "../core/model-info.ts";
import type { Stage } from "../core/progress.ts";
import { readError } from "../files/file-errors.ts";
import { sha256, sha256OfFile } from "../files/hash.ts";
import { type WriteFile, writeFileAtomically } from "../files/write.ts";
import {
  type GenerateReport,
  type GenerateResult,
  type MeshGenerator,
  PIPELINE_VERSION,
} from "../pipeline/contract.ts";
import { failureOf, messageAbout } from "./failure.ts";
import { isThere } from "./is-there.ts";
import { mapConcurrent } from "./map-concurrent.ts";
import type { GenerateItem, ImportPlan, PlannedItem, UnchangedItem } from "./plan.ts";
import type { Picture } from "./scan.ts";
import {
  type Failure,
  pictureFromSidecar,
  type Sidecar,
  type SidecarResult,
  type SidecarState,
} from "./sidecar.ts";
import { updateSidecar } from "./sidecar-update.ts";

export type ItemOutcome =
  | {
      readonly status: "imported";
      readonly result: SidecarResult;
      /** The result's and those of this run. */
      readonly warnings: readonly string[];
      readonly timingsMs: Timings;
    }
  | { readonly status: "unchanged"; readonly result: SidecarResult }
  | { readonly status: "failed"; readonly failure: Failure; readonly warnings: readonly string[] }
  | { readonly status: "cancelled" };

export type Timings = GenerateReport["timingsMs"];

export interface ImportedItem {
  readonly picture: Picture;
  readonly outcome: ItemOutcome;
}

export type ImportEvent =
  | { readonly type: "started"; readonly item: PlannedItem }
  | {
      readonly type: "stage";
      readonly item: PlannedItem;
      readonly stage: Stage;
      /** 0..1 */
      readonly fraction: number;
    }
  | { readonly type: "finished"; readonly item: PlannedItem; readonly outcome: ItemOutcome };

export interface ImportReport {
  readonly model: ModelInfo;
  /** In the order of the plan. */
  readonly items: readonly ImportedItem[];
  readonly problems: readonly InputError[];
  /** The model's own fault, which ended the run; what was not done by then counts as cancelled. */
  readonly modelError: ModelError | undefined;
  /** Errors that are nobody's fault but ours. */
  readonly bugs: readonly unknown[];
}

export interface ImportOptions {
  readonly generator: MeshGenerator;
  /** Pictures in work at a time. */
  readonly jobs: number;
  readonly signal?: AbortSignal | undefined;
  readonly onEvent?: ((event: ImportEvent) => void) | undefined;
  /** Replaced in tests of failing disks. */
  readonly writeFile?: WriteFile;
}

/** With these the model fails for every picture, not just for one. */
const MODEL_FAULTS: ReadonlySet<ModelErrorCode> = new Set([
  "unreadable",
  "mismatch",
  "unknown-model",
  "device",
]);

/** Never rejects for a picture's fault or a cancellation: those are in the report. */
export async function runImport(plan: ImportPlan, options: ImportOptions): Promise<ImportReport> {
  const run = new ImportRun(options);
  const outcomes = await mapConcurrent(plan.items, options.jobs, (item) => run.perform(item));
  return {
    model: options.generator.model,
    items: plan.items.map(({ picture }, i) => ({ picture, outcome: outcomes[i] as ItemOutcome })),
    problems: plan.problems,
    modelError: run.modelError,
    bugs: run.bugs,
  };
}

class ImportRun {
  modelError: ModelError | undefined;
  readonly bugs: unknown[] = [];
  readonly #options: ImportOptions;
  readonly #writeFile: WriteFile;
  readonly #modelFailed: AbortController = new AbortController();
  readonly #signal: AbortSignal;

  constructor(options: ImportOptions) {
    this.#options = options;
    this.#writeFile = options.writeFile ?? writeFileAtomically;
    const signals = [options.signal, this.#modelFailed.signal];
    this.#signal = AbortSignal.any(signals.filter((signal) => signal !== undefined));
  }

  async perform(item: PlannedItem): Promise<ItemOutcome> {
    if (this.#signal.aborted) return { status: "cancelled" };
    this.#emit({ type: "started", item });
    const outcome = await this.#attempt(item);
    this.#emit({ type: "finished", item, outcome });
    return outcome;
  }

  async #attempt(item: PlannedItem): Promise<ItemOutcome> {
    try {
      switch (item.action) {
        case "refuse":
          return { status: "failed", failure: item.failure, warnings: [] };
        case "none":
          return await this.#confirm(item);
        case "generate":
          return await this.#generate(item);
      }
    } catch (error) {
      return this.#settle(item, error);
    }
  }

  /** An unchanged picture's mesh is good, whatever was noted in between. */
  async #confirm({ picture, result }: UnchangedItem): Promise<ItemOutcome> {
    await this.#update(picture, (state) => {
      if (state.kind !== "present") return undefined;
      const { error, orphaned } = state.sidecar;
      return error !== undefined || orphaned ? withoutMarks(state.sidecar) : undefined;
    });
    return { status: "unchanged", result };
  }

  async #generate(item: GenerateItem): Promise<ItemOutcome> {
    const { generator, onEvent } = this.#options;
    const { picture } = item;
    const generated = await generator.generate({
      picturePath: picture.path,
      name: picture.name,
      settings: item.settings,
      signal: this.#signal,
      onProgress:
        onEvent && ((stage, fraction) => onEvent({ type: "stage", item, stage, fraction })),
    });
    await assertSamePicture(item);
    const result = resultOf(item, generated, generator.model);
    await this.#writeFile(picture.glbPath, generated.glb);
    await this.#update(picture, (state) => ({
      ...withoutMarks(sidecarByNow(item, state)),
      picture: pictureFromSidecar(picture),
      result,
    }));
    return {
      status: "imported",
      result,
      warnings: [...item.warnings, ...result.warnings],
      timingsMs: generated.report.timingsMs,
    };
  }

  async #settle(item: PlannedItem, error: unknown): Promise<ItemOutcome> {
    if (error instanceof CancelledError) return { status: "cancelled" };
    if (error instanceof ModelError && MODEL_FAULTS.has(error.code)) {
      this.modelError = error;
      this.#modelFailed.abort();
      return { status: "cancelled" };
    }
    if (!isExpectedError(error)) this.bugs.push(error);
    const failure = failureOf(error, item.picture);
    const warnings = item.action === "generate" ? await this.#record(item, failure) : [];
    return { status: "failed", failure, warnings };
  }

  /** Writes the error into the sidecar, unless the picture is gone; returns the item's warnings. */
  async #record(item: GenerateItem, error: Failure): Promise<readonly string[]> {
    try {
      if (!(await isThere(item.picture.path))) return item.warnings;
      await this.#update(item.picture, (state) => ({
        ...withoutMarks(sidecarByNow(item, state)),
        error,
      }));
      return item.warnings;
    } catch (problem) {
      if (!(problem instanceof InputError)) throw problem;
      return [...item.warnings, "the error could not be recorded in the sidecar"];
    }
  }

  #update(
    { sidecarPath }: Picture,
    change: (state: SidecarState) => Sidecar | undefined,
  ): Promise<void> {
    return updateSidecar({ path: sidecarPath, subject: sidecarPath }, change, this.#writeFile);
  }

  #emit(event: ImportEvent): void {
    this.#options.onEvent?.(event);
  }
}

/** What was written while the picture was in work, say new settings, stays. */
function sidecarByNow({ sidecar, sidecarText }: GenerateItem, state: SidecarState): Sidecar {
  return state.kind === "present" && state.text !== sidecarText ? state.sidecar : sidecar;
}

function withoutMarks({ error: _, orphaned: __, ...sidecar }: Sidecar): Sidecar {
  return sidecar;
}

/** A mesh of a picture that was saved again meanwhile must not pass for the former picture's. */
async function assertSamePicture({ picture, pictureSha256 }: GenerateItem): Promise<void> {
  const now = await sha256OfFile(picture.path).catch((error) => {
    throw readError(error, picture.path);
  });
  if (now !== pictureSha256) {
    throw new InputError(
      "busy",
      `${picture.path}: changed while it was imported — import it again`,
    );
  }
}

function resultOf(
  item: GenerateItem,
  { glb, report }: GenerateResult,
  model: ModelInfo,
): SidecarResult {
  return {
    pictureSha256: item.pictureSha256,
    settings: item.settings,
    model: {
      id: model.id,
      weightsSha256: model.weightsSha256,
      precision: model.precision,
      licence: model.licence,
    },
    pipelineVersion: PIPELINE_VERSION,
    glb: {
      file: basename(item.picture.glbPath),
      sha256: sha256(glb),
    },
    matte: report.matte,
    ...(report.lacksMatteNetwork && { lacksMatteNetwork: true }),
    triangles: report.triangles,
    bounds: report.bounds,
    dropped: report.dropped,
    warnings: report.warnings.map((warning) => messageAbout(item.picture, warning)),
  };
}
