/** Free places on the ground, so that meshes which arrive by themselves stand side by side. */

/** A rectangle of the ground, metres. */
export interface Plot {
  readonly minX: number;
  readonly maxX: number;
  readonly minZ: number;
  readonly maxZ: number;
}

/** A point of the ground, metres. */
export interface Place {
  readonly x: number;
  readonly z: number;
}

/** Between neighbours, as a share of the newcomer's longer side. */
const GAP = 0.25;
/** A step back is worth this many to the side: what stands behind is partly hidden. */
const DEPTH_WEIGHT = 3;

/**
 * Where to put the origin of a mesh that takes the plot `own` around its origin, so that it
 * overlaps none of `taken`: in the middle, else beside, behind or before one of them, as near to
 * the middle as there is room.
 */
export function findFreePlace(own: Plot, taken: readonly Plot[]): Place {
  const width = own.maxX - own.minX;
  const depth = own.maxZ - own.minZ;
  const gap = Math.max(width, depth) * GAP;
  const places = [
    { x: 0, z: 0 },
    ...taken.flatMap((plot) => placesAround(plot, width, depth, gap)),
  ];
  // A little less than the gap, as places next to a plot are just so far from it.
  const reach = { x: width / 2 + gap * 0.99, z: depth / 2 + gap * 0.99 };
  const free = places
    .toSorted((a, b) => remoteness(a) - remoteness(b))
    .find((place) => !taken.some((plot) => isWithin(place, plot, reach)));
  if (!free) throw new Error("beside the outermost plot there is always room");
  return { x: free.x - (own.minX + own.maxX) / 2, z: free.z - (own.minZ + own.maxZ) / 2 };
}

/** Middles of a plot of the given size next to `plot`: left, right, behind, before. */
function placesAround(plot: Plot, width: number, depth: number, gap: number): readonly Place[] {
  const x = (plot.minX + plot.maxX) / 2;
  const z = (plot.minZ + plot.maxZ) / 2;
  return [
    { x: plot.minX - gap - width / 2, z },
    { x: plot.maxX + gap + width / 2, z },
    { x, z: plot.minZ - gap - depth / 2 },
    { x, z: plot.maxZ + gap + depth / 2 },
  ];
}

function remoteness({ x, z }: Place): number {
  return Math.hypot(x, DEPTH_WEIGHT * z);
}

function isWithin({ x, z }: Place, plot: Plot, reach: Place): boolean {
  return (
    x + reach.x > plot.minX &&
    x - reach.x < plot.maxX &&
    z + reach.z > plot.minZ &&
    z - reach.z < plot.maxZ
  );
}
