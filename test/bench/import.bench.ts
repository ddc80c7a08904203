import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { STAGES, type Stage } from "../../plugin/core/progress.ts";
import { type Figure, median } from "./figure.ts";

export const title = "Warm import of one picture (built CLI, process start to GLB, medians)";

const RUNS = 7;
const CLI = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));
const PICTURE = fileURLToPath(new URL("../../samples/concept-art/toadstool.png", import.meta.url));
/** Only the network and the extraction may take longer. */
const LONG_STAGES: readonly Stage[] = ["encode", "extract"];
const SHORT_STAGE_MS = 300;

interface Timed {
  readonly wallMs: number;
  readonly stagesMs: Readonly<Record<Stage, readonly number[]>>;
}

export async function* run(): AsyncIterable<Figure> {
  const folder = await mkdtemp(join(tmpdir(), "maquette-import-"));
  try {
    await importOnce(folder); // compiles the model when it is not cached yet
    const runs: Timed[] = [];
    for (let i = 0; i < RUNS; i++) runs.push(await importOnce(folder));

    const stageMs = (timed: Timed, stage: Stage) => timed.stagesMs[stage][0] ?? Number.NaN;
    for (const stage of STAGES) {
      const value = median(runs.map((timed) => stageMs(timed, stage)));
      const limit = LONG_STAGES.includes(stage) ? {} : { atMost: SHORT_STAGE_MS };
      yield { name: stage, value, unit: "ms", ...limit };
    }
    const rest = runs.map(
      (timed) => timed.wallMs - STAGES.reduce((sum, stage) => sum + stageMs(timed, stage), 0),
    );
    yield { name: "process start, planning, files, exit", value: median(rest), unit: "ms" };
    yield { name: "all of it", value: median(runs.map(({ wallMs }) => wallMs)), unit: "ms" };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importOnce(folder: string): Promise<Timed> {
  const start = performance.now();
  await promisify(execFile)(
    process.execPath,
    [CLI, "import", PICTURE, "--out", folder, "--force", "--quiet"],
    { cwd: folder },
  );
  const wallMs = performance.now() - start;
  const report = await readFile(join(folder, ".maquette", "last-import.json"), "utf8");
  return { wallMs, stagesMs: JSON.parse(report).stageTimesMs };
}
