/** Free places on the ground, so that meshes which arrive by themselves stand side by side. */

/** A rectangle of the ground, metres. */
export interface Plot {
  readonly minX: number;
  readonly maxX: number;
  readonly minZ: number;
  readonly maxZ: number;
}

/** Between neighbours of one size, as a share of their longer side; at least half between others. */
const GAP = 0.25;

/**
 * Where to put the origin of a mesh that takes the plot `own` around its origin, so that it
 * overlaps none of `taken`: the free place nearest to the middle, places beside it before those
 * behind it.
 */
export function findFreePlace(own: Plot, taken: readonly Plot[]): { x: number; z: number } {
  const width = own.maxX - own.minX;
  const depth = own.maxZ - own.minZ;
  const gap = Math.max(width, depth) * GAP;
  for (const [column, row] of outwards()) {
    const x = column * (width + gap) - (own.minX + own.maxX) / 2;
    const z = row * (depth + gap) - (own.minZ + own.maxZ) / 2;
    const plot: Plot = {
      minX: x + own.minX - gap / 2,
      maxX: x + own.maxX + gap / 2,
      minZ: z + own.minZ - gap / 2,
      maxZ: z + own.maxZ + gap / 2,
    };
    if (!taken.some((other) => overlaps(plot, other))) return { x, z };
  }
  throw new Error("the ground has no end");
}

/** Cells around (0, 0), ring by ring, each three times as wide as deep; without end. */
function* outwards(): Generator<readonly [column: number, row: number]> {
  for (let ring = 0; ; ring++) {
    const rows = Math.floor(ring / 3);
    for (const row of fromMiddle(rows)) {
      const isEdge = ring % 3 === 0 && Math.abs(row) === rows;
      for (const column of isEdge ? fromMiddle(ring) : [-ring, ring]) yield [column, row];
    }
  }
}

/** 0, -1, 1, -2, 2 ... to `end` and its negative. */
function fromMiddle(end: number): number[] {
  return Array.from({ length: 2 * end + 1 }, (_, i) => (i % 2 === 1 ? -(i + 1) / 2 : i / 2));
}

function overlaps(a: Plot, b: Plot): boolean {
  return a.minX < b.maxX && b.minX < a.maxX && a.minZ < b.maxZ && b.minZ < a.maxZ;
}
