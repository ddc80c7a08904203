/**
 * `maquette.config.json` (or .ts, .mjs, .js): where a project's pictures are, where its meshes go,
 * which model makes them, and with which settings. Relative paths start at the file's folder.
 */
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { glob } from "tinyglobby";
import { z } from "zod";
import { InputError } from "../core/errors.ts";
import { PRECISIONS, type Precision } from "../core/precision.ts";
import { readError, systemErrorCode } from "../files/file-errors.ts";
import { checked, oneOf, strictObject } from "../protocol/schema.ts";
import { type SettingsPatch, settingsPatchSchema } from "../protocol/settings.ts";
import { LICENCE_POLICIES, type LicencePolicy } from "./licence-policy.ts";

/** Settings for the pictures that match; of several presets that match, later ones win. */
export interface Preset {
  /** A glob or a folder, or several, relative to the configuration file. */
  readonly match: string | readonly string[];
  readonly settings: SettingsPatch;
}

export interface ProjectConfig {
  /** Folder of the configuration file, or the working folder when there is none. Absolute. */
  readonly root: string;
  /** Absolute; undefined when there is no configuration file. */
  readonly file: string | undefined;
  /** Pictures, folders or globs that are imported when none are named. Absolute. */
  readonly pictures: readonly string[];
  /** Absolute; undefined puts each mesh beside its picture. */
  readonly out: string | undefined;
  readonly model: string | undefined;
  readonly device: string | undefined;
  readonly precision: Precision | undefined;
  /** Which models may be used. */
  readonly licencePolicy: LicencePolicy;
  readonly settings: SettingsPatch;
  readonly presets: readonly Preset[];
}

const patterns = z.union([z.string(), z.array(z.string())], "a glob, or a list of globs");

const configSchema = strictObject({
  pictures: z.array(z.string("a path"), "a list of paths or globs").optional(),
  out: z.string("a folder").optional(),
  model: z.string("a model id or a folder").optional(),
  device: z.string("a device").optional(),
  precision: oneOf(PRECISIONS).optional(),
  licencePolicy: oneOf(LICENCE_POLICIES).optional(),
  settings: settingsPatchSchema.optional(),
  presets: z
    .array(strictObject({ match: patterns, settings: settingsPatchSchema }), "a list of presets")
    .optional(),
});

const CONFIG_NAMES = ["json", "ts", "mjs", "js"].map((ending) => `maquette.config.${ending}`);

/**
 * The configuration in `file`, else the nearest `maquette.config.*` from `cwd` upwards, else an
 * empty one rooted at `cwd`.
 *
 * @throws InputError "bad-config".
 */
export async function loadConfig(options: {
  cwd: string;
  file?: string | undefined;
}): Promise<ProjectConfig> {
  const file =
    options.file === undefined
      ? await findConfigFile(options.cwd)
      : resolve(options.cwd, options.file);
  if (file === undefined) return emptyConfig(options.cwd);

  const config = checked(configSchema, await readConfigFile(file), basename(file), "bad-config");
  const root = dirname(file);
  return {
    root,
    file,
    pictures: (config.pictures ?? []).map((path) => resolve(root, path)),
    out: config.out === undefined ? undefined : resolve(root, config.out),
    model: config.model === undefined ? undefined : resolveModel(root, config.model),
    device: config.device,
    precision: config.precision,
    licencePolicy: config.licencePolicy ?? "any",
    settings: config.settings ?? {},
    presets: config.presets ?? [],
  };
}

/** The presets' settings for a picture, given by its absolute path. */
export async function loadPresets(
  config: ProjectConfig,
): Promise<(picturePath: string) => SettingsPatch> {
  const layers = await Promise.all(
    config.presets.map(async ({ match, settings }) => ({
      settings,
      pictures: new Set(
        (
          await glob(match, {
            cwd: config.root,
            absolute: true,
            ignore: ["**/node_modules/**"],
          })
        ).map((path) => resolve(path)),
      ),
    })),
  );
  return (picturePath) =>
    Object.assign(
      {},
      ...layers.filter(({ pictures }) => pictures.has(picturePath)).map((layer) => layer.settings),
    );
}

function emptyConfig(root: string): ProjectConfig {
  return {
    root,
    file: undefined,
    pictures: [],
    out: undefined,
    model: undefined,
    device: undefined,
    precision: undefined,
    licencePolicy: "any",
    settings: {},
    presets: [],
  };
}

/** Where a configuration in `folder` can stand. */
export function configFilesIn(folder: string): readonly string[] {
  return CONFIG_NAMES.map((name) => join(folder, name));
}

async function findConfigFile(cwd: string): Promise<string | undefined> {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const files = configFilesIn(folder);
    const here = await Promise.all(files.map(isFile));
    const found = files.filter((_, i) => here[i]);
    if (found.length > 1) {
      const names = found.map((file) => basename(file)).join(" and ");
      throw new InputError(
        "bad-config",
        `${folder}: holds ${names} — keep one of them, or choose with --config`,
      );
    }
    if (found[0] !== undefined) return found[0];
    if (folder === dirname(folder)) return undefined;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    return false;
  }
}

async function readConfigFile(file: string): Promise<unknown> {
  if (extname(file) === ".json") return parseJson(await readText(file), file);
  const text = await readText(file);
  const { createJiti } = await import("jiti");
  try {
    // From its text, as an imported module would be remembered and never be read again.
    const options = { filename: file, async: true, forceTranspile: true };
    return defaultOf(await createJiti(import.meta.url).evalModule(text, options));
  } catch (error) {
    throw badConfig(file, error);
  }
}

function defaultOf(module: unknown): unknown {
  const isObject = typeof module === "object" && module !== null;
  return isObject && "default" in module ? module.default : module;
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const problem = readError(error, file);
    if (!(problem instanceof InputError)) throw problem;
    throw new InputError("bad-config", problem.message, { cause: error });
  }
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw badConfig(file, error);
  }
}

function badConfig(file: string, error: unknown): InputError {
  const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
  return new InputError("bad-config", `${basename(file)}: ${reason} — correct the file`, {
    cause: error,
  });
}

/** A model is an id, or a folder when it looks like a path. */
function resolveModel(root: string, model: string): string {
  return /^\.|[/\\]/.test(model) ? resolve(root, model) : model;
}
