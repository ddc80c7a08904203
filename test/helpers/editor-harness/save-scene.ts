import type { Scene } from "@babylonjs/core";
import type { BabylonPackage } from "../swap-scene.ts";

/** The Editor takes every saved colour for one of four components. */
const COLOUR_SIZE = 4;

/** A scene's way through the Editor's files; returns what puts it into another scene. */
export function saveScene(
  { SceneSerializer, AppendSceneAsync }: BabylonPackage,
  scene: Scene,
): (opened: Scene) => Promise<void> {
  const saved = SceneSerializer.Serialize(scene);
  const colours = new Map<string, number[]>();
  for (const geometry of saved.geometries.vertexData) {
    if (geometry.colors) colours.set(geometry.id, geometry.colors);
    delete geometry.colors;
  }
  const text = JSON.stringify(saved);
  return async (opened) => {
    await AppendSceneAsync(`data:${text}`, opened);
    for (const geometry of opened.geometries) {
      const numbers = colours.get(geometry.id);
      if (numbers) geometry.setVerticesData("color", numbers, false, COLOUR_SIZE);
    }
  };
}
