import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import {
  type Conditions,
  type EvaluationReport,
  REPORT_VERSION,
  readDone,
  writeReport,
} from "../../../plugin/evaluation/report.ts";
import { meanScores, type Scores } from "../../../plugin/evaluation/scores.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("evaluation/report");

const CONDITIONS: Conditions = {
  model: { id: "tiny", weightsSha256: "a".repeat(64), precision: "f32" },
  pipelineVersion: 1,
  settings: { triangles: 5000, size: { axis: "longest", metres: 1 } },
  views: 16,
  elevationDegrees: 20,
  size: 256,
  inputSize: 512,
  lpips: null,
  fScoreThresholds: [0.1, 0.2, 0.5],
};

function scoresOf(value: number): Scores {
  const picture = { psnr: 10 * value, ssim: value / 4, lpips: null };
  const mesh = { ...picture, chamfer: value, fScores: [value, 2 * value, 3 * value] };
  return { field: picture, full: mesh, decimated: mesh };
}

function reportOf(conditions: Conditions): EvaluationReport {
  return {
    version: REPORT_VERSION,
    conditions,
    mean: scoresOf(1),
    objects: [
      { status: "done", name: "a.glb", sha256: "1", warnings: [], scores: scoresOf(1) },
      { status: "failed", name: "b.glb", error: { code: "unreadable", message: "b.glb: no" } },
    ],
  };
}

test("a report gives back what is done, and only under its own conditions", () =>
  withFolder({}, async (folder) => {
    const path = join(folder, "new", "report.json");
    assert.is((await readDone(path, CONDITIONS)).size, 0, "no file yet");
    const report = reportOf(CONDITIONS);
    await writeReport(path, report);
    const done = await readDone(path, CONDITIONS);
    assert.equal([...done], [["a.glb", report.objects[0]]]);
    const others: Conditions[] = [
      { ...CONDITIONS, views: 8 },
      { ...CONDITIONS, lpips: "alex" },
      { ...CONDITIONS, settings: { ...CONDITIONS.settings, triangles: 2000 } },
      { ...CONDITIONS, model: { ...CONDITIONS.model, weightsSha256: "b".repeat(64) } },
    ];
    for (const conditions of others) assert.is((await readDone(path, conditions)).size, 0);
  }));

test("a file that is no report is not taken for one, lest it be overwritten", () =>
  withFolder({}, async (folder) => {
    const path = join(folder, "package.json");
    const later = JSON.stringify({ ...reportOf(CONDITIONS), version: REPORT_VERSION + 1 });
    for (const text of ["", "{}", "[1", later]) {
      await writeFile(path, text);
      try {
        await readDone(path, CONDITIONS);
        assert.unreachable("must throw");
      } catch (error) {
        assert.instance(error, InputError);
        assert.is((error as InputError).code, "bad-option");
        assert.match((error as InputError).message, /package\.json: not a report .* — remove it/);
      }
    }
  }));

test("means are taken figure by figure", () => {
  assert.is(meanScores([]), null);
  assert.equal(meanScores([scoresOf(1), scoresOf(3)]), scoresOf(2));
  const withLpips = (lpips: number): Scores => {
    const scores = scoresOf(1);
    return { ...scores, field: { ...scores.field, lpips } };
  };
  assert.is(meanScores([withLpips(0.25), withLpips(0.75)])?.field.lpips, 0.5);
});

test.run();
