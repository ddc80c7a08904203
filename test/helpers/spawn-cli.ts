import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export const REAL_CLI: string = path("../../plugin/cli/main.ts");
export const FAKE_CLI: string = path("fake-cli.ts");

export interface SpawnOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly uid?: number;
  readonly gid?: number;
  /** Leaves stdin open, which ends at once by default. */
  readonly keepsStdin?: true;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCli {
  readonly child: ChildProcess;
  /** Resolves when stderr holds `text`; rejects when the process ends before. */
  saysOnStderr(text: string): Promise<void>;
  readonly end: Promise<Ended>;
}

/** Starts a command line as a process of its own, its output piped. */
export function spawnCli(
  script: string,
  args: readonly string[],
  { env, keepsStdin, ...options }: SpawnOptions,
): RunningCli {
  const tsx = import.meta.resolve("tsx");
  const child = spawn(process.execPath, ["--import", tsx, script, ...args], {
    ...options,
    env: { ...process.env, NODE_V8_COVERAGE: "", ...env },
    stdio: "pipe",
  });
  if (!keepsStdin) child.stdin.end();
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const end = once(child, "close").then(([exitCode, signal]) => ({
    exitCode,
    signal,
    stdout,
    stderr,
  }));
  const saysOnStderr = async (text: string): Promise<void> => {
    while (!stderr.includes(text)) {
      const more = once(child.stderr, "data").then(() => true);
      if (!(await Promise.race([more, end.then(() => stderr.includes(text))]))) {
        throw new Error(`the process ended without saying ${text}: ${stderr}`);
      }
    }
  };
  return { child, saysOnStderr, end };
}

/** Who can be refused by file permissions: ourselves, or nobody's account when we are root. */
export const ORDINARY_USER: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

/** Why the ordinary user cannot run the CLI from this checkout; undefined when it can. */
export function ordinaryUserProblem(): string | undefined {
  if (process.platform === "win32") return "Windows has no permission bits";
  const { status } = spawnSync(
    process.execPath,
    ["-e", `require("node:fs").accessSync(${JSON.stringify(REAL_CLI)})`],
    { ...ORDINARY_USER, cwd: "/" },
  );
  return status === 0 ? undefined : "the checkout is not readable for an ordinary user";
}
