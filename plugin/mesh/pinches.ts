/**
 * Makes a closed surface manifold again after edge collapses that ignored the link condition.
 *
 * Such collapses pinch a thin part together: its two sides then meet in an edge of four triangles,
 * or lie on each other as a flap. Both are undone by going on: a flap is dropped, and a pinched edge
 * is contracted, after which the sheets on its two sides no longer need one another and each takes
 * one of the two ends. Every step keeps each edge's triangles in opposed pairs and removes at
 * least two triangles, so the work ends, and what is left is manifold.
 */
import { visitEdges } from "./edges.ts";

type Triangle = readonly [number, number, number];

/**
 * The triangles without edges of more than two triangles. `triangles` is (T, 3) over `vertexCount`
 * vertices, each edge used as often in one direction as in the other; it is not modified. Positions
 * stay; vertices may fall out of use.
 */
export function removePinches(triangles: Uint32Array, vertexCount: number): Uint32Array {
  let current = triangles;
  for (;;) {
    const pinched = findPinchedEdges(current, vertexCount);
    if (pinched.length === 0) return current;
    const withoutFlaps = dropFlaps(current, pinched);
    current =
      withoutFlaps.length < current.length
        ? withoutFlaps
        : contractEdges(current, pinched, vertexCount);
  }
}

function findPinchedEdges(triangles: Uint32Array, vertexCount: number): [number, number][] {
  const pinched: [number, number][] = [];
  visitEdges(triangles, vertexCount, (low, high, rising, falling) => {
    if (rising + falling > 2) pinched.push([low, high]);
  });
  return pinched;
}

/** Drops pairs of triangles on the same three vertices that face away from each other. */
function dropFlaps(triangles: Uint32Array, pinched: readonly [number, number][]): Uint32Array {
  const suspects = new Set(pinched.flat());
  const open = new Map<string, number>();
  const dropped = new Set<number>();
  for (let t = 0; t < triangles.length / 3; t++) {
    const corners = triangles.subarray(3 * t, 3 * t + 3);
    if (!corners.some((vertex) => suspects.has(vertex))) continue;
    const front = cyclicKey(corners[0], corners[1], corners[2]);
    const back = cyclicKey(corners[0], corners[2], corners[1]);
    const partner = open.get(back);
    if (partner === undefined) {
      open.set(front, t);
    } else {
      open.delete(back);
      dropped.add(t).add(partner);
    }
  }
  return dropped.size === 0 ? triangles : triangles.filter((_, i) => !dropped.has((i / 3) | 0));
}

/** The same for each rotation of (a, b, c), different for its mirror image. */
function cyclicKey(a: number, b: number, c: number): string {
  if (a < b && a < c) return `${a},${b},${c}`;
  return b < c ? `${b},${c},${a}` : `${c},${a},${b}`;
}

/** Contracts the edges, except those near one contracted before: the next round takes them. */
function contractEdges(
  triangles: Uint32Array,
  edges: readonly [number, number][],
  vertexCount: number,
): Uint32Array {
  const stars = collectStars(triangles, new Set(edges.flat()));
  const changed = new Uint8Array(vertexCount);
  const replaced = new Set<number>();
  const added: number[] = [];
  for (const [low, high] of edges) {
    const star = [...new Set([...(stars.get(low) ?? []), ...(stars.get(high) ?? [])])];
    const ring = star.flatMap((t) => Array.from(triangles.subarray(3 * t, 3 * t + 3)));
    if (ring.some((vertex) => changed[vertex] === 1)) continue;
    for (const vertex of ring) changed[vertex] = 1;
    for (const t of star) replaced.add(t);
    added.push(...contractEdge(triangles, star, low, high));
  }
  const kept = triangles.filter((_, i) => !replaced.has((i / 3) | 0));
  const result = new Uint32Array(kept.length + added.length);
  result.set(kept);
  result.set(added, kept.length);
  return result;
}

/** For each of `vertices`, the triangles that use it. */
function collectStars(triangles: Uint32Array, vertices: ReadonlySet<number>) {
  const stars = new Map<number, number[]>();
  triangles.forEach((vertex, i) => {
    if (!vertices.has(vertex)) return;
    const star = stars.get(vertex);
    if (star === undefined) stars.set(vertex, [(i / 3) | 0]);
    else star.push((i / 3) | 0);
  });
  return stars;
}

/** The triangles that replace `star`, the triangles around `low` and `high`. */
function contractEdge(
  triangles: Uint32Array,
  star: readonly number[],
  low: number,
  high: number,
): number[] {
  const sheets: { vertices: Set<number>; triangles: Triangle[]; atLow: number }[] = [];
  for (const t of star) {
    const [a, b, c] = triangles.subarray(3 * t, 3 * t + 3);
    const ends = [a, b, c].filter((vertex) => vertex === low || vertex === high);
    if (ends.length === 2) continue;
    // (end, from, to), in the triangle's winding
    const [end, from, to] =
      a === ends[0]
        ? ([a, b, c] as const)
        : b === ends[0]
          ? ([b, c, a] as const)
          : ([c, a, b] as const);
    const touching = sheets.filter(({ vertices }) => vertices.has(from) || vertices.has(to));
    const sheet = {
      vertices: new Set([from, to, ...touching.flatMap(({ vertices }) => [...vertices])]),
      triangles: [[end, from, to] as Triangle, ...touching.flatMap((other) => other.triangles)],
      atLow: touching.reduce((sum, other) => sum + other.atLow, end === low ? 1 : 0),
    };
    for (const other of touching) sheets.splice(sheets.indexOf(other), 1);
    sheets.push(sheet);
  }
  // The sheet that used `low` most keeps it.
  sheets.sort((a, b) => b.atLow / b.triangles.length - a.atLow / a.triangles.length);
  return sheets.flatMap((sheet, i) => {
    const end = i === 0 ? low : high;
    return sheet.triangles.flatMap(([, from, to]) => [end, from, to]);
  });
}
