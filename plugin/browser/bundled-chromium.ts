/**
 * The Chromium inside the npm package `@sparticuz/chromium`, unpacked once per version into the
 * user's cache folder. The package's own unpacker writes to fixed names in the shared temporary
 * folder, where a killed run leaves half a browser and another user may have left a foreign one.
 * So it runs in a child process with a temporary folder of its own, renamed when complete.
 */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { InputError } from "../core/errors.ts";
import { defaultCacheDir } from "../files/cache-folder.ts";

/** Where distributions keep libraries; those are preferred to the bundled ones. */
const SYSTEM_LIBRARY_FOLDERS = ["/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib"];

export interface BundledChromium {
  readonly executablePath: string;
  /** What to add to the environment it is started with. */
  readonly env: Readonly<Record<string, string>>;
}

/** @returns undefined where the package is not installed or has no build for this machine. */
export async function findBundledChromium(): Promise<BundledChromium | undefined> {
  if (process.platform !== "linux" || process.arch !== "x64") return undefined;
  const packageUrl = resolvePackage();
  if (packageUrl === undefined) return undefined;
  const folder = await unpackOnce(packageUrl);
  return {
    executablePath: join(folder, "chromium"),
    env: {
      LD_LIBRARY_PATH: [
        ...(process.env["LD_LIBRARY_PATH"]?.split(":") ?? []),
        ...SYSTEM_LIBRARY_FOLDERS,
        join(folder, "al2023", "lib"),
      ].join(":"),
    },
  };
}

function resolvePackage(): string | undefined {
  try {
    return import.meta.resolve("@sparticuz/chromium");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

async function unpackOnce(packageUrl: string): Promise<string> {
  const manifest = await readFile(new URL("../../package.json", packageUrl), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const cache = defaultCacheDir();
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;
  let staging: string | undefined;
  try {
    await mkdir(cache, { recursive: true });
    staging = await mkdtemp(`${folder}-`);
    await unpack(packageUrl, staging);
    await rename(staging, folder);
  } catch (cause) {
    if (staging !== undefined) await rm(staging, { recursive: true, force: true });
    // Another process was faster: what it renamed is complete.
    if (!existsSync(folder)) throw unpackError(folder, cause);
  }
  return folder;
}

function unpackError(folder: string, cause: unknown): InputError {
  return new InputError(
    "unwritable",
    `browser: cannot be unpacked into ${folder} — free 250 MB there, set MAQUETTE_CACHE to another folder, or install Chrome`,
    { cause },
  );
}

/**
 * Root keeps the archive's owner of the libraries, so that a narrow umask would hide them from those
 * processes of the browser that give root's rights up.
 */
async function unpack(packageUrl: string, folder: string): Promise<void> {
  const script = `process.umask(0o022);
    await (await import(${JSON.stringify(packageUrl)})).default.executablePath();`;
  await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    // The package unpacks the libraries it needs only where it believes to run on AWS Lambda.
    env: { ...process.env, TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" },
  });
}
