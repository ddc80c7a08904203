/** The package as npm would install it into a user's project. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What the Editor's plugin needs of the build. */
const NEEDED = ["dist/editor/plugin.cjs", "dist/cli/main.js", "dist/service/run-service.js"];

/**
 * Packs the built checkout and unpacks it below `project`. Its dependencies are the checkout's, found
 * in the folder above, so that the package's own folder holds nothing but what was packed. Returns
 * the package's folder.
 *
 * @throws Error when the checkout is not built.
 */
export async function installPackage(project: string): Promise<string> {
  const missing = NEEDED.find((path) => !existsSync(join(ROOT, path)));
  if (missing) throw new Error(`${missing}: is missing — run npm run build`);
  const args = ["pack", "--ignore-scripts", "--json", "--pack-destination", project];
  const { stdout } = await run("npm", args, { cwd: ROOT });
  const [{ filename }] = JSON.parse(stdout);
  await run("tar", ["-xzf", join(project, filename), "-C", project]);
  const folder = join(project, "node_modules", "babylon-maquette");
  await mkdir(join(project, "node_modules"));
  await rename(join(project, "package"), folder);
  await symlink(join(ROOT, "node_modules"), join(project, "..", "node_modules"), "junction");
  return folder;
}
