import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runCli } from "../../plugin/cli/program.ts";
import { InputError } from "../../plugin/core/errors.ts";
import { openDarkroom } from "../../plugin/evaluation/darkroom.ts";
import { evaluateObject, type ObjectResult } from "../../plugin/evaluation/evaluate-object.ts";
import type { Generator, GeneratorOptions } from "../../plugin/pipeline/contract.ts";
import { openGenerator } from "../../plugin/pipeline/generate.ts";
import { defaultSettings } from "../../plugin/project/settings.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { COARSE_RESOLUTION, coarsened } from "../helpers/coarse-generator.ts";
import { boxesGlb, type ColouredBox } from "../helpers/coloured-boxes.ts";
import { RecordingTerminal } from "../helpers/recording-terminal.ts";
import { testUnless } from "../helpers/skip.ts";
import { withFolder } from "../helpers/temporary-folder.ts";

const test = suite("e2e/eval");
const noBrowser = await browserUnavailable();

const RED = [0.6, 0.05, 0.05] as const;
const BLUE = [0.05, 0.05, 0.6] as const;
const GREEN = [0.05, 0.5, 0.05] as const;

const POST: ColouredBox = { min: [-0.3, 0, -0.3], max: [0.3, 1.4, 0.3], sides: [RED] };
/** A red post with a blue head and a green arm towards +X. */
const FIGURE: readonly ColouredBox[] = [
  POST,
  { min: [-0.5, 1.4, -0.5], max: [0.5, 2.2, 0.5], sides: [BLUE] },
  { min: [0.3, 0.6, -0.2], max: [1.1, 1, 0.2], sides: [GREEN] },
];

/** The generator of the embedded model, counting the pictures it is given. */
class Counter {
  pictures = 0;
  onPicture: () => void = () => undefined;

  readonly open = async (options: GeneratorOptions): Promise<Generator> => {
    const generator = coarsened(await openGenerator(options));
    return {
      ...generator,
      generateInStages: (request) => {
        this.pictures++;
        this.onPicture();
        return generator.generateInStages(request);
      },
    };
  };
}

const QUICK = ["--views", "4", "--size", "64", "--triangles", "800"];

function maquetteEval(cwd: string, counter: Counter, ...flags: string[]) {
  const terminal = new RecordingTerminal(cwd);
  counter.onPicture = () => undefined;
  counter.pictures = 0;
  const run = runCli(["eval", "--models", "meshes", ...QUICK, ...flags], {
    terminal,
    openGenerator: counter.open,
    openWorkerGenerator: () => Promise.reject(new Error("not used by this command")),
    openPage: () => Promise.reject(new Error("not used by this command")),
    writeContactSheet: () => Promise.reject(new Error("not used by this command")),
    exitCode: 0,
  });
  return { terminal, run };
}

const KEYS = {
  report: ["version", "conditions", "mean", "objects"],
  conditions: [
    ...["model", "pipelineVersion", "settings", "views", "elevationDegrees", "size", "inputSize"],
    ...["lpips", "fScoreThresholds"],
  ],
  done: ["status", "name", "sha256", "warnings", "scores"],
  failed: ["status", "name", "error"],
  field: ["psnr", "ssim", "lpips"],
  mesh: ["psnr", "ssim", "lpips", "chamfer", "fScores"],
};

testUnless(
  noBrowser,
  test,
  "a folder is evaluated, its report resumed, and a broken mesh stops no other",
  () =>
    withFolder({ "meshes/broken.glb": "no GLB" }, async (folder) => {
      await writeFile(join(folder, "meshes/post.glb"), await boxesGlb([POST]));
      await writeFile(join(folder, "meshes/figure.glb"), await boxesGlb(FIGURE));
      const counter = new Counter();
      const flags = ["--json", "scores.json", "--out", "pictures"];

      const first = maquetteEval(folder, counter, ...flags);
      assert.is(await first.run, 1, first.terminal.errors);
      assert.is(counter.pictures, 2);
      assert.match(first.terminal.errors, /broken\.glb +mesh: .+ — give a plain GLB/);
      const rows = first.terminal.output.split("\n");
      assert.match(
        rows[0],
        /^OBJECT +STAGE +PSNR +SSIM +LPIPS.* +CHAMFER +F@0\.1 +F@0\.2 +F@0\.5$/,
      );
      assert.match(first.terminal.output, /\nfigure\.glb +field .*\n +full mesh .*\n +decimated /);
      assert.match(first.terminal.output, /\nbroken\.glb +failed\n/);
      assert.match(first.terminal.output, /\nMean of 2 objects +field /);

      const text = await readFile(join(folder, "scores.json"), "utf8");
      const report = JSON.parse(text);
      assert.equal(Object.keys(report), KEYS.report);
      assert.equal(Object.keys(report.conditions), KEYS.conditions);
      const [broken, figure, post] = report.objects;
      assert.equal(Object.keys(broken), KEYS.failed);
      assert.is(broken.error.code, "unreadable");
      for (const { scores, ...object } of [figure, post]) {
        assert.equal([...Object.keys(object), "scores"], KEYS.done);
        assert.equal(Object.keys(scores.field), KEYS.field);
        for (const mesh of [scores.full, scores.decimated]) {
          assert.equal(Object.keys(mesh), KEYS.mesh);
          assert.ok(mesh.psnr > 10 && mesh.psnr < 100, `PSNR ${mesh.psnr}`);
          assert.ok(mesh.ssim > 0.3 && mesh.ssim < 1, `SSIM ${mesh.ssim}`);
          assert.ok(mesh.chamfer > 0 && mesh.chamfer < 0.3, `Chamfer ${mesh.chamfer}`);
          assert.is(mesh.fScores.length, 3);
        }
      }
      // Four rows (truth, field, full, decimated) of four views.
      const sheet = await sharp(join(folder, "pictures/figure.png")).metadata();
      assert.equal([sheet.width, sheet.height], [4 * 64, 4 * 64]);

      const again = maquetteEval(folder, counter, ...flags);
      assert.is(await again.run, 1);
      assert.is(counter.pictures, 0, "all is done");
      assert.is(await readFile(join(folder, "scores.json"), "utf8"), text, "byte for byte");
      assert.is(again.terminal.output, first.terminal.output);

      await writeFile(join(folder, "meshes/post.glb"), await boxesGlb([POST, POST]));
      const changed = maquetteEval(folder, counter, ...flags);
      assert.is(await changed.run, 1);
      assert.is(counter.pictures, 1, "one is new");
    }),
);

testUnless(noBrowser, test, "Ctrl-C keeps what is done", () =>
  withFolder({}, async (folder) => {
    await withMeshes(folder, ["a", "b", "c"]);
    const counter = new Counter();
    const { terminal, run } = maquetteEval(folder, counter, "--json", "scores.json");
    counter.onPicture = () => {
      if (counter.pictures === 2) terminal.pressCtrlC();
    };
    assert.is(await run, 130);
    assert.match(terminal.errors, "cancelled; scores.json holds what is done");
    const { objects } = JSON.parse(await readFile(join(folder, "scores.json"), "utf8"));
    assert.equal(
      objects.map(({ name }: { name: string }) => name),
      ["a.glb"],
    );
  }),
);

testUnless(
  noBrowser,
  test,
  "what would fail for every object ends the evaluation in one line",
  () =>
    withFolder({}, async (folder) => {
      await withMeshes(folder, ["a", "b"]);
      const counter = new Counter();
      const { terminal, run } = maquetteEval(folder, counter);
      counter.onPicture = () => {
        throw new InputError("disk-full", "input.png: cannot be written — free some space");
      };
      assert.is(await run, 1);
      assert.is(counter.pictures, 1);
      assert.match(terminal.errors, /input\.png: cannot be written — free some space\n$/);
    }),
);

async function withMeshes(folder: string, names: readonly string[]): Promise<void> {
  await mkdir(join(folder, "meshes"));
  const glb = await boxesGlb([POST]);
  for (const name of names) await writeFile(join(folder, "meshes", `${name}.glb`), glb);
}

test("bad usage is one line and exit code 2", () =>
  withFolder({ "meshes/notes.txt": "", "package.json": "{}" }, async (folder) => {
    const cases: [string[], RegExp][] = [
      [["--size", "10"], /^--size: received 10 — expected a whole number from 64 to 1024\n$/],
      [["--views", "0"], /^--views: received 0 — expected/],
      [["--limit", "x"], /^--limit: received x — expected/],
      [["--json", ""], /^--json: received an empty value — /],
      [[], /meshes: holds no GLB — name a folder of them\n$/],
      [["--model", "no-such-model"], /no-such-model/],
    ];
    for (const [flags, message] of cases) {
      const { terminal, run } = maquetteEval(folder, new Counter(), ...flags);
      assert.is(await run, 2, flags.join(" "));
      assert.match(terminal.errors, message);
    }
  }));

/** The share of pixels on which two pictures agree whether there is something. */
function agreement(a: { data: Uint8Array }, b: { data: Uint8Array }): number {
  let same = 0;
  const isSeen = ({ data }: { data: Uint8Array }, i: number) =>
    Math.min(data[i], data[i + 1], data[i + 2]) < 200;
  for (let i = 0; i < a.data.length; i += 4) same += isSeen(a, i) === isSeen(b, i) ? 1 : 0;
  return (4 * same) / a.data.length;
}

/** The field is translucent at its rim, where the mesh ends at the iso-level: a pixel or two. */
const SAME_FRAME = 0.95;

testUnless(
  noBrowser,
  test,
  "field, full and decimated mesh stand in the same place in every view",
  async () => {
    const generator = await openGenerator({
      model: "maquette-tiny",
      device: "cpu",
      onWarning: (message) => assert.unreachable(message),
    });
    const darkroom = await openDarkroom();
    try {
      const glb = await boxesGlb(FIGURE);
      const settings = {
        ...defaultSettings(generator.model),
        resolution: COARSE_RESOLUTION,
        triangles: 1500,
      };
      const request = { glb, settings, views: 5, size: 96 };
      const tools = { generator, darkroom, lpips: undefined };
      const { pictures, scores }: ObjectResult = await evaluateObject(request, tools);
      for (let k = 0; k < request.views; k++) {
        const [field, full, decimated] = [
          pictures.field[k],
          pictures.full[k],
          pictures.decimated[k],
        ];
        assert.ok(agreement(full, decimated) > SAME_FRAME, `meshes, view ${k}`);
        const withField = agreement(full, field);
        assert.ok(withField > SAME_FRAME, `field and mesh, view ${k}: ${withField}`);
      }
      // From the front, what sticks out to the right must not be on the left.
      const [front] = pictures.truth;
      const greens = (from: number, to: number) => {
        let count = 0;
        for (let i = 0; i < front.data.length; i += 4) {
          const column = (i / 4) % front.width;
          const isGreen =
            front.data[i + 1] > front.data[i] && front.data[i + 1] > front.data[i + 2];
          if (isGreen && column >= from && column < to) count++;
        }
        return count;
      };
      assert.is(greens(0, 48), 0);
      assert.ok(greens(48, 96) > 20);
      assert.ok(scores.full.chamfer > 0);
    } finally {
      await darkroom.close();
      await generator.close();
    }
  },
);

test.run();
