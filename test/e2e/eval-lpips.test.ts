import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runCli } from "../../plugin/cli/program.ts";
import { LPIPS_BACKBONES } from "../../plugin/evaluation/images/lpips-graph.ts";
import { openGenerator } from "../../plugin/pipeline/generate.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { coarsened } from "../helpers/coarse-generator.ts";
import { boxesGlb } from "../helpers/coloured-boxes.ts";
import { withEnvironment } from "../helpers/environment.ts";
import { writeLpipsFiles } from "../helpers/lpips-files.ts";
import { RecordingTerminal } from "../helpers/recording-terminal.ts";
import { testUnless } from "../helpers/skip.ts";
import { withFolder } from "../helpers/temporary-folder.ts";

const test = suite("e2e/eval with LPIPS");
const noBrowser = await browserUnavailable();

/** Evaluates a post with the embedded model; the models folder is `models` in `folder`. */
async function evaluatePost(folder: string): Promise<RecordingTerminal> {
  const post = { min: [-0.3, 0, -0.3], max: [0.3, 1.4, 0.3], sides: [[0.6, 0.05, 0.05]] } as const;
  await writeFile(join(folder, "meshes/post.glb"), await boxesGlb([post]));
  const terminal = new RecordingTerminal(folder);
  const quick = ["--views", "1", "--size", "64", "--triangles", "800", "--json", "scores.json"];
  await withEnvironment({ MAQUETTE_MODELS: join(folder, "models") }, async () => {
    const exitCode = await runCli(["eval", "--models", "meshes", ...quick], {
      terminal,
      openGenerator: async (options) => coarsened(await openGenerator(options)),
      openWorkerGenerator: () => Promise.reject(new Error("not used by this command")),
      openPage: () => Promise.reject(new Error("not used by this command")),
      writeContactSheet: () => Promise.reject(new Error("not used by this command")),
      exitCode: 0,
    });
    assert.is(exitCode, 0, terminal.errors);
  });
  return terminal;
}

for (const backbone of LPIPS_BACKBONES) {
  testUnless(noBrowser, test, `two files in the folder give the column of ${backbone}`, () =>
    withFolder({ "meshes/.keep": "" }, async (folder) => {
      await writeLpipsFiles(join(folder, "models/lpips"), backbone);
      const { output, errors } = await evaluatePost(folder);
      assert.match(output, new RegExp(`^OBJECT .* LPIPS \\(${backbone}\\) `));
      assert.not.match(output + errors, "not installed");
      const { mean } = JSON.parse(await readFile(join(folder, "scores.json"), "utf8"));
      for (const stage of ["field", "full", "decimated"]) {
        assert.ok(mean[stage].lpips > 0, `${stage}: ${mean[stage].lpips}`);
        assert.match(output, ` ${mean[stage].lpips.toFixed(4)} `);
      }
    }),
  );
}

testUnless(noBrowser, test, "without them the two addresses and the folder are given", () =>
  withFolder({ "meshes/.keep": "" }, async (folder) => {
    const { output, errors } = await evaluatePost(folder);
    assert.match(output, "not installed");
    assert.match(
      errors,
      /download https:\S+alexnet-owt-7be5be79\.pth and https:\S+alex\.pth into /,
    );
    assert.match(errors, join(folder, "models", "lpips"));
  }),
);

test.run();
