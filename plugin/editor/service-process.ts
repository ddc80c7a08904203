/** `maquette serve` as a child process that ends with the Editor, also when the Editor crashes. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { InputError } from "../core/errors.ts";
import { systemErrorCode } from "../files/file-errors.ts";

/** Chromium sends "file://" with WebSockets of a page that is a file, and "null" with requests. */
const EDITOR_ORIGINS = ["file://", "null"];

const STDERR_TAIL = 2000;
const END_MS = 5000;

export interface ServiceProcessOptions {
  /** The module of the `maquette` command. Absolute. */
  readonly cli: string;
  /** Absolute. */
  readonly projectFolder: string;
  /** Absolute; undefined leaves them to the configuration. */
  readonly pictures: string | undefined;
}

export interface ServiceProcess {
  /** Resolves when the service answers requests. @throws InputError saying why it never will. */
  readonly serving: Promise<void>;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  /** Asks it to end, and ends it when it does not. Resolves when it is gone. */
  end(): Promise<void>;
}

export async function startServiceProcess(options: ServiceProcessOptions): Promise<ServiceProcess> {
  const child = await spawnWithNode(serveArguments(options), options.projectFolder);
  let stderr = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr = (stderr + text).slice(-STDERR_TAIL);
  });
  // A process that has ended reads no more; `ended` tells.
  child.stdin?.on("error", () => undefined);
  const ended = once(child, "close").then(() => undefined);
  const serving = Promise.race([
    saysServing(child),
    ended.then(() => {
      throw new InputError("unreadable", endMessage(child, stderr));
    }),
  ]);
  // Whoever starts a service looks at it in time; until then a failure is not unhandled.
  serving.catch(() => undefined);
  return {
    serving,
    ended,
    end: async () => {
      child.stdin?.end();
      const killing = setTimeout(() => child.kill("SIGKILL"), END_MS);
      await ended;
      clearTimeout(killing);
    },
  };
}

function serveArguments({ cli, pictures }: ServiceProcessOptions): string[] {
  const folder = pictures === undefined ? [] : [pictures];
  const origins = EDITOR_ORIGINS.flatMap((origin) => ["--allow-origin", origin]);
  return [cli, "serve", ...folder, "--while-stdin-open", "--json", ...origins];
}

/** The machine's Node.js; where there is none, or none is found from a desktop, the Editor's own. */
async function spawnWithNode(args: readonly string[], cwd: string): Promise<ChildProcess> {
  try {
    return await spawned("node", args, cwd);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
    return await spawned(process.execPath, args, cwd, { ELECTRON_RUN_AS_NODE: "1" });
  }
}

async function spawned(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ChildProcess> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: "pipe",
    windowsHide: true,
  });
  await once(child, "spawn");
  return child;
}

/** Resolves at the line with which the service says that it serves; reads on, so that it can go on. */
async function saysServing({ stdout }: ChildProcess): Promise<void> {
  if (!stdout) throw new Error("the service was started without its output");
  const lines = createInterface({ input: stdout });
  await new Promise<void>((resolve) => {
    lines.on("line", (line) => {
      if (isServingLine(line)) resolve();
    });
  });
}

function isServingLine(line: string): boolean {
  try {
    return JSON.parse(line).event === "serving";
  } catch {
    return false; // something else that was printed
  }
}

/** The program's last words, which say what to do, when it had any. */
function endMessage({ exitCode, signalCode }: ChildProcess, stderr: string): string {
  const lastWords = stderr.trim().split("\n").at(-1)?.trim();
  return lastWords
    ? lastWords.replace(/^error: /, "")
    : `Maquette's service: ended with ${signalCode ?? `exit code ${exitCode}`} — see .maquette/watch.log, and try again`;
}
