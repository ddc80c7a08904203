/** Which nodes of a scene show which asset. */
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { Babylon } from "./babylon.ts";
import { hasGeometry } from "./load.ts";
import { claimMaterial } from "./material.ts";
import { note, notesOf } from "./notes.ts";

/** Nodes that show any asset. Instances are left out: they show what their mesh shows. */
export function linkedNodes(scene: Scene): TransformNode[] {
  const meshes: TransformNode[] = scene.meshes.filter(({ isAnInstance }) => !isAnInstance);
  return [...meshes, ...scene.transformNodes].filter((node) => notesOf(node).uuid !== undefined);
}

export function findLinked(scene: Scene, uuid: string): TransformNode[] {
  return linkedNodes(scene).filter((node) => notesOf(node).uuid === uuid);
}

/** Links the one mesh at or below `node`; where there are several, `node`, with them as its parts. */
export function linkNode(babylon: Babylon, node: TransformNode, uuid: string): TransformNode {
  const meshes = meshesOf(babylon, node);
  const [mesh] = meshes;
  const isSole = mesh instanceof babylon.Mesh && meshes.length === 1;
  const linked = isSole ? mesh : node;
  if (sharesMetadata(linked)) linked.metadata = { ...linked.metadata };
  note(linked, { uuid });
  for (const { material } of meshes) if (material) claimMaterial(material, uuid);
  if (!isSole) for (const child of node.getChildren()) note(child, { partOf: uuid });
  return linked;
}

/** Clones have the metadata of what they were cloned from, the very same object. */
function sharesMetadata(node: TransformNode): boolean {
  if (typeof node.metadata !== "object" || node.metadata === null) return false;
  const { meshes, transformNodes } = node.getScene();
  const isTwin = (other: TransformNode) => other !== node && other.metadata === node.metadata;
  return meshes.some(isTwin) || transformNodes.some(isTwin);
}

function meshesOf(babylon: Babylon, node: TransformNode): AbstractMesh[] {
  if (node instanceof babylon.Mesh && hasGeometry(node)) return [node];
  return node.getChildMeshes(false).filter(hasGeometry);
}
