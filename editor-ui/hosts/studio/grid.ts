/**
 * A grid of metres that fades out. Lines rather than a shader on a plane: where WebGL runs in
 * software, such a plane took more than a third of each frame.
 */
import type { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { type Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateLineSystem } from "@babylonjs/core/Meshes/Builders/linesBuilder.js";
import type { LinesMesh } from "@babylonjs/core/Meshes/linesMesh.js";
import type { Scene } from "@babylonjs/core/scene.js";

/** Lines stand `spacing` apart, `count` of them to each side; all in units. */
interface Lines {
  readonly spacing: number;
  readonly count: number;
  readonly opacity: number;
}

/** A unit is the power of ten of metres that suits the camera's distance. */
const STRONG: Lines = { spacing: 1, count: 40, opacity: 0.6 };
const FINE: Lines = { spacing: 0.1, count: 60, opacity: 0.28 };
/** A line is so many straight pieces, each of which fades evenly. */
const PIECES = 20;

export interface Grid {
  /** Draws it in another colour. */
  paint(colour: Color3): void;
}

/** @param onSpacing Told how many metres are between the stronger lines. */
export function createGrid(
  scene: Scene,
  camera: ArcRotateCamera,
  onSpacing: (metres: number) => void,
): Grid {
  let meshes: readonly LinesMesh[] = [];
  let shownUnit = 0;
  const follow = (): void => {
    const unit = 10 ** Math.floor(Math.log10(camera.radius));
    for (const mesh of meshes) {
      mesh.scaling.setAll(unit);
      // By whole lines, so that the grid stands still under a camera that moves.
      mesh.position.x = Math.round(camera.target.x / unit) * unit;
      mesh.position.z = Math.round(camera.target.z / unit) * unit;
    }
    if (unit !== shownUnit) onSpacing(unit);
    shownUnit = unit;
  };
  camera.onViewMatrixChangedObservable.add(follow);
  return {
    paint(colour) {
      for (const mesh of meshes) mesh.dispose();
      meshes = [STRONG, FINE].map((lines) => drawLines(scene, lines, colour));
      follow();
    },
  };
}

function drawLines(scene: Scene, { spacing, count, opacity }: Lines, colour: Color3): LinesMesh {
  const reach = spacing * count;
  const places = Array.from({ length: 2 * count + 1 }, (_, i) => (i - count) * spacing);
  const steps = Array.from({ length: PIECES + 1 }, (_, i) => ((2 * i) / PIECES - 1) * reach);
  const lines = places.flatMap((place) => [
    steps.map((step) => new Vector3(step, 0, place)),
    steps.map((step) => new Vector3(place, 0, step)),
  ]);
  const colors = lines.map((line) =>
    line.map((point) => {
      const fade = Math.max(0, 1 - point.length() / reach);
      return Color4.FromColor3(colour, opacity * fade);
    }),
  );
  const mesh = CreateLineSystem("grid", { lines, colors, useVertexAlpha: true }, scene);
  mesh.isPickable = false;
  return mesh;
}
