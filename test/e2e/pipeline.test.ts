import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError } from "../../plugin/core/errors.ts";
import type { GenerateSettings } from "../../plugin/core/generate-settings.ts";
import type { Stage } from "../../plugin/core/progress.ts";
import { readGlb } from "../../plugin/gltf/read.ts";
import { measureMesh } from "../../plugin/mesh/measure.ts";
import type { GenerateResult, Generator } from "../../plugin/pipeline/contract.ts";
import { openGenerator } from "../../plugin/pipeline/generate.ts";

const pipeline = suite("pipeline on the embedded model");

const SETTINGS: GenerateSettings = {
  resolution: 64,
  isoDensity: 1,
  triangles: 2000,
  size: { axis: "longest", metres: 1 },
  matte: "auto",
  preprocess: "best",
};
/** Blue right half, red left half, green foot: tells right from left and up from down. */
const THREE_COLOURS = svg(`
  <rect x="150" y="120" width="150" height="300" fill="#d02020"/>
  <rect x="300" y="120" width="150" height="300" fill="#2040d0"/>
  <rect x="150" y="420" width="300" height="70" fill="#20a030"/>`);
/** Hardly to be told from white: the model was trained on white backgrounds. */
const GHOST = svg(`
  <path d="M180 520V290Q180 130 300 130Q420 130 420 290V520L360 480L300 520L240 480Z" fill="#fbfbfb"/>
  <circle cx="265" cy="280" r="21" fill="#333"/><circle cx="335" cy="280" r="21" fill="#333"/>`);
/** The model's colours are within about 0.1 of a picture's (its README: 19.8 dB at the surface). */
const COLOUR_ERROR = 0.15;
/** Positions are f32. */
const METRES_TOLERANCE = 1e-6;

let folder: string;
let generator: Generator;

pipeline.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "maquette-pipeline-"));
  generator = await openGenerator({
    model: "maquette-tiny",
    device: "cpu",
    onWarning: (message) => console.log(message),
  });
});

pipeline.after(async () => {
  await generator.close();
  await rm(folder, { recursive: true, force: true });
});

async function generate(
  picture: string,
  settings: Partial<GenerateSettings> = {},
): Promise<GenerateResult> {
  const picturePath = join(folder, "picture.svg");
  await writeFile(picturePath, picture);
  return generator.generate({
    picturePath,
    name: "prop",
    settings: { ...SETTINGS, ...settings },
  });
}

pipeline("the mesh is closed, within budget, a metre long and stands on the ground", async () => {
  const { glb, report } = await generate(THREE_COLOURS);
  const { mesh } = await readGlb(glb, "prop.glb");
  const { manifoldness, triangles, bounds } = measureMesh(mesh);
  assert.ok(manifoldness.closed);
  assert.is(triangles, report.triangles.achieved);
  assert.ok(triangles <= 2000 && triangles >= 0.98 * 2000, `${triangles} triangles`);
  const extents = bounds.max.map((high, axis) => high - bounds.min[axis]);
  assert.ok(Math.abs(Math.max(...extents) - 1) < METRES_TOLERANCE);
  assert.ok(Math.abs(bounds.min[1]) < METRES_TOLERANCE);
  for (const axis of [0, 2]) {
    assert.ok(Math.abs(bounds.min[axis] + bounds.max[axis]) < METRES_TOLERANCE);
  }
});

pipeline("the picture's right is +X, its top is +Y, and its front faces +Z", async () => {
  const { glb } = await generate(THREE_COLOURS);
  const { mesh } = await readGlb(glb, "prop.glb");
  const { positions, colours = new Float32Array() } = mesh;
  const centre = (channel: number, axis: number): number => {
    let [sum, weight] = [0, 0];
    for (let i = 0; i < positions.length; i += 3) {
      const others = [0, 1, 2].filter((other) => other !== channel);
      const share = Math.max(
        colours[i + channel] - Math.max(...others.map((other) => colours[i + other])),
        0,
      );
      sum += share * positions[i + axis];
      weight += share;
    }
    return sum / weight;
  };
  const [red, green, blue] = [0, 1, 2];
  assert.ok(centre(blue, 0) > centre(red, 0) + 0.1, "blue is right of red");
  assert.ok(centre(red, 1) > centre(green, 1) + 0.1, "red is above green");
});

pipeline("the same picture and settings give the same bytes", async () => {
  const [first, second] = [await generate(THREE_COLOURS), await generate(THREE_COLOURS)];
  assert.ok(Buffer.from(first.glb).equals(second.glb));
});

pipeline("a near-white object is read from a darkened copy and stays white", async () => {
  const { glb, report } = await generate(GHOST);
  assert.is(report.warnings.length, 1);
  assert.match(report.warnings[0], /near-white object.* fits the picture by \d+% instead of \d+%/);
  const { colours = new Float32Array() } = (await readGlb(glb, "prop.glb")).mesh;
  const mean = colours.reduce((sum, value) => sum + value, 0) / colours.length;
  assert.ok(mean > 1 - COLOUR_ERROR, `mean colour ${mean}`);
});

pipeline("an iso level that no density reaches is lowered, with a warning", async () => {
  const { report } = await generate(THREE_COLOURS, { isoDensity: 1000 });
  assert.match(report.warnings.join(), /no density reached the iso level 1000; lowered to/);
  assert.ok(report.triangles.achieved > 0);
});

pipeline("stages are announced in order, and timed", async () => {
  const picturePath = join(folder, "staged.svg");
  await writeFile(picturePath, THREE_COLOURS);
  const seen: Stage[] = [];
  const { report } = await generator.generate({
    picturePath,
    name: "staged",
    settings: SETTINGS,
    onProgress: (stage, fraction) => {
      assert.ok(fraction >= 0 && fraction <= 1);
      if (seen.at(-1) !== stage) seen.push(stage);
    },
  });
  const stages = ["decode", "matte", "encode", "extract", "colour", "clean", "simplify", "write"];
  assert.equal(seen, stages);
  assert.equal(Object.keys(report.timingsMs), stages);
  assert.ok(Object.values(report.timingsMs).every((ms) => ms > 0));
});

pipeline(
  "cancelled work stops, whichever stage it has reached, and the next picture works",
  async () => {
    const picturePath = join(folder, "cancelled.svg");
    await writeFile(picturePath, THREE_COLOURS);
    for (const stage of ["decode", "encode", "extract", "write"]) {
      const controller = new AbortController();
      const work = generator.generate({
        picturePath,
        name: "cancelled",
        settings: SETTINGS,
        signal: controller.signal,
        onProgress: (reached) => {
          if (reached === stage) controller.abort();
        },
      });
      const outcome = await work.then(
        () => "finished",
        (error: unknown) => error,
      );
      // The last stage has nothing after it that could notice.
      if (stage !== "write") assert.instance(outcome, CancelledError, stage);
    }
    assert.ok((await generate(THREE_COLOURS)).glb.length > 0);
  },
);

pipeline.run();

function svg(body: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600">${body}</svg>`;
}
