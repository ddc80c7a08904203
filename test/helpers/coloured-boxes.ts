import { Document, WebIO } from "@gltf-transform/core";

export interface ColouredBox {
  readonly min: readonly [number, number, number];
  readonly max: readonly [number, number, number];
  /** Linear RGB of the sides -X, +X, -Y, +Y, -Z, +Z; the last one is used for those left out. */
  readonly sides: readonly (readonly [number, number, number])[];
}

/** A GLB of axis-aligned boxes with vertex colours. */
export async function boxesGlb(boxes: readonly ColouredBox[]): Promise<Uint8Array> {
  const positions: number[] = [];
  const normals: number[] = [];
  const colours: number[] = [];
  for (const { min, max, sides } of boxes) {
    for (let side = 0; side < 6; side++) {
      const axis = side >> 1;
      const isUpper = side % 2 === 1;
      const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
      // Corners of the side, counter-clockwise from outside.
      const corners = [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ].map(([atU, atV]) => {
        const corner = [0, 0, 0];
        corner[axis] = (isUpper ? max : min)[axis];
        corner[u] = (atU ? max : min)[u];
        corner[v] = (atV ? max : min)[v];
        return corner;
      });
      if (!isUpper) corners.reverse();
      const normal = [0, 0, 0];
      normal[axis] = isUpper ? 1 : -1;
      for (const i of [0, 1, 2, 0, 2, 3]) {
        positions.push(...corners[i]);
        normals.push(...normal);
        colours.push(...sides[Math.min(side, sides.length - 1)]);
      }
    }
  }
  const document = new Document();
  const buffer = document.createBuffer();
  const accessor = (values: number[]) =>
    document.createAccessor().setType("VEC3").setArray(new Float32Array(values)).setBuffer(buffer);
  const primitive = document
    .createPrimitive()
    .setAttribute("POSITION", accessor(positions))
    .setAttribute("NORMAL", accessor(normals))
    .setAttribute("COLOR_0", accessor(colours))
    .setMaterial(document.createMaterial().setMetallicFactor(0).setRoughnessFactor(1));
  const mesh = document.createMesh().addPrimitive(primitive);
  document.createScene().addChild(document.createNode().setMesh(mesh));
  return await new WebIO().writeBinary(document);
}
