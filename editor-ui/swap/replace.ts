/** What linked nodes show -> what a freshly loaded GLB holds. Synchronous: no frame sees half of it. */
import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import type { Material } from "@babylonjs/core/Materials/material.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Babylon } from "./babylon.ts";
import { removeGeometry, replaceGeometry } from "./geometry.ts";
import { disposeContainer, soleMesh } from "./load.ts";
import {
  adoptMaterial,
  disposeUnusedMaterial,
  idleMaterials,
  isFrom,
  updateMaterial,
} from "./material.ts";
import { addParts, removeParts, shownMeshes } from "./parts.ts";

export type Replacement = "in-place" | "anchored";

/**
 * Nodes that one container serves together: those that share a geometry go on sharing it, unless
 * the GLB comes as parts, of which each node has its own.
 */
export function sharingNodes(
  babylon: Babylon,
  nodes: readonly TransformNode[],
  container: AssetContainer,
): TransformNode[][] {
  const isSole = soleMesh(babylon, container) !== undefined;
  const groups = new Map<unknown, TransformNode[]>();
  for (const node of nodes) {
    const geometry = isSole && node instanceof babylon.Mesh ? node.geometry : null;
    const key = geometry ?? node;
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return [...groups.values()];
}

/** Takes the container over; `nodes` are one group of `sharingNodes`. */
export function replaceContent(
  babylon: Babylon,
  nodes: readonly TransformNode[],
  container: AssetContainer,
  uuid: string,
): Replacement {
  const mesh = soleMesh(babylon, container);
  const targets = nodes.filter((node) => node instanceof babylon.Mesh);
  const formerMaterials = nodes.flatMap((node) => ownMaterials(babylon, node, uuid));
  for (const node of nodes) removeParts(babylon, node, uuid);
  const isInPlace = mesh !== undefined && targets.length === nodes.length;
  if (isInPlace) {
    replaceInPlace(targets, mesh, container, uuid, formerMaterials);
  } else {
    for (const target of targets) removeGeometry(target);
    updateByName(container, formerMaterials, uuid);
    for (const node of nodes) addParts(babylon, node, container, uuid);
  }
  for (const material of formerMaterials) disposeUnusedMaterial(material, uuid);
  return isInPlace ? "in-place" : "anchored";
}

function replaceInPlace(
  targets: readonly Mesh[],
  mesh: Mesh,
  container: AssetContainer,
  uuid: string,
  formerMaterials: readonly Material[],
): void {
  const { material } = mesh;
  // A mesh without material is the user's choice, unless it was an anchor and its parts had it.
  for (const target of targets.filter(({ geometry, material }) => !geometry && !material)) {
    target.material = formerMaterials.find(({ name }) => name === material?.name) ?? material;
  }
  if (material && targets.some((target) => target.material === material)) {
    adoptMaterial(material, container, uuid);
  }
  const shown = targets.map((target) => target.material);
  const idle = idleMaterials(mesh.getScene(), uuid);
  for (const kept of new Set([...shown, ...idle])) {
    if (material && kept && kept !== material && isFrom(kept, uuid)) {
      updateMaterial(kept, material, container, uuid);
    }
  }
  replaceGeometry(targets, mesh, container);
  disposeContainer(container);
}

/** Parts keep the materials that former parts of the same material names had. */
function updateByName(
  container: AssetContainer,
  formerMaterials: readonly Material[],
  uuid: string,
): void {
  for (const material of [...container.materials]) {
    const kept = formerMaterials.find(({ name }) => name === material.name);
    if (!kept) {
      adoptMaterial(material, container, uuid);
      continue;
    }
    updateMaterial(kept, material, container, uuid);
    for (const mesh of container.meshes) {
      if (mesh.material === material && !mesh.isAnInstance) mesh.material = kept;
    }
    // Disposing takes it out of the container as well, with the textures nobody took over.
    const leftOver = material
      .getActiveTextures()
      .filter((texture) => container.textures.includes(texture));
    material.dispose();
    for (const texture of leftOver) texture.dispose();
  }
}

function ownMaterials(babylon: Babylon, node: TransformNode, uuid: string): Material[] {
  const materials = shownMeshes(babylon, node, uuid).flatMap(({ material }) => material ?? []);
  return [...new Set(materials)].filter((material) => isFrom(material, uuid));
}
