import { NullEngine } from "@babylonjs/core/Engines/nullEngine.js";
import { LoadAssetContainerAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import type { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { Scene } from "@babylonjs/core/scene.js";
import "@babylonjs/loaders/glTF/2.0/index.js";
import validator from "gltf-validator";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { ModelError } from "../../../plugin/core/errors.ts";
import type { GameMesh } from "../../../plugin/core/mesh.ts";
import { readGlb } from "../../../plugin/gltf/read.ts";
import { writeGlb } from "../../../plugin/gltf/write.ts";
import { assertAllClose } from "../../helpers/det.ts";

const test = suite("gltf/write");

/** Half a step of the 16 bits that hold a linear colour. */
const COLOUR_STEP = 0.5 / 65_535;
/** f32 coordinates of order 1. */
const ROUNDING = 1e-6;

const OPTIONS = { name: "hero", generator: "Maquette 1.2.3" };

/** A pyramid on y = 0 with a red corner at the front (+Z) and a green tip; each face on its own. */
const FRONT = [0, 0, 0.5];
const TIP = [0, 1, 0];
const [LEFT, RIGHT] = [
  [-0.3, 0, -0.5],
  [0.3, 0, -0.5],
];
const FACES = [
  [FRONT, RIGHT, TIP],
  [RIGHT, LEFT, TIP],
  [LEFT, FRONT, TIP],
  [FRONT, LEFT, RIGHT],
];

function pyramid(): GameMesh {
  const corners = FACES.flat();
  const colourOf = (corner: number[]) =>
    corner === FRONT ? [1, 0, 0] : corner === TIP ? [0, 0.5, 0] : [0.01, 0.2, 0.9];
  return {
    positions: Float32Array.from(corners.flat()),
    colours: Float32Array.from(corners.flatMap(colourOf)),
    normals: Float32Array.from(FACES.flatMap((face) => Array(3).fill(faceNormal(face)).flat())),
    triangles: Uint32Array.from(corners.keys()),
  };
}

function faceNormal([a, b, c]: number[][]): number[] {
  const [u, v] = [b, c].map((point) => point.map((value, axis) => value - a[axis]));
  const n = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
  return n.map((value) => value / Math.hypot(...n));
}

/** A strip of `count` triangles that share no vertex. */
function soup(count: number): GameMesh {
  const one = pyramid();
  const repeat = (values: Float32Array) =>
    Float32Array.from({ length: 9 * count }, (_, i) => values[i % 9]);
  return {
    positions: repeat(one.positions),
    colours: repeat(one.colours),
    normals: repeat(one.normals),
    triangles: Uint32Array.from({ length: 3 * count }, (_, i) => i),
  };
}

/** The JSON chunk of a GLB. */
function jsonOf(glb: Uint8Array) {
  const length = new DataView(glb.buffer, glb.byteOffset).getUint32(12, true);
  return JSON.parse(new TextDecoder().decode(glb.subarray(20, 20 + length)));
}

/** Loads the GLB in Babylon and hands its one mesh to `check`. */
async function inBabylon(glb: Uint8Array, check: (mesh: Mesh, scene: Scene) => void) {
  const engine = new NullEngine();
  try {
    const scene = new Scene(engine);
    const container = await LoadAssetContainerAsync(glb, scene, { pluginExtension: ".glb" });
    container.addAllToScene();
    const meshes = scene.meshes.filter((mesh) => mesh.getTotalVertices() > 0);
    assert.is(meshes.length, 1, "meshes with geometry");
    meshes[0].computeWorldMatrix(true);
    check(meshes[0] as Mesh, scene);
  } finally {
    engine.dispose();
  }
}

for (const [label, mesh] of [
  ["a pyramid", pyramid()],
  ["66,000 vertices", soup(22_000)],
] as const) {
  test(`the Khronos validator has nothing to say about ${label}`, async () => {
    const glb = await writeGlb(mesh, OPTIONS);
    const { issues, info } = await validator.validateBytes(glb);
    assert.equal(issues.messages, []);
    assert.is(info.totalTriangleCount, mesh.triangles.length / 3);
  });
}

test("one scene, node, mesh, primitive and material, named after the asset", async () => {
  const json = jsonOf(await writeGlb(pyramid(), OPTIONS));
  assert.is(json.asset.generator, "Maquette 1.2.3");
  assert.equal(json.scenes, [{ name: "hero", nodes: [0] }]);
  assert.equal(json.nodes, [{ name: "hero", mesh: 0 }]);
  assert.is(json.meshes.length, 1);
  assert.is(json.meshes[0].name, "hero");
  assert.is(json.meshes[0].primitives.length, 1);
  assert.equal(json.materials, [
    { name: "hero", pbrMetallicRoughness: { metallicFactor: 0, roughnessFactor: 0.9 } },
  ]);
  assert.is(json.extensionsUsed, undefined);
  assert.is(json.extensionsRequired, undefined);
});

test("indices take 16 bits up to 65,535 vertices and 32 above", async () => {
  const UNSIGNED_SHORT = 5123;
  const UNSIGNED_INT = 5125;
  const indexType = async (mesh: GameMesh) => {
    const json = jsonOf(await writeGlb(mesh, OPTIONS));
    return json.accessors[json.meshes[0].primitives[0].indices].componentType;
  };
  assert.is(await indexType(soup(21_845)), UNSIGNED_SHORT); // 65,535 vertices
  assert.is(await indexType(soup(21_846)), UNSIGNED_INT);
});

test("colours are three linear components, 4-byte aligned", async () => {
  const json = jsonOf(await writeGlb(pyramid(), OPTIONS));
  const accessor = json.accessors[json.meshes[0].primitives[0].attributes.COLOR_0];
  assert.is(accessor.type, "VEC3");
  assert.ok(accessor.normalized);
  assert.is(accessor.byteOffset % 4, 0);
  assert.is(json.bufferViews[accessor.bufferView].byteStride % 4, 0);
});

test("the 256 tones of 8-bit sRGB stay apart", async () => {
  const mesh = soup(86);
  for (let i = 0; i < 256; i++) mesh.colours.fill(i / 255, 3 * i, 3 * i + 3);
  const { colours } = (await readGlb(await writeGlb(mesh, OPTIONS), "tones")).mesh;
  for (let i = 0; i < 256; i++) {
    assert.is(Math.round(255 * (colours?.[3 * i] ?? -1)), i, `tone ${i}`);
  }
});

test("the same mesh and options give the same bytes", async () => {
  assert.equal(await writeGlb(pyramid(), OPTIONS), await writeGlb(pyramid(), OPTIONS));
});

test("an empty mesh is refused", async () => {
  try {
    await writeGlb(soup(0), OPTIONS);
    assert.unreachable("no error");
  } catch (error) {
    assert.instance(error, ModelError);
    assert.match((error as ModelError).message, /^hero: the mesh has no triangles — /);
  }
});

test("Babylon loads one opaque mesh with its names and material", async () => {
  await inBabylon(await writeGlb(pyramid(), OPTIONS), (mesh, scene) => {
    assert.is(mesh.name, "hero");
    assert.is(mesh.getTotalIndices() / 3, 4);
    assert.not(mesh.hasVertexAlpha, "hasVertexAlpha");
    assert.is(scene.materials.length, 1);
    const material = mesh.material as PBRMaterial;
    assert.is(material.name, "hero");
    assert.is(material.metallic, 0);
    assert.is(material.roughness, 0.9);
    assert.not(material.needAlphaBlendingForMesh(mesh), "alpha blending");
  });
});

test("Babylon reads the colours as linear", async () => {
  await inBabylon(await writeGlb(pyramid(), OPTIONS), (mesh) => {
    const colours = mesh.getVerticesData("color") ?? [];
    const components = colours.length / mesh.getTotalVertices();
    const tip = Array.from(colours).slice(2 * components, 2 * components + 3);
    // sRGB 0.5 is linear ((0.5 + 0.055) / 1.055)^2.4 = 0.21404.
    assertAllClose("tip", tip, [0, 0.2140411, 0], COLOUR_STEP + ROUNDING);
  });
});

test("in Babylon the mesh stands on the ground, up is +Y and the front faces glTF's +Z", async () => {
  await inBabylon(await writeGlb(pyramid(), OPTIONS), (mesh) => {
    const { minimumWorld, maximumWorld } = mesh.getBoundingInfo().boundingBox;
    assertAllClose("min", minimumWorld.asArray(), [-0.3, 0, -0.5], ROUNDING);
    assertAllClose("max", maximumWorld.asArray(), [0.3, 1, 0.5], ROUNDING);
    const positions = mesh.getVerticesData("position") ?? [];
    const inWorld = (vertex: number) =>
      Vector3.TransformCoordinates(
        Vector3.FromArray(positions, 3 * vertex),
        mesh.getWorldMatrix(),
      ).asArray();
    // Babylon's left-handed scenes get glTF's by mirroring X; front and up stay.
    assertAllClose("front", inWorld(0), FRONT, ROUNDING);
    assertAllClose("tip", inWorld(2), TIP, ROUNDING);
    assertAllClose("right", inWorld(1), [-RIGHT[0], RIGHT[1], RIGHT[2]], ROUNDING);
  });
});

test.run();
