import { suite } from "uvu";
import * as assert from "uvu/assert";
import { addNormals } from "../../../plugin/mesh/normals.ts";
import { orderMesh } from "../../../plugin/mesh/order.ts";
import { checker, torus } from "../../helpers/surfaces.ts";

const test = suite("mesh/order");

/** Triangles as text, rotated so that the smallest corner is first: independent of any order. */
function describe(mesh: ReturnType<typeof orderMesh>): string[] {
  const corner = (vertex: number) =>
    [mesh.positions, mesh.colours, mesh.normals]
      .map((array) => array.subarray(3 * vertex, 3 * vertex + 3).join(","))
      .join(";");
  const triangles: string[] = [];
  for (let i = 0; i < mesh.triangles.length; i += 3) {
    const corners = [0, 1, 2].map((c) => corner(mesh.triangles[i + c]));
    const first = corners.indexOf(corners.toSorted()[0]);
    triangles.push([0, 1, 2].map((c) => corners[(first + c) % 3]).join(" | "));
  }
  return triangles.sort();
}

const mesh = addNormals(torus(0.6, 0.2, 40, 20, checker(4)));

test("the same triangles with the same attributes come out in another order", () => {
  const ordered = orderMesh(mesh);
  assert.not.equal(ordered.triangles, mesh.triangles);
  assert.equal(describe(ordered), describe(mesh));
});

test("vertices come in the order in which triangles first use them", () => {
  let seen = 0;
  for (const vertex of orderMesh(mesh).triangles) {
    assert.ok(vertex <= seen, `vertex ${vertex} before ${seen}`);
    if (vertex === seen) seen++;
  }
});

test("the order is deterministic and the given mesh is not modified", () => {
  const before = mesh.triangles.slice();
  assert.equal(orderMesh(mesh), orderMesh(mesh));
  assert.equal(mesh.triangles, before);
});

test.run();
