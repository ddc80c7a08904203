/** Where in a project of the Editor Maquette works. */
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { readError, writeError } from "../files/file-errors.ts";

/**
 * Pictures that become meshes without a configuration. A folder of its own, because a project's
 * other pictures are textures, and the Editor itself writes pictures beside meshes it imports.
 */
const PICTURE_FOLDER = "assets/concepts";

const CONFIG_NAMES = ["json", "ts", "mjs", "js"].map((ending) => `maquette.config.${ending}`);

/** The folder from which the service names files: that of the configuration, else the project's. */
export function serviceRoot(projectFolder: string): string {
  const config = findConfig(projectFolder);
  return config === undefined ? projectFolder : dirname(config);
}

/**
 * The folder to watch: undefined when the configuration names the pictures, else `assets/concepts`,
 * which is made when it is not there. Absolute.
 *
 * @throws InputError when the configuration cannot be read or the folder not be made.
 */
export async function watchedFolder(projectFolder: string): Promise<string | undefined> {
  const config = findConfig(projectFolder);
  if (config !== undefined && (await namesPictures(config))) return undefined;
  const folder = join(projectFolder, PICTURE_FOLDER);
  try {
    await mkdir(folder, { recursive: true });
    return folder;
  } catch (error) {
    throw writeError(error, folder);
  }
}

/** As the service looks for it: in the folder, then upwards. */
function findConfig(projectFolder: string): string | undefined {
  for (let folder = projectFolder; ; folder = dirname(folder)) {
    const config = CONFIG_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (config !== undefined || folder === dirname(folder)) return config;
  }
}

/** By its words: to know better, the configuration would have to be run, as it may be a program. */
async function namesPictures(config: string): Promise<boolean> {
  try {
    return /\bpictures\b/.test(await readFile(config, "utf8"));
  } catch (error) {
    throw readError(error, config);
  }
}
