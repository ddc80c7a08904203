/** The triangles of a GLB as Babylon.js shows them. */

import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { LoadedSurface } from "../../../plugin/protocol/evaluation-page.ts";
import { loadGlb } from "../contact-sheet/load-glb.ts";

/** @throws when the GLB holds no triangles. */
export async function readSurface(scene: Scene, glb: Uint8Array): Promise<LoadedSurface> {
  const container = await loadGlb(glb, scene);
  try {
    container.addAllToScene();
    const positions: number[] = [];
    const triangles: number[] = [];
    for (const mesh of container.meshes) append(mesh, positions, triangles);
    if (triangles.length === 0) throw new Error("the GLB holds no triangles");
    return { positions: new Float32Array(positions), triangles: new Uint32Array(triangles) };
  } finally {
    container.dispose();
  }
}

function append(mesh: AbstractMesh, positions: number[], triangles: number[]): void {
  const local = mesh.getPositionData(true, true);
  if (local === null) return;
  const world = mesh.computeWorldMatrix(true);
  const base = positions.length / 3;
  for (let i = 0; i < local.length; i += 3) {
    const point = Vector3.TransformCoordinates(Vector3.FromArray(local, i), world);
    positions.push(point.x, point.y, point.z);
  }
  const corners = cornersOf(mesh, local.length / 3);
  const isMirrored = world.determinant() < 0;
  for (let i = 0; i + 2 < corners.length; i += 3) {
    const [a, b, c] = [0, 1, 2].map((corner) => base + (corners[i + corner] ?? 0));
    triangles.push(a ?? 0, (isMirrored ? c : b) ?? 0, (isMirrored ? b : c) ?? 0);
  }
}

/** A mesh without indices uses its vertices in their order. */
function cornersOf(mesh: AbstractMesh, vertices: number): ArrayLike<number> {
  const indices = mesh.getIndices() ?? [];
  return indices.length > 0 ? indices : Array.from({ length: vertices }, (_, vertex) => vertex);
}
