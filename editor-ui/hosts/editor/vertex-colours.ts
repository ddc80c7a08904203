import type { Geometry } from "@babylonjs/core/Meshes/geometry.js";

const KIND = "color";

/**
 * Gives colours of three components a fourth, which is not shown. The Editor reads saved colours four
 * at a time whatever there was: of a scene that is opened again, the mesh would have others.
 */
export function padColours(geometry: Geometry): void {
  const rgb = geometry.getVerticesData(KIND);
  if (!rgb || geometry.getVertexBuffer(KIND)?.getSize() !== 3) return;
  const rgba = new Float32Array((rgb.length / 3) * 4).fill(1);
  for (const [i, value] of rgb.entries()) rgba[i + Math.floor(i / 3)] = value;
  geometry.setVerticesData(KIND, rgba, false, 4);
}
