/** New geometry in a mesh that stays the same object, with its instances. */
import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { refreshMesh } from "./refresh.ts";

/** Thin instances live in vertex buffers beside the mesh's own; these are their matrices. */
const MATRIX_BUFFERS: Readonly<Record<string, string>> = {
  world0: "matrix",
  previousWorld0: "previousMatrix",
};
const MATRIX_COLUMN = /^(world|previousWorld)\d$/;
const MATRIX_SIZE = 16;

interface ThinBuffer {
  readonly kind: string;
  /** The user's own array, which is kept: games write to it and tell Babylon afterwards. */
  readonly data: Float32Array;
  readonly stride: number;
  readonly isStatic: boolean;
}

/** Gives the mesh of a container to all targets, which share it. Geometry nothing uses is disposed. */
export function replaceGeometry(
  targets: readonly Mesh[],
  fresh: Mesh,
  container: AssetContainer,
): void {
  const { geometry } = fresh;
  if (!geometry) throw new Error(`${fresh.name} has no geometry`);
  container.geometries.splice(container.geometries.indexOf(geometry), 1);
  for (const target of targets) {
    const former = target.geometry;
    const thinBuffers = readThinBuffers(target);
    const thinCount = target.thinInstanceCount;
    target.hasVertexAlpha = fresh.hasVertexAlpha;
    target.isUnIndexed = fresh.isUnIndexed;
    // Babylon would keep a range of the former triangles that fits into the new ones.
    target.releaseSubMeshes();
    geometry.applyToMesh(target);
    writeThinBuffers(target, thinBuffers, thinCount);
    for (const instance of target.instances) instance.refreshBoundingInfo();
    refreshMesh(target);
    if (former && former.meshes.length === 0) {
      // The Editor's files are named after ids.
      geometry.id = former.id;
      former.dispose();
    }
  }
}

/** Leaves the mesh as an empty node. */
export function removeGeometry(mesh: Mesh): void {
  mesh.geometry?.releaseForMesh(mesh, true);
  mesh.releaseSubMeshes();
  mesh.synchronizeInstances();
}

function readThinBuffers(mesh: Mesh): ThinBuffer[] {
  if (!mesh.hasThinInstances) return [];
  return mesh.getVerticesDataKinds().flatMap((column) => {
    const buffer = mesh.getVertexBuffer(column);
    const data = buffer?.getData();
    const kind = MATRIX_COLUMN.test(column) ? MATRIX_BUFFERS[column] : column;
    if (!buffer?.getIsInstanced() || !(data instanceof Float32Array) || !kind) return [];
    const stride = kind === column ? buffer.getSize() : MATRIX_SIZE;
    return [{ kind, data, stride, isStatic: !buffer.isUpdatable() }];
  });
}

function writeThinBuffers(mesh: Mesh, buffers: readonly ThinBuffer[], count: number): void {
  if (buffers.length === 0) return;
  for (const { kind, data, stride, isStatic } of buffers) {
    mesh.thinInstanceSetBuffer(kind, data, stride, isStatic);
  }
  mesh.thinInstanceCount = count;
  mesh.thinInstanceRefreshBoundingInfo(true);
}
