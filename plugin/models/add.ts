/** What `maquette models add` is given, and the model that becomes of it. */
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { didYouMean } from "../core/did-you-mean.ts";
import { InputError, ModelError } from "../core/errors.ts";
import { readError } from "../files/file-errors.ts";
import { describeHubRepo, type HubLocation, isFileOfHub } from "./download/hub.ts";
import { parseModelConfig } from "./families/config.ts";
import { hashContent } from "./file-hash.ts";
import { isAbsent } from "./file-stamp.ts";
import { type InstallRequest, install } from "./install.ts";
import { type Licence, UNKNOWN_LICENCE } from "./licence.ts";
import { CHECKPOINT_NAME } from "./manifest.ts";
import { findKnown, KNOWN_MODELS, type KnownModel } from "./registry.ts";
import type { SourceOptions } from "./source.ts";
import { findInstalled, type InstalledModel, isModelId } from "./store.ts";

export interface AddOptions extends SourceOptions {
  /** Relative paths start here; absolute. */
  readonly cwd: string;
  /** The name the model gets, instead of one derived from its file. */
  readonly id?: string | undefined;
  /** For models that state none. */
  readonly licence?: Licence | undefined;
  /** Replaced in tests. */
  readonly registry?: readonly KnownModel[];
}

export interface AddedModel {
  readonly model: InstalledModel;
  /** False when it was installed before. */
  readonly isNew: boolean;
}

/**
 * Installs the model that `reference` names: an id of the registry, `hf:owner/repo[/file]`, a
 * checkpoint or the folder of one.
 *
 * @throws ModelError, InputError, CancelledError; nothing is installed then.
 */
export async function addModel(reference: string, options: AddOptions): Promise<AddedModel> {
  const request = await requestFor(reference, options);
  refuseBadId(request.id);
  const present = await findInstalled(request.id, options.modelsDir);
  if (present === undefined) return { model: await install(request, options), isNew: true };
  if (await isSame(present, request)) return { model: present, isNew: false };
  throw new InputError(
    "bad-option",
    `model ${request.id}: installed already, from ${present.source.from} — remove it first, or choose another --id`,
  );
}

/** A released model is always the same, a file when its content is, a hub's file when its place is. */
async function isSame(present: InstalledModel, request: InstallRequest): Promise<boolean> {
  const { source, sizes } = request;
  if (source.type === "local") return (await hashContent(source.path)) === present.source.sha256;
  if (source.type === "web" || sizes !== undefined) return true;
  return isFileOfHub(present.source.from, source.location);
}

async function requestFor(reference: string, options: AddOptions): Promise<InstallRequest> {
  const { registry = KNOWN_MODELS } = options;
  const known = findKnown(reference, registry);
  if (known !== undefined) return knownRequest(known, options);
  if (reference.startsWith("hf:")) return hubRequest(reference, options, registry);
  return localRequest(reference, options, registry);
}

function knownRequest(known: KnownModel, options: AddOptions): InstallRequest {
  if (options.id !== undefined && options.id !== known.id) {
    throw new InputError("bad-option", `--id: ${known.id} has its name — leave the flag out`);
  }
  const { id, name } = known;
  const licence = chooseLicence(id, known.licence, options);
  switch (known.origin) {
    case "hub": {
      const source = { type: "hub", location: known.location } as const;
      return { id, name, kind: "lrm", licence, source, sizes: known.sizes };
    }
    case "web": {
      const source = { type: "web", url: known.url, sha256: known.weightsSha256 } as const;
      return { id, name, kind: "matte", licence, source };
    }
    case "embedded":
      throw new InputError("bad-option", `model ${id}: is built in — there is nothing to add`);
  }
}

/** What a model states of itself is not for others to change. */
function chooseLicence(subject: string, stated: Licence, { licence }: AddOptions): Licence {
  if (licence === undefined) return stated;
  if (stated.spdx === UNKNOWN_LICENCE.spdx) return licence;
  throw new InputError(
    "bad-option",
    `--licence: ${subject} has one, ${stated.spdx} — leave the flag out`,
  );
}

function refuseBadId(id: string): void {
  if (isModelId(id)) return;
  throw new InputError(
    "bad-option",
    `--id: received ${id} — expected letters, digits, dots, dashes and underscores`,
  );
}

async function hubRequest(
  reference: string,
  options: AddOptions,
  registry: readonly KnownModel[],
): Promise<InstallRequest> {
  const [, repo, named] = /^hf:([\w.-]+\/[\w.-]+)(?:\/(.+))?$/.exec(reference) ?? [];
  if (repo === undefined || named?.split("/").includes("..")) {
    throw new InputError(
      "bad-option",
      `${reference}: not a place on the hub — expected hf:owner/repo or hf:owner/repo/file`,
    );
  }
  const released = registry.find((known) => isAt(known, repo, named));
  if (released !== undefined) return knownRequest(released, options);
  const { files, licence } = await describeHubRepo(repo, options);
  const location: HubLocation = { repo, file: named ?? weightsAmong(files, `hf:${repo}`) };
  const id = options.id ?? idOf(basename(repo));
  return {
    id,
    name: id,
    kind: "lrm",
    licence: chooseLicence(reference, licence, options),
    source: { type: "hub", location },
  };
}

function isAt(known: KnownModel, repo: string, file: string | undefined): boolean {
  if (known.origin !== "hub" || known.location.repo !== repo) return false;
  return file === undefined || known.location.file === file;
}

async function localRequest(
  reference: string,
  options: AddOptions,
  registry: readonly KnownModel[],
): Promise<InstallRequest> {
  const path = await checkpointAt(resolve(options.cwd, reference), reference, registry);
  if (extname(path).toLowerCase() === ".onnx") return onnxRequest(path, options, registry);
  const config = await configBeside(path);
  const described = config === undefined ? undefined : parseModelConfig(config, "config.json");
  const id = options.id ?? idOf(nameOf(path));
  const source = { type: "local", path } as const;
  const known = findKnown(id, registry);
  if (known?.origin === "hub") return { ...knownRequest(known, options), source };
  if (known !== undefined)
    throw new InputError("bad-option", `--id: ${id} is taken — choose another`);
  const licence = chooseLicence(reference, described?.licence ?? UNKNOWN_LICENCE, options);
  return { id, name: described?.name ?? id, kind: "lrm", licence, source, config };
}

/** Networks that are not LRMs are used by name, so their content must be what was released. */
async function onnxRequest(
  path: string,
  options: AddOptions,
  registry: readonly KnownModel[],
): Promise<InstallRequest> {
  const file = basename(path);
  if ((await stat(path)).size === 0) {
    throw new ModelError("unreadable", `${file}: is empty — download it again`);
  }
  const sha256 = await hashContent(path);
  const known = registry.find((one) => one.origin === "web" && one.weightsSha256 === sha256);
  if (known !== undefined) {
    return { ...knownRequest(known, options), source: { type: "local", path } };
  }
  const names = registry.filter(({ origin }) => origin === "web").map(({ id }) => id);
  throw new ModelError(
    "mismatch",
    `${file}: an ONNX file other than the released ${names.join(", ")} (SHA-256 ${sha256.slice(0, 12)}…) — download it again; models that make meshes are added as checkpoints`,
  );
}

/** The file itself, or the one checkpoint in a folder. */
async function checkpointAt(
  path: string,
  reference: string,
  registry: readonly KnownModel[],
): Promise<string> {
  try {
    if (!(await stat(path)).isDirectory()) return path;
    return join(path, weightsAmong(await readdir(path), reference));
  } catch (error) {
    if (!isAbsent(error)) throw readError(error, reference);
    const ids = registry.filter(({ origin }) => origin !== "embedded").map(({ id }) => id);
    const choice = `known are ${ids.join(", ")}; from the hub: hf:owner/repo`;
    throw new InputError(
      "not-found",
      `${reference}: neither a file nor a known model — ${didYouMean(reference, ids, choice)}`,
      { cause: error },
    );
  }
}

/** The file of weights in a folder or repository. */
function weightsAmong(files: readonly string[], subject: string): string {
  if (files.includes("model.safetensors")) return "model.safetensors";
  const all = files.filter((file) => CHECKPOINT_NAME.test(file));
  const safe = all.filter((file) => file.endsWith(".safetensors"));
  const candidates = safe.length > 0 ? safe : all;
  if (candidates.length === 1) return candidates[0];
  const what = candidates.length === 0 ? "holds no checkpoint" : `holds ${candidates.join(", ")}`;
  throw new InputError("bad-option", `${subject}: ${what} — name the file of weights`);
}

/** A config.json that is Maquette's: others, say of PyTorch models, name no family. */
async function configBeside(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(join(dirname(path), "config.json"), "utf8");
    return /"family"\s*:/.test(text) ? text : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** A file called "model" says less than its folder. */
function nameOf(path: string): string {
  const name = basename(path, extname(path));
  return /^(model|pytorch_model|checkpoint|weights|last|best)$/i.test(name)
    ? basename(dirname(path))
    : name;
}

function idOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[._-]+|\.+$/g, "");
}
