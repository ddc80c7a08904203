/** One picture through the built CLI, in a process of its own whose memory is watched. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Stage } from "../../plugin/core/progress.ts";
import { type PeakMemory, peakMemory } from "../helpers/peak-memory.ts";

const CLI = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
export const PICTURE = fileURLToPath(
  new URL("../../samples/concept-art/toadstool.png", import.meta.url),
);

export interface Imported {
  readonly seconds: number;
  readonly memory: PeakMemory;
  readonly triangles: number;
  readonly stageSeconds: (stage: Stage) => number;
}

/** Imports the picture with the model in `folder`, which also takes cache and mesh. */
export async function importWith(folder: string, flags: readonly string[] = []): Promise<Imported> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [CLI, "import", PICTURE, "--model", folder, "--out", folder, "--force", "--json", ...flags],
    {
      cwd: folder,
      env: { ...process.env, MAQUETTE_CACHE: join(folder, "cache") },
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const [memory, output] = await Promise.all([
    peakMemory(child.pid ?? 0),
    text(child.stdout),
    once(child, "exit"),
  ]);
  const seconds = (performance.now() - start) / 1000;
  const [item] = JSON.parse(output).items;
  const { stageTimesMs } = JSON.parse(
    await readFile(join(folder, ".maquette", "last-import.json"), "utf8"),
  );
  return {
    seconds,
    memory,
    triangles: item.triangles?.achieved ?? 0,
    stageSeconds: (stage) => (stageTimesMs[stage][0] ?? Number.NaN) / 1000,
  };
}
