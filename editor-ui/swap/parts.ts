/**
 * The way for a GLB that is more than one mesh: the linked node stays as an anchor, what the GLB
 * holds becomes its children, and those are replaced with every new one.
 */
import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Node } from "@babylonjs/core/node.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { Babylon } from "./babylon.ts";
import { note, notesOf } from "./notes.ts";

function partsOf(node: TransformNode, uuid: string): Node[] {
  return node.getChildren((child) => notesOf(child).partOf === uuid);
}

/** Meshes of the parts, however deep they are. */
function partMeshes(node: TransformNode, uuid: string): AbstractMesh[] {
  return partsOf(node, uuid).flatMap((part) => [
    ...(isAbstractMesh(part) ? [part] : []),
    ...part.getChildMeshes(),
  ]);
}

/** The meshes that show the asset at a node: itself where it is a mesh, and its parts. */
export function shownMeshes(babylon: Babylon, node: TransformNode, uuid: string): AbstractMesh[] {
  return [...(node instanceof babylon.Mesh ? [node] : []), ...partMeshes(node, uuid)];
}

/**
 * Puts everything a container holds into the scene below `anchor`, whose own space is the GLB's
 * (+Y up, right-handed): the loader's root, which converts to the scene's, is left out. Where
 * the anchor has instances, they get instances of the parts.
 */
export function addParts(
  babylon: Babylon,
  anchor: TransformNode,
  container: AssetContainer,
  uuid: string,
): void {
  container.addAllToScene();
  const roots = [...container.rootNodes];
  const parts = roots.flatMap((root) => root.getChildren());
  for (const part of parts) {
    part.parent = anchor;
    note(part, { partOf: uuid });
  }
  for (const root of roots) root.dispose(true);
  if (!(anchor instanceof babylon.Mesh)) return;
  for (const mesh of partMeshes(anchor, uuid)) looksLike(mesh, anchor);
  for (const instance of anchor.instances) {
    for (const part of parts) {
      const copy =
        "instantiateHierarchy" in part && (part as TransformNode).instantiateHierarchy(instance);
      if (copy) note(copy, { partOf: uuid });
    }
  }
}

/** Parts are shown, picked and shadowed as the anchor was while it was a mesh itself. */
function looksLike(part: AbstractMesh, anchor: AbstractMesh): void {
  part.isVisible = anchor.isVisible;
  part.visibility = anchor.visibility;
  part.isPickable = anchor.isPickable;
  part.layerMask = anchor.layerMask;
  part.renderingGroupId = anchor.renderingGroupId;
  part.checkCollisions = anchor.checkCollisions;
  if (!part.isAnInstance) part.receiveShadows = anchor.receiveShadows;
  for (const light of anchor.getScene().lights) {
    for (const generator of light.getShadowGenerators()?.values() ?? []) {
      const casters = generator.getShadowMap()?.renderList;
      if (casters?.includes(anchor)) casters.push(part);
    }
  }
}

/** Disposes the parts with their skeletons, morph targets and animations; materials stay. */
export function removeParts(babylon: Babylon, anchor: TransformNode, uuid: string): void {
  const scene = anchor.getScene();
  const holders = [anchor, ...(anchor instanceof babylon.Mesh ? anchor.instances : [])];
  const parts = holders.flatMap((holder) => partsOf(holder, uuid));
  const nodes = new Set(parts.flatMap((part) => [part, ...part.getDescendants()]));
  const meshes = [...nodes].filter(isAbstractMesh);
  const skeletons = new Set(meshes.flatMap(({ skeleton }) => skeleton ?? []));
  const morphs = new Set(
    meshes.flatMap((mesh) => (mesh instanceof babylon.Mesh && mesh.morphTargetManager) || []),
  );
  for (const group of [...scene.animationGroups]) {
    if (group.targetedAnimations.some(({ target }) => nodes.has(target))) group.dispose();
  }
  for (const part of parts) part.dispose();
  for (const skeleton of skeletons) {
    if (!usesSkeleton(scene, skeleton)) skeleton.dispose();
  }
  for (const manager of morphs) manager.dispose();
}

function usesSkeleton(scene: Scene, skeleton: AbstractMesh["skeleton"]): boolean {
  return scene.meshes.some((mesh) => mesh.skeleton === skeleton);
}

export function isAbstractMesh(node: Node): node is AbstractMesh {
  return "getTotalVertices" in node;
}
