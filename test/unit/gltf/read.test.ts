import { Document, WebIO } from "@gltf-transform/core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import { readGlb } from "../../../plugin/gltf/read.ts";
import { writeGlb } from "../../../plugin/gltf/write.ts";
import { assertAllClose } from "../../helpers/det.ts";

const test = suite("gltf/read");

/** f32 coordinates of order 1. */
const ROUNDING = 1e-6;
/** 16-bit linear colour, seen as sRGB, whose slope is at most 12.92. */
const COLOUR_STEP = (12.92 * 0.5) / 65_535;

const CORNERS = [0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0];

/** A document with a buffer and an accessor of the four corners of a square. */
function square() {
  const document = new Document();
  const buffer = document.createBuffer();
  const accessor = (type: "SCALAR" | "VEC3", array: Float32Array | Uint16Array) =>
    document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
  const primitive = document
    .createPrimitive()
    .setAttribute("POSITION", accessor("VEC3", Float32Array.from(CORNERS)));
  const node = document
    .createNode("square")
    .setMesh(document.createMesh("square").addPrimitive(primitive));
  const scene = document.createScene().addChild(node);
  document.getRoot().setDefaultScene(scene);
  return { document, accessor, primitive, node, scene };
}

const read = async (document: Document) =>
  readGlb(await new WebIO().writeBinary(document), "square.glb");

async function assertUnreadable(bytes: Uint8Array): Promise<void> {
  try {
    await readGlb(bytes, "bad.glb");
  } catch (error) {
    assert.instance(error, InputError);
    const { message, code } = error as InputError;
    assert.is(code, "unreadable");
    assert.match(message, /^bad\.glb: not a readable GLB \(.+\) — [^\n]+$/);
    return;
  }
  assert.unreachable("no error");
}

test("what was written is read back: geometry, normals, sRGB colours, generator", async () => {
  const mesh = {
    positions: Float32Array.from(CORNERS),
    colours: Float32Array.from([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 0]),
    normals: Float32Array.from([0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1]),
    triangles: Uint32Array.from([0, 1, 2, 2, 1, 3]),
  };
  const contents = await readGlb(await writeGlb(mesh, { name: "a", generator: "g" }), "a.glb");
  assert.equal(contents.mesh.positions, mesh.positions);
  assert.equal(contents.mesh.triangles, mesh.triangles);
  assert.equal(contents.mesh.normals, mesh.normals);
  assertAllClose("colours", contents.mesh.colours ?? [], mesh.colours, COLOUR_STEP);
  assert.is(contents.generator, "g");
  assert.equal(contents.materials, ["a"]);
  assert.equal([contents.nodes, contents.meshes, contents.primitives], [1, 1, 1]);
});

test("node transforms apply, parents' included", async () => {
  const { document, primitive, accessor, node, scene } = square();
  primitive.setIndices(accessor("SCALAR", Uint16Array.from([0, 1, 2])));
  node.setScale([2, 2, 2]);
  scene.addChild(document.createNode().setTranslation([0, 0, 5]).addChild(node));
  const { mesh } = await read(document);
  assertAllClose("second corner", mesh.positions.subarray(3, 6), [2, 0, 5], ROUNDING);
});

test("a mirroring transform keeps the outside outside", async () => {
  const { document, primitive, accessor, node } = square();
  primitive.setIndices(accessor("SCALAR", Uint16Array.from([0, 1, 2])));
  node.setScale([-1, 1, 1]);
  const { mesh } = await read(document);
  assert.equal(mesh.triangles, Uint32Array.from([0, 2, 1]));
});

test("a mesh on two nodes counts twice in the triangles, once in the meshes", async () => {
  const { document, primitive, accessor, node, scene } = square();
  primitive.setIndices(accessor("SCALAR", Uint16Array.from([0, 1, 2])));
  scene.addChild(document.createNode().setMesh(node.getMesh()).setTranslation([3, 0, 0]));
  const { mesh, meshes } = await read(document);
  assert.is(mesh.triangles.length / 3, 2);
  assert.is(meshes, 1);
});

test("strips and fans come as triangles, without indices too", async () => {
  const { document, primitive } = square();
  primitive.setMode(5);
  // The second is (1, 3, 2) of the glTF specification, begun at another corner.
  assert.equal((await read(document)).mesh.triangles, Uint32Array.from([0, 1, 2, 2, 1, 3]));
  primitive.setMode(6);
  assert.equal((await read(document)).mesh.triangles, Uint32Array.from([0, 1, 2, 0, 2, 3]));
});

test("lines and points are no triangles", async () => {
  const { document, primitive } = square();
  primitive.setMode(1);
  assert.is((await read(document)).mesh.triangles.length, 0);
});

test("normals and colours are left out when a primitive lacks them", async () => {
  const { document } = square();
  const { mesh } = await read(document);
  assert.is(mesh.normals, undefined);
  assert.is(mesh.colours, undefined);
});

test("textures are listed with name, type, size and bytes", async () => {
  // The header of a PNG of 5 x 7 pixels; nothing more of it is looked at.
  const header = Uint8Array.from([
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 5, 0, 0, 0, 7,
  ]);
  const { document, primitive } = square();
  const texture = document.createTexture("albedo").setMimeType("image/png").setImage(header);
  primitive.setMaterial(document.createMaterial("m").setBaseColorTexture(texture));
  assert.equal((await read(document)).textures, [
    { name: "albedo", mimeType: "image/png", size: [5, 7], bytes: 24 },
  ]);
});

test("an index beyond the vertices is an error", async () => {
  const { document, primitive, accessor } = square();
  primitive.setIndices(accessor("SCALAR", Uint16Array.from([0, 1, 9])));
  await assertUnreadable(await new WebIO().writeBinary(document));
});

test("bytes that are no GLB are an error of one line", async () => {
  const whole = await new WebIO().writeBinary(square().document);
  const foreignVersion = whole.slice();
  foreignVersion[4] = 1;
  const brokenJson = whole.slice();
  brokenJson[20] = 0;
  await assertUnreadable(new Uint8Array(0));
  await assertUnreadable(new TextEncoder().encode("<html>not found</html>"));
  await assertUnreadable(foreignVersion);
  await assertUnreadable(brokenJson);
  for (const length of [4, 12, 19, 40, 200, whole.length - 8]) {
    await assertUnreadable(whole.slice(0, length));
  }
});

test.run();
