import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import validator from "gltf-validator";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { DEFAULT_READING } from "../../plugin/core/picture-reading.ts";
import { readGlb } from "../../plugin/gltf/read.ts";
import { measureMesh } from "../../plugin/mesh/measure.ts";
import type { ModelSizes } from "../../plugin/models/families/config.ts";
import type { GenerateResult } from "../../plugin/pipeline/contract.ts";
import { openGenerator } from "../../plugin/pipeline/generate.ts";
import { axisCrossWeights, CROSS_EXTENTS } from "../helpers/axis-cross.ts";
import { writeModel, writeRandomModel } from "../helpers/random-checkpoint.ts";
import { SMALL_MODELS, SMALL_OPENLRM_BASE } from "../helpers/small-models.ts";

/** Every family from a checkpoint on disk to a GLB, in small. */
const test = suite("families, picture to GLB");

const PICTURE = fileURLToPath(new URL("../../samples/concept-art/toadstool.png", import.meta.url));
const RESOLUTION = 48;
/**
 * The surface runs up to half a texel, of 16 in a side of 2, inside the object's silhouettes. Of the
 * ratios 1 : 0.8 : 0.6 the last becomes (0.75 - 2/16) / (1.25 - 2/16), 0.044 less.
 */
const RATIO_TOLERANCE = 0.05;

/** Depth of an arm's end, metres; the object is a metre wide. */
const TIP = 0.05;

let folder: string;
const formerCache = process.env["MAQUETTE_CACHE"];

test.before(async () => {
  folder = await mkdtemp(join(tmpdir(), "maquette-families-"));
  process.env["MAQUETTE_CACHE"] = join(folder, "cache");
});

test.after(async () => {
  if (formerCache === undefined) delete process.env["MAQUETTE_CACHE"];
  else process.env["MAQUETTE_CACHE"] = formerCache;
  await rm(folder, { recursive: true, force: true });
});

async function generate(model: string): Promise<GenerateResult> {
  const generator = await openGenerator({ model, device: "cpu", onWarning: console.log });
  try {
    const { isoDensity } = generator.model.defaults;
    return await generator.generate({
      picturePath: PICTURE,
      name: "prop",
      settings: {
        ...DEFAULT_READING,
        resolution: RESOLUTION,
        isoDensity,
        triangles: 4000,
        size: { axis: "longest", metres: 1 },
      },
    });
  } finally {
    await generator.close();
  }
}

async function modelFolder(name: string): Promise<string> {
  const model = join(folder, name);
  await mkdir(model);
  return model;
}

const MODELS: readonly [name: string, sizes: ModelSizes][] = [
  ["VFusion3D", SMALL_MODELS.vfusion3d],
  ["OpenLRM", SMALL_MODELS.openlrm],
  ["OpenLRM with packed cross-attention", SMALL_OPENLRM_BASE],
  ["TripoSR", SMALL_MODELS.triposr],
];

for (const [name, sizes] of MODELS) {
  test(`${name}: random weights give a closed mesh that the Khronos validator accepts`, async () => {
    const model = await modelFolder(`random ${name}`);
    await writeRandomModel(model, sizes, 1);
    const { glb, report } = await generate(model);
    assert.equal((await validator.validateBytes(glb)).issues.messages, []);
    const { manifoldness, triangles } = measureMesh((await readGlb(glb, name)).mesh);
    assert.ok(manifoldness.closed);
    assert.ok(triangles > 0);
    assert.is(triangles, report.triangles.achieved);
  });

  test(`${name}: the picture's right is +X, up is +Y, the viewer's side is +Z`, async () => {
    const model = await modelFolder(`cross ${name}`);
    await writeModel(model, sizes, axisCrossWeights(sizes));
    const { glb, report } = await generate(model);
    assert.equal(report.warnings, []);
    const { positions } = (await readGlb(glb, name)).mesh;

    const { min, max } = report.bounds;
    CROSS_EXTENTS.forEach((extent, axis) => {
      const ratio = (max[axis] - min[axis]) / (max[0] - min[0]);
      const expected = extent / CROSS_EXTENTS[0];
      assert.ok(Math.abs(ratio - expected) <= RATIO_TOLERANCE, `extent ${axis}: ${ratio}`);
    });
    // Each arm is as thin as the cube, which lies at the low end of all three.
    for (const axis of [0, 1, 2]) {
      const tip = max[axis] - TIP;
      for (const other of [0, 1, 2].filter((index) => index !== axis)) {
        const middle = (min[other] + max[other]) / 2;
        assert.ok(meanOf(positions, other, axis, tip) < middle, `tip of ${axis}, along ${other}`);
      }
    }
  });
}

/** Mean coordinate `axis` of the vertices that lie beyond `from` along `along`. */
function meanOf(positions: Float32Array, axis: number, along: number, from: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < positions.length; i += 3) {
    if (positions[i + along] < from) continue;
    sum += positions[i + axis];
    count++;
  }
  return sum / count;
}

test.run();
