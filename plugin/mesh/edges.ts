/** Edges of an indexed mesh, whatever its connectivity. */

/**
 * Called once per undirected edge: how many triangles run from `low` to `high`, and how many from
 * `high` to `low`. On a closed, consistently wound surface both are 1.
 */
export type EdgeVisitor = (low: number, high: number, rising: number, falling: number) => void;

/** Buckets up to this length are sorted in place; a vertex of a surface has about six edges. */
const SHORT = 32;

/**
 * Visits the edges in ascending order of (low, high). A triangle that uses a vertex twice
 * contributes only the edges between different vertices.
 *
 * Half-edges go into one bucket per lower vertex, which is sorted by the upper: five times as fast
 * as sorting all of them, and still n log n when everything meets in one vertex.
 */
export function visitEdges(triangles: Uint32Array, vertexCount: number, visit: EdgeVisitor): void {
  const { first, halfEdges } = bucketHalfEdges(triangles, vertexCount);
  for (let low = 0; low < vertexCount; low++) {
    const end = first[low + 1];
    sortRange(halfEdges, first[low], end);
    for (let i = first[low]; i < end; ) {
      const high = halfEdges[i] >>> 1;
      const start = i;
      let falling = 0;
      for (; i < end && halfEdges[i] >>> 1 === high; i++) falling += halfEdges[i] & 1;
      visit(low, high, i - start - falling, falling);
    }
  }
}

/**
 * The half-edges whose lower vertex is v are `halfEdges[first[v]]` to `halfEdges[first[v + 1] - 1]`,
 * each the upper vertex times two, plus one when it runs downwards.
 */
function bucketHalfEdges(triangles: Uint32Array, vertexCount: number) {
  const first = new Uint32Array(vertexCount + 1);
  for (let corner = 0; corner < triangles.length; corner++) {
    const from = triangles[corner];
    const to = triangles[corner % 3 === 2 ? corner - 2 : corner + 1];
    if (from !== to) first[Math.min(from, to) + 1]++;
  }
  for (let vertex = 0; vertex < vertexCount; vertex++) first[vertex + 1] += first[vertex];

  const free = first.slice();
  const halfEdges = new Uint32Array(first[vertexCount]);
  for (let corner = 0; corner < triangles.length; corner++) {
    const from = triangles[corner];
    const to = triangles[corner % 3 === 2 ? corner - 2 : corner + 1];
    if (from < to) halfEdges[free[from]++] = 2 * to;
    else if (from > to) halfEdges[free[to]++] = 2 * from + 1;
  }
  return { first, halfEdges };
}

function sortRange(values: Uint32Array, start: number, end: number): void {
  if (end - start > SHORT) {
    values.subarray(start, end).sort();
    return;
  }
  for (let i = start + 1; i < end; i++) {
    const value = values[i];
    let at = i;
    for (; at > start && values[at - 1] > value; at--) values[at] = values[at - 1];
    values[at] = value;
  }
}
