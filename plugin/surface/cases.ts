/**
 * The 256 marching-cubes cases, derived from the topology of the cube (Lorensen and Cline 1987).
 *
 * Corner c of a cell is (c >> 2, c >> 1 & 1, c & 1); bit c of a case is set when corner c is inside.
 * Per face, cut edges are joined by segments that cut off each run of inside corners. This depends
 * on the face's corners only, so both cells at a face draw the same segments. Each cut edge lies in
 * two faces of its cell, so segments close to loops. A loop is triangulated without a diagonal
 * between two edges of one face. Then for any signs the surface is a closed, oriented 2-manifold:
 *
 * - a triangle side is either a segment or a diagonal. A segment lies in one face; each of the
 *   face's two cells has it once, in opposite directions, because the face is seen from opposite
 *   sides. A diagonal lies in no face, hence in one cell, in exactly two triangles of one loop.
 * - a vertex lies on one lattice edge; the four cells around it have one loop through it each, and
 *   neighbours in the ring share a segment, so its triangles form a single fan.
 */

/** Cell edges: `axis`, and the corner at their lower end. */
export const EDGES: readonly { readonly axis: number; readonly corner: number }[] = [
  0, 1, 2,
].flatMap((axis) =>
  [0, 1, 2, 3, 4, 5, 6, 7]
    .filter((corner) => (corner & axisBit(axis)) === 0)
    .map((corner) => ({ axis, corner })),
);

/** The corners of the six faces, counter-clockwise seen from outside the cell. */
const FACES: readonly (readonly number[])[] = [0, 1, 2].flatMap((axis) => {
  const u = axisBit((axis + 1) % 3);
  const v = axisBit((axis + 2) % 3);
  const high = axisBit(axis);
  return [
    [0, v, u | v, u],
    [high, high | u, high | u | v, high | v],
  ];
});

/** Faces that hold an edge, as a bit mask. */
const EDGE_FACES: readonly number[] = EDGES.map((_, edge) =>
  FACES.reduce((mask, face, f) => (faceEdges(face).includes(edge) ? mask | (1 << f) : mask), 0),
);

/** Edge indices, three per triangle, counter-clockwise seen from outside; one row per case. */
export const CASES: readonly Uint8Array[] = Array.from({ length: 256 }, (_, signs) =>
  Uint8Array.from(caseLoops(signs).flatMap(triangulate)),
);

function axisBit(axis: number): number {
  return 4 >> axis;
}

function edgeBetween(a: number, b: number): number {
  return EDGES.findIndex(({ axis, corner }) => corner === (a & b) && axisBit(axis) === (a ^ b));
}

function faceEdges(face: readonly number[]): number[] {
  return face.map((corner, i) => edgeBetween(corner, face[(i + 1) % 4]));
}

/** Loops of cut edges, counter-clockwise seen from outside the surface. */
function caseLoops(signs: number): number[][] {
  const next = new Map(FACES.flatMap((face) => faceSegments(face, signs)));
  const loops: number[][] = [];
  while (next.size > 0) {
    const loop: number[] = [];
    let edge = next.keys().next().value;
    while (edge !== undefined) {
      loop.push(edge);
      const following = next.get(edge);
      next.delete(edge);
      edge = following !== undefined && next.has(following) ? following : undefined;
    }
    loops.push(loop);
  }
  return loops;
}

/** From the edge where the rim of the face enters a run of inside corners to where it leaves it. */
function faceSegments(face: readonly number[], signs: number): [number, number][] {
  const inside = face.map((corner) => ((signs >> corner) & 1) === 1);
  const edges = faceEdges(face);
  const segments: [number, number][] = [];
  for (let leave = 0; leave < 4; leave++) {
    if (!inside[leave] || inside[(leave + 1) % 4]) continue;
    let enter = (leave + 3) % 4;
    while (inside[enter]) enter = (enter + 3) % 4;
    segments.push([edges[enter], edges[leave]]);
  }
  return segments;
}

/** The triangulation of a loop with the shortest diagonals of those that are allowed. */
function triangulate(loop: readonly number[]): number[] {
  const best = shortestTriangulation(loop);
  if (best === undefined) throw new Error(`no triangulation for the loop ${loop.join(" ")}`);
  return best.triangles;
}

interface Triangulation {
  readonly cost: number;
  readonly triangles: number[];
}

function shortestTriangulation(loop: readonly number[]): Triangulation | undefined {
  if (loop.length < 3) return { cost: 0, triangles: [] };
  let best: Triangulation | undefined;
  const [first] = loop;
  const last = loop[loop.length - 1];
  for (let apex = 1; apex < loop.length - 1; apex++) {
    const left = loop.slice(0, apex + 1);
    const right = loop.slice(apex);
    const sides = [
      left.length > 2 ? diagonalCost(first, loop[apex]) : 0,
      right.length > 2 ? diagonalCost(loop[apex], last) : 0,
    ];
    const parts = [shortestTriangulation(left), shortestTriangulation(right)];
    const [a, b] = parts;
    const cost = sides[0] + sides[1] + (a?.cost ?? Infinity) + (b?.cost ?? Infinity);
    if (!a || !b || !(cost < (best?.cost ?? Infinity))) continue;
    best = { cost, triangles: [first, loop[apex], last, ...a.triangles, ...b.triangles] };
  }
  return best;
}

/** Squared length between the edges' middles; infinite within a face. */
function diagonalCost(a: number, b: number): number {
  if ((EDGE_FACES[a] & EDGE_FACES[b]) !== 0) return Infinity;
  const p = edgeMiddle(a);
  const q = edgeMiddle(b);
  return p.reduce((sum, value, axis) => sum + (value - q[axis]) ** 2, 0);
}

function edgeMiddle(edge: number): number[] {
  const { axis, corner } = EDGES[edge];
  return [0, 1, 2].map((a) => (a === axis ? 0.5 : (corner & axisBit(a)) === 0 ? 0 : 1));
}
