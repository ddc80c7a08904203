/**
 * Decides what an import has to do. A picture is unchanged when its hash, its settings, the model's
 * hash, its precision and the pipeline's version are those of its sidecar, its GLB is the one that
 * was written, and nothing that it lacked then has been installed since. That rule, and nothing
 * else, makes batches resumable and repeatable.
 */
import { dirname } from "node:path";
import { InputError } from "../core/errors.ts";
import type { GenerateSettings } from "../core/generate-settings.ts";
import type { ModelInfo } from "../core/model-info.ts";
import { readError } from "../files/file-errors.ts";
import { sha256OfFile } from "../files/hash.ts";
import { assertWritable, removeLeftovers } from "../files/write.ts";
import { PIPELINE_VERSION } from "../pipeline/contract.ts";
import { hasMatteNetwork } from "../pipeline/has-matte-network.ts";
import type { SettingsPatch } from "../protocol/settings.ts";
import { loadPresets, type ProjectConfig } from "./config.ts";
import { failureOf } from "./failure.ts";
import { checkGlb, type GlbState } from "./glb-state.ts";
import { checkLicencePolicy } from "./licence-policy.ts";
import { mapConcurrent } from "./map-concurrent.ts";
import { displayPath } from "./paths.ts";
import { type Picture, scanPictures } from "./scan.ts";
import { describeSettingsChange, layered, presetSettings, settingsBeyond } from "./settings.ts";
import {
  type Failure,
  newSidecar,
  readSidecar,
  type Sidecar,
  type SidecarResult,
} from "./sidecar.ts";

export type PlannedItem = UnchangedItem | GenerateItem | RefusedItem;

export interface UnchangedItem {
  readonly action: "none";
  readonly picture: Picture;
  readonly sidecar: Sidecar;
  readonly result: SidecarResult;
}

export interface GenerateItem {
  readonly action: "generate";
  readonly picture: Picture;
  /** Why, for people: "new", "picture changed", "settings changed (...)". */
  readonly reason: string;
  readonly pictureSha256: string;
  readonly settings: GenerateSettings;
  /** The sidecar to start from, with the picture's own settings as they will be. */
  readonly sidecar: Sidecar;
  /** What stands in the sidecar file now. */
  readonly sidecarText: string | undefined;
  readonly warnings: readonly string[];
}

/** The picture cannot even be tried, and its sidecar must not be touched. */
export interface RefusedItem {
  readonly action: "refuse";
  readonly picture: Picture;
  readonly failure: Failure;
}

export interface ImportPlan {
  readonly items: readonly PlannedItem[];
  /** Inputs and folders that could not be used. */
  readonly problems: readonly InputError[];
}

export interface PlanOptions {
  /** Files, folders and globs, relative to `cwd`. */
  readonly inputs: readonly string[];
  readonly cwd: string;
  readonly config: ProjectConfig;
  /** Absolute output folder; undefined puts each mesh beside its picture. */
  readonly out?: string | undefined;
  readonly model: ModelInfo;
  /** Settings that win over all others. */
  readonly flags: SettingsPatch;
  /** Generates unchanged pictures too. */
  readonly force: boolean;
}

/** What decides over every picture. */
export type PictureRules = Pick<PlanOptions, "cwd" | "model" | "flags" | "force">;

/** What decides over one. */
export interface PictureWishes {
  /** Without the picture's own settings. */
  readonly base: GenerateSettings;
  /** For its sidecar when there is none; a random one by default. */
  readonly uuid?: string;
  /** Makes its mesh also when nothing changed; unlike `force` it leaves another program's mesh alone. */
  readonly isAskedFor?: boolean;
}

/** Files that are hashed at a time. */
const HASHES_AT_ONCE = 16;

/** @throws InputError "licence" when the project's policy does not permit the model. */
export async function planImport(options: PlanOptions): Promise<ImportPlan> {
  checkLicencePolicy(options.config, options.model);
  const { pictures, problems } = await scanPictures(options.inputs, options);
  const folders = new Set(pictures.map(({ glbPath }) => dirname(glbPath)));
  await Promise.all([...folders].map(removeLeftovers));
  const presetsOf = await loadPresets(options.config);
  const items = await mapConcurrent(pictures, HASHES_AT_ONCE, (picture) =>
    planPicture(picture, { base: presetSettings(options, presetsOf(picture.path)) }, options),
  );
  return { items, problems };
}

/** Never rejects for the picture's fault: it is refused then. */
export async function planPicture(
  picture: Picture,
  wishes: PictureWishes,
  rules: PictureRules,
): Promise<PlannedItem> {
  try {
    return await decide(picture, wishes, rules);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { action: "refuse", picture, failure: failureOf(error, picture) };
  }
}

async function decide(
  picture: Picture,
  { base, uuid, isAskedFor = false }: PictureWishes,
  { cwd, model, flags, force }: PictureRules,
): Promise<UnchangedItem | GenerateItem> {
  const state = await readSidecar(picture.sidecarPath, displayPath(picture.sidecarPath, cwd));
  const known = state.kind === "present" ? state.sidecar : undefined;
  const settings = layered(base, known?.settings ?? {}, flags);
  const pictureSha256 = await hashPicture(picture);
  const glb = await checkGlb(picture.glbPath, known?.result?.glb.sha256);

  const current = { pictureSha256, settings, model, glb };
  const change = force ? "forced" : await reasonToGenerate(known?.result, current);
  const reason = change ?? (isAskedFor ? "asked for" : undefined);
  if (reason === undefined && known?.result !== undefined) {
    return { action: "none", picture, sidecar: known, result: known.result };
  }

  if (glb === "foreign" && !force) throw foreignGlb(picture, cwd);
  await assertWritable(dirname(picture.glbPath), "--out");
  const warnings =
    state.kind === "damaged" ? [`${state.reason}; a new sidecar takes its place`] : [];
  const savedUuid = state.kind === "damaged" ? state.uuid : undefined;
  return {
    action: "generate",
    picture,
    reason: reason ?? "new",
    pictureSha256,
    settings,
    sidecar: {
      ...(known ?? newSidecar(picture, uuid ?? savedUuid)),
      settings: settingsBeyond(base, settings),
    },
    sidecarText: state.kind === "present" ? state.text : undefined,
    warnings,
  };
}

async function hashPicture(picture: Picture): Promise<string> {
  try {
    return await sha256OfFile(picture.path);
  } catch (error) {
    throw readError(error, picture.path);
  }
}

interface Current {
  readonly pictureSha256: string;
  readonly settings: GenerateSettings;
  readonly model: ModelInfo;
  readonly glb: GlbState;
}

async function reasonToGenerate(
  former: SidecarResult | undefined,
  { pictureSha256, settings, model, glb }: Current,
): Promise<string | undefined> {
  if (former === undefined) return "new";
  if (former.pictureSha256 !== pictureSha256) return "picture changed";
  const change = describeSettingsChange(former.settings, settings);
  if (change !== "") return `settings changed (${change})`;
  if (former.model.id !== model.id) return `model changed (${former.model.id} -> ${model.id})`;
  if (former.model.weightsSha256 !== model.weightsSha256) return "model weights changed";
  if (former.model.precision !== model.precision) {
    return `precision changed (${former.model.precision} -> ${model.precision})`;
  }
  if (former.pipelineVersion !== PIPELINE_VERSION) return "made by another Maquette version";
  if (glb === "absent") return "mesh missing";
  if (glb !== "intact") return "mesh changed on disk";
  if (former.lacksMatteNetwork && (await hasMatteNetwork())) return "matte network installed";
  return undefined;
}

function foreignGlb(picture: Picture, cwd: string): InputError {
  return new InputError(
    "unwritable",
    `${displayPath(picture.glbPath, cwd)}: was saved by another program — move it away, or replace it with maquette import --force`,
  );
}
