import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { PictureReading } from "../../plugin/core/picture-reading.ts";
import { readGlb } from "../../plugin/gltf/read.ts";
import { measureMesh } from "../../plugin/mesh/measure.ts";
import type { GenerateResult, Generator } from "../../plugin/pipeline/contract.ts";
import { openGenerator } from "../../plugin/pipeline/generate.ts";
import { loadConfig } from "../../plugin/project/config.ts";
import { runImport } from "../../plugin/project/import.ts";
import { planImport } from "../../plugin/project/plan.ts";
import { det } from "../helpers/det.ts";
import { withEnvironment } from "../helpers/environment.ts";
import { installMatteNetwork, redObject } from "../helpers/matte-network.ts";
import { disc, drawPicture } from "../helpers/pictures.ts";
import { rejection } from "../helpers/rejection.ts";

const test = suite("matte on the embedded model");

const SIDE = 256;
/** A round object is as wide as it is high, up to what the model makes of it. */
const MIN_ROUNDNESS = 0.7;

let folder: string;
let generator: Generator;

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "maquette-matte-"));
  generator = await openGenerator({
    model: "maquette-tiny",
    device: "cpu",
    onWarning: (message) => console.log(message),
  });
  await writeBusyPicture(join(folder, "art.png"));
});

test.after(async () => {
  await generator.close();
  await rm(folder, { recursive: true, force: true });
});

/** A red ball on green and blue noise. */
async function writeBusyPicture(path: string): Promise<void> {
  const noise = det([SIDE, SIDE, 2], 9, 60);
  const backdrop = (x: number, y: number) => {
    const at = 2 * (y * SIDE + x);
    return [50, 120 + noise[at], 130 + noise[at + 1]] as const;
  };
  const ball = { colour: [225, 40, 30], coverage: disc(110, 140, 60, 2) } as const;
  const { data } = drawPicture(SIDE, SIDE, backdrop, [ball]);
  await sharp(data, { raw: { width: SIDE, height: SIDE, channels: 4 } }).toFile(path);
}

const generate = (reading: PictureReading): Promise<GenerateResult> =>
  generator.generate({
    picturePath: join(folder, "art.png"),
    name: "art",
    settings: {
      resolution: 48,
      isoDensity: 1,
      triangles: 500,
      size: { axis: "longest", metres: 1 },
      ...reading,
    },
  });

async function withModels(isInstalled: boolean, body: () => Promise<void>): Promise<void> {
  const modelsDir = await mkdtemp(join(folder, "models-"));
  if (isInstalled) await installMatteNetwork(modelsDir, redObject());
  await withEnvironment({ MAQUETTE_MODELS: modelsDir }, body);
}

async function assertRound({ glb }: GenerateResult): Promise<void> {
  const { bounds, manifoldness } = measureMesh((await readGlb(glb, "art.glb")).mesh);
  const [width, height] = bounds.max.map((high, axis) => high - bounds.min[axis]);
  assert.ok(manifoldness.closed);
  assert.ok(Math.min(width, height) / Math.max(width, height) > MIN_ROUNDNESS, "a ball");
}

test("an object on a busy background is found by the installed matte network", () =>
  withModels(true, async () => {
    const result = await generate({ matte: "auto", preprocess: "best" });
    assert.is(result.report.matte, "isnet");
    assert.is(result.report.lacksMatteNetwork, undefined);
    await assertRound(result);
  }));

test("the reference's way of preparing a picture ends in a mesh too", () =>
  withModels(true, async () => {
    const result = await generate({ matte: "auto", preprocess: "reference" });
    assert.is(result.report.matte, "isnet");
    await assertRound(result);
    const both = await rejection(generate({ matte: "backdrop", preprocess: "reference" }));
    assert.match(String(both), /matte backdrop and preprocess reference were both chosen — /);
  }));

test("without the network the picture is left uncut, or refused when it was asked for", () =>
  withModels(false, async () => {
    const { report } = await generate({ matte: "auto", preprocess: "best" });
    assert.is(report.matte, "none");
    assert.is(report.lacksMatteNetwork, true);
    assert.match(report.warnings.join(), /run: maquette models add isnet-general-use/);
    for (const reading of [
      { matte: "isnet", preprocess: "best" },
      { matte: "auto", preprocess: "reference" },
    ] as const) {
      const error = await rejection(generate(reading));
      assert.match(String(error), /^InputError: .*run: maquette models add isnet-general-use$/);
    }
  }));

test("a broken network fails the picture that needs it in one line", () =>
  withModels(true, async () => {
    await installMatteNetwork(process.env["MAQUETTE_MODELS"] ?? "", new Uint8Array(0));
    const other = await openGenerator({
      model: "maquette-tiny",
      device: "cpu",
      onWarning: console.log,
    });
    try {
      const work = other.generate({
        picturePath: join(folder, "art.png"),
        name: "art",
        settings: {
          ...other.model.defaults,
          triangles: 500,
          size: { axis: "longest", metres: 1 },
          matte: "auto",
          preprocess: "best",
        },
      });
      assert.match(String(await rejection(work)), /^ModelError: matte network [^\n]+$/);
    } finally {
      await other.close();
    }
  }));

test("a picture that lacked the network is imported again once it is installed", () =>
  withModels(false, async () => {
    const cwd = await mkdtemp(join(folder, "project-"));
    await writeBusyPicture(join(cwd, "art.png"));
    const plan = async () =>
      planImport({
        inputs: ["art.png"],
        cwd,
        config: await loadConfig({ cwd }),
        model: generator.model,
        flags: { resolution: 48, triangles: 500 },
        force: false,
      });
    await runImport(await plan(), { generator, jobs: 1 });
    assert.is((await plan()).items[0]?.action, "none");

    await installMatteNetwork(process.env["MAQUETTE_MODELS"] ?? "", redObject());
    const after = await plan();
    const [item] = after.items;
    assert.is(item?.action === "generate" ? item.reason : "", "matte network installed");
    await runImport(after, { generator, jobs: 1 });
    const [done] = (await plan()).items;
    assert.is(done?.action === "none" ? done.result.matte : "", "isnet");
  }));

test.run();
