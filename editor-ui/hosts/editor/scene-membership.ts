import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import type { Scene } from "@babylonjs/core/scene.js";

/** Takes a tree of nodes out of its scene and back in, as the Editor does with what users delete. */
export class SceneMembership {
  readonly #root: TransformNode;
  readonly #scene: Scene;
  #meshes: readonly AbstractMesh[] = [];
  #transformNodes: readonly TransformNode[] = [];
  /** Shadow casters' lists, each with the meshes that were on it. */
  #casters: readonly (readonly [list: AbstractMesh[], meshes: readonly AbstractMesh[]])[] = [];
  #isOut = false;

  constructor(root: TransformNode) {
    this.#root = root;
    this.#scene = root.getScene();
  }

  get isOut(): boolean {
    return this.#isOut;
  }

  takeOut(): void {
    if (this.#isOut || this.#root.isDisposed()) return;
    this.#isOut = true;
    const nodes = [this.#root, ...this.#root.getDescendants()];
    this.#meshes = this.#scene.meshes.filter((mesh) => nodes.includes(mesh));
    this.#transformNodes = this.#scene.transformNodes.filter((node) => nodes.includes(node));
    this.#casters = shadowLists(this.#scene).map((list) => [
      list,
      list.filter((mesh) => this.#meshes.includes(mesh)),
    ]);
    for (const mesh of this.#meshes) this.#scene.removeMesh(mesh);
    for (const node of this.#transformNodes) this.#scene.removeTransformNode(node);
    for (const [list, meshes] of this.#casters) {
      for (const mesh of meshes) list.splice(list.indexOf(mesh), 1);
    }
  }

  putBack(): void {
    if (!this.#isOut) return;
    this.#isOut = false;
    for (const mesh of this.#meshes) this.#scene.addMesh(mesh);
    for (const node of this.#transformNodes) this.#scene.addTransformNode(node);
    for (const [list, meshes] of this.#casters) list.push(...meshes);
  }
}

function shadowLists({ lights }: Scene): AbstractMesh[][] {
  return lights.flatMap((light) => {
    const list = light.getShadowGenerator()?.getShadowMap()?.renderList;
    return list ? [list] : [];
  });
}
