/** Which nodes of a scene show which asset. */
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { InstancedMesh } from "@babylonjs/core/Meshes/instancedMesh.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { Babylon } from "./babylon.ts";
import { hasGeometry } from "./load.ts";
import { claimMaterial } from "./material.ts";
import { note, notesOf, unshareMetadata } from "./notes.ts";
import { isAbstractMesh } from "./parts.ts";

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
  const meshes = meshesOf(node);
  const [mesh] = meshes;
  const isSole = mesh instanceof babylon.Mesh && meshes.length === 1;
  const linked = isSole ? mesh : node;
  const { meshes: allMeshes, transformNodes } = node.getScene();
  unshareMetadata(linked, [...allMeshes, ...transformNodes]);
  note(linked, { uuid });
  for (const { material } of meshes) if (material) claimMaterial(material, uuid);
  if (!isSole) for (const child of node.getChildren()) note(child, { partOf: uuid });
  return linked;
}

/** Each once; of an instance, the mesh that it is an instance of. */
function meshesOf(node: TransformNode): AbstractMesh[] {
  const isShown = isAbstractMesh(node) && hasGeometry(node);
  const meshes = isShown ? [node] : node.getChildMeshes(false).filter(hasGeometry);
  return [...new Set(meshes.map(sourceOf))];
}

function sourceOf(mesh: AbstractMesh): AbstractMesh {
  return "sourceMesh" in mesh ? (mesh as InstancedMesh).sourceMesh : mesh;
}
