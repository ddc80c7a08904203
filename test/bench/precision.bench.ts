import { PRECISIONS } from "../../plugin/core/precision.ts";
import { measurePrecisions } from "../../plugin/evaluation/precision/measure.ts";
import { benchPicture } from "../../plugin/evaluation/precision/picture.ts";
import { defaultCacheDir } from "../../plugin/files/cache-folder.ts";
import { openModel } from "../../plugin/models/lrm.ts";
import { DEFAULT_MODEL } from "../../plugin/models/registry.ts";
import type { Figure } from "./figure.ts";
import { PICTURE } from "./import-process.ts";

export const title =
  "Precisions of the embedded model on the CPU, as `maquette bench model` has them";

const REPEATS = 9;

export async function* run(): AsyncIterable<Figure> {
  const cacheDir = defaultCacheDir();
  const model = await openModel(DEFAULT_MODEL, cacheDir);
  const outcomes = measurePrecisions({
    model,
    picture: await benchPicture(PICTURE, model.architecture.picture),
    device: "cpu",
    precisions: PRECISIONS,
    cacheDir,
    resolution: model.resolution,
    repeats: REPEATS,
    onWarning: (message) => console.log(`  ${message}`),
  });
  for await (const outcome of outcomes) {
    const { precision } = outcome;
    if ("problem" in outcome) throw new Error(outcome.problem);
    yield { name: `${precision}: file`, value: outcome.fileBytes / 1e6, unit: "MB" };
    yield { name: `${precision}: speed over f32`, value: outcome.speedup, unit: "x" };
    yield { name: `${precision}: error of the planes`, value: outcome.planesError, unit: "" };
    const chamfer = 100 * (outcome.chamfer ?? Number.NaN);
    yield { name: `${precision}: Chamfer distance to f32`, value: chamfer, unit: "%" };
  }
}
