/** The meshes of the scene: which nodes they are, what ground they take, how they go. */

import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { Node } from "@babylonjs/core/node.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { Plot } from "../../scene/slots.ts";
import { hasGeometry } from "../../swap/load.ts";
import { disposeUnusedMaterial } from "../../swap/material.ts";
import { notesOf } from "../../swap/notes.ts";
import type { Box } from "./camera.ts";

/** The topmost mesh above a node: what is moved, and goes, as one. */
export function rootOf(node: Node | null | undefined): AbstractMesh | undefined {
  let top = node;
  while (top?.parent) top = top.parent;
  return top instanceof AbstractMesh ? top : undefined;
}

/** Roots of all meshes that show an asset. */
export function contentOf(scene: Scene): AbstractMesh[] {
  return scene.rootNodes.filter(
    (node): node is AbstractMesh => node instanceof AbstractMesh && assetOf(node) !== undefined,
  );
}

/** uuid of the asset that a root, or something under it, shows. */
export function assetOf(root: AbstractMesh): string | undefined {
  for (const node of [root, ...root.getChildMeshes()]) {
    const { uuid } = notesOf(node);
    if (uuid !== undefined) return uuid;
  }
  return undefined;
}

/** The box around meshes, in the scene's units; undefined for none. */
export function boxOf(roots: readonly AbstractMesh[]): Box | undefined {
  const boxes = roots.map((root) => root.getHierarchyBoundingVectors(true, hasGeometry));
  const [first, ...others] = boxes;
  if (first === undefined) return undefined;
  return others.reduce(
    (box, { min, max }) => ({
      min: Vector3.Minimize(box.min, min),
      max: Vector3.Maximize(box.max, max),
    }),
    first,
  );
}

/** The ground under a mesh. */
export function plotOf(root: AbstractMesh): Plot {
  const { min, max } = root.getHierarchyBoundingVectors(true, hasGeometry);
  return { minX: min.x, maxX: max.x, minZ: min.z, maxZ: max.z };
}

/** Takes a mesh out of the scene, with the materials and textures that only it used. */
export function removeFromScene(root: AbstractMesh): void {
  const uuid = assetOf(root);
  const materials = new Set(root.getChildMeshes().flatMap(({ material }) => material ?? []));
  root.dispose();
  if (uuid === undefined) return;
  for (const material of materials) disposeUnusedMaterial(material, uuid);
}
