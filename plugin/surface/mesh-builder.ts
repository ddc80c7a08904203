/** Vertices and triangles that arrive one by one, in arrays that double when full. */
import { ModelError } from "../core/errors.ts";
import type { TriangleMesh } from "../core/mesh.ts";

const MAX_VERTICES = 2 ** 32 - 1;

export class MeshBuilder {
  vertexCount = 0;
  #positions = new Float32Array(3 * 1024);
  #triangles = new Uint32Array(3 * 2048);
  #corners = 0;

  /** Returns the vertex's index. @throws ModelError `bad-value` when there are too many. */
  addVertex(x: number, y: number, z: number): number {
    if (this.vertexCount >= MAX_VERTICES) {
      throw new ModelError(
        "bad-value",
        `surface: more than ${MAX_VERTICES} vertices — lower the resolution`,
      );
    }
    const at = 3 * this.vertexCount;
    if (at === this.#positions.length) this.#positions = doubled(this.#positions, Float32Array);
    this.#positions[at] = x;
    this.#positions[at + 1] = y;
    this.#positions[at + 2] = z;
    return this.vertexCount++;
  }

  addTriangle(a: number, b: number, c: number): void {
    const at = this.#corners;
    if (at === this.#triangles.length) this.#triangles = doubled(this.#triangles, Uint32Array);
    this.#triangles[at] = a;
    this.#triangles[at + 1] = b;
    this.#triangles[at + 2] = c;
    this.#corners = at + 3;
  }

  build(): TriangleMesh {
    return {
      positions: this.#positions.slice(0, 3 * this.vertexCount),
      triangles: this.#triangles.slice(0, this.#corners),
    };
  }
}

function doubled<T extends Float32Array | Uint32Array>(
  values: T,
  type: new (length: number) => T,
): T {
  const larger = new type(2 * values.length);
  larger.set(values);
  return larger;
}
