/** What Babylon works out from meshes once, and does not by itself work out anew from other ones. */
import type {} from "@babylonjs/core/Culling/Octrees/octreeSceneComponent.js";
import type { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { Scene } from "@babylonjs/core/scene.js";

/** After a mesh was given other triangles. */
export function refreshMesh(mesh: Mesh): void {
  if (mesh._submeshesOctree) mesh.createOrUpdateSubmeshesOctree();
  if (mesh.isFacetDataEnabled) mesh.disableFacetData().updateFacetData();
}

/** After meshes came into the scene or changed: otherwise it would not draw them. */
export function refreshScene(scene: Scene): void {
  if (scene.selectionOctree) scene.createOrUpdateSelectionOctree();
  for (const light of scene.lights) {
    for (const generator of light.getShadowGenerators()?.values() ?? []) {
      // Shadows that are rendered once.
      generator.getShadowMap()?.resetRefreshCounter();
    }
  }
  if (scene._activeMeshesFrozen) freezeAnew(scene);
}

/** A frozen mesh goes on with the shaders of its former triangles, which are none of the new ones. */
function freezeAnew(scene: Scene): void {
  const isEvaluationSkipped: unknown = Reflect.get(scene, "_skipEvaluateActiveMeshesCompletely");
  const keepsCulling = scene._activeMeshesFrozenButKeepClipping;
  scene.unfreezeActiveMeshes();
  scene.freezeActiveMeshes(isEvaluationSkipped === true, undefined, undefined, true, keepsCulling);
}
