import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelSizes } from "../../plugin/models/families/config.ts";
import { OPENLRM } from "../../plugin/models/families/openlrm.ts";
import { TRIPOSR } from "../../plugin/models/families/triposr.ts";
import { VFUSION3D } from "../../plugin/models/families/vfusion3d.ts";
import { writeRandomModel } from "../helpers/random-checkpoint.ts";
import type { Figure } from "./figure.ts";
import { importWith } from "./import-process.ts";

export const title = "Model families at full size (random weights, built CLI, one picture)";

const ALL_MODELS: readonly [id: string, sizes: ModelSizes][] = [
  ["openlrm-small", OPENLRM.small],
  ["openlrm-base", OPENLRM.base],
  ["openlrm-large", OPENLRM.large],
  ["triposr", TRIPOSR],
  ["vfusion3d", VFUSION3D],
];

/** Some of them only, by id, separated by commas: each takes minutes and 4 GB of disk. */
const chosen = process.env["MAQUETTE_BENCH_MODELS"]?.split(",");
const MODELS = ALL_MODELS.filter(([id]) => chosen?.includes(id) ?? true);

export async function* run(): AsyncIterable<Figure> {
  for (const [id, sizes] of MODELS) {
    const folder = await mkdtemp(join(tmpdir(), "maquette-families-"));
    try {
      const start = performance.now();
      await writeRandomModel(folder, sizes, 1);
      yield {
        name: `${id}: checkpoint written`,
        value: (performance.now() - start) / 1000,
        unit: "s",
      };
      for (const when of ["compiled first", "from the cache"]) {
        const { seconds, memory, triangles } = await importWith(folder);
        const name = `${id}, ${when}`;
        yield { name: `${name}: import`, value: seconds, unit: "s" };
        yield { name: `${name}: peak memory`, value: memory.process / 1e6, unit: "MB" };
        yield { name: `${name}: peak memory of the worker`, value: memory.child / 1e6, unit: "MB" };
        yield { name: `${name}: triangles`, value: triangles, unit: "", atLeast: 1 };
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
