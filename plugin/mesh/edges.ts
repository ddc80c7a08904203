/** Edges of an indexed mesh, found by sorting: no table per vertex, whatever the connectivity. */

/**
 * Called once per undirected edge: how many triangles run from `low` to `high`, and how many from
 * `high` to `low`. On a closed, consistently wound surface both are 1.
 */
export type EdgeVisitor = (low: number, high: number, rising: number, falling: number) => void;

/**
 * Visits the edges in ascending order of (low, high). A triangle that uses a vertex twice
 * contributes only the edges between different vertices. `vertexCount` is below 2^26.
 */
export function visitEdges(triangles: Uint32Array, vertexCount: number, visit: EdgeVisitor): void {
  const keys = new Float64Array(triangles.length);
  let count = 0;
  for (let corner = 0; corner < triangles.length; corner++) {
    const from = triangles[corner];
    const to = triangles[corner % 3 === 2 ? corner - 2 : corner + 1];
    if (from < to) keys[count++] = (from * vertexCount + to) * 2;
    else if (from > to) keys[count++] = (to * vertexCount + from) * 2 + 1;
  }
  const sorted = keys.subarray(0, count).sort();

  for (let i = 0; i < count; ) {
    const edge = Math.floor(sorted[i] / 2);
    const first = i;
    let falling = 0;
    for (; i < count && Math.floor(sorted[i] / 2) === edge; i++) falling += sorted[i] % 2;
    visit(Math.floor(edge / vertexCount), edge % vertexCount, i - first - falling, falling);
  }
}
