/** A loaded GLB as something to photograph: centred and scaled, whatever its unit was. */

import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import { VertexBuffer } from "@babylonjs/core/Buffers/buffer.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";

/** The centre of its bounding box is the origin, the box's diagonal is 1. */
export interface Subject {
  readonly root: Mesh;
  readonly meshes: readonly AbstractMesh[];
  /** (N, 3) xyz of all vertices. */
  readonly points: Float32Array;
  /** Height of the lowest vertex. */
  readonly bottom: number;
}

/** @throws when the container holds no triangles. */
export function createSubject(container: AssetContainer): Subject {
  const positions = worldPositions(container.meshes);
  const min = new Vector3(Infinity, Infinity, Infinity);
  const max = min.negate();
  for (const position of positions) {
    min.minimizeInPlace(position);
    max.maximizeInPlace(position);
  }
  if (!(max.x >= min.x)) throw new Error("the GLB holds no triangles");
  const centre = min.add(max).scale(0.5);
  const scale = 1 / max.subtract(min).length();
  const root = container.createRootMesh();
  root.scaling.setAll(scale);
  root.position = centre.scale(-scale);
  return {
    root,
    meshes: container.meshes,
    points: new Float32Array(
      positions.flatMap((position) => position.subtract(centre).scale(scale).asArray()),
    ),
    bottom: (min.y - centre.y) * scale,
  };
}

function worldPositions(meshes: readonly AbstractMesh[]): Vector3[] {
  const points: Vector3[] = [];
  for (const mesh of meshes) {
    const positions = mesh.getVerticesData(VertexBuffer.PositionKind) ?? [];
    const world = mesh.computeWorldMatrix(true);
    for (let i = 0; i < positions.length; i += 3) {
      points.push(Vector3.TransformCoordinates(Vector3.FromArray(positions, i), world));
    }
  }
  return points;
}
