/** How much open sky each vertex sees: the soft shading in corners that makes a render look drawn. */
import { vec3 } from "gl-matrix";

const RAYS = 40;
const LEAF_TRIANGLES = 6;

interface Branch {
  readonly min: vec3;
  readonly max: vec3;
  readonly children?: readonly [Branch, Branch];
  /** First corners' offsets into the positions; only in leaves. */
  readonly triangles: readonly number[];
}

/**
 * @param positions (N, 3) triangle soup.
 * @param normals (N, 3) unit.
 * @param reach Distance at which a surface no longer shades.
 * @returns (N) share of the sky that is open, 0..1.
 */
export function openSky(positions: number[], normals: number[], reach: number): Float32Array {
  const tree = grow(
    positions,
    Array.from({ length: positions.length / 9 }, (_, i) => i * 9),
  );
  const ground = Math.min(...everyThird(positions, 1));
  const known = new Map<string, number>();
  return Float32Array.from({ length: positions.length / 3 }, (_, vertex) => {
    const at = vertex * 3;
    const key = [...positions.slice(at, at + 3), ...normals.slice(at, at + 3)]
      .map((value) => value.toFixed(4))
      .join();
    const found = known.get(key);
    if (found !== undefined) return found;
    const open = look(positions, normals, at, tree, reach, ground);
    known.set(key, open);
    return open;
  });
}

function everyThird(values: number[], from: number): number[] {
  return values.filter((_, i) => i % 3 === from);
}

function look(
  positions: number[],
  normals: number[],
  at: number,
  tree: Branch,
  reach: number,
  ground: number,
): number {
  const normal: vec3 = [normals[at], normals[at + 1], normals[at + 2]];
  const origin: vec3 = [positions[at], positions[at + 1], positions[at + 2]];
  vec3.scaleAndAdd(origin, origin, normal, reach * 0.004);
  let open = 0;
  for (let ray = 0; ray < RAYS; ray++) {
    const direction = cosineDirection(normal, ray);
    const toGround = direction[1] < 0 ? Math.max(0, (ground - origin[1]) / direction[1]) : Infinity;
    const hit = Math.min(nearestHit(positions, tree, origin, direction, reach), toGround);
    open += Math.min(1, hit / reach) ** 0.7;
  }
  return open / RAYS;
}

/** The `ray`-th of a fixed, even spread of directions, denser near the normal. */
function cosineDirection(normal: vec3, ray: number): vec3 {
  const height = Math.sqrt(1 - (ray + 0.5) / RAYS);
  const radius = Math.sqrt(1 - height * height);
  const angle = ray * 2.399963;
  const aside: vec3 = Math.abs(normal[0]) < 0.7 ? [1, 0, 0] : [0, 1, 0];
  const u = vec3.normalize(vec3.create(), vec3.cross(vec3.create(), aside, normal));
  const v = vec3.cross(vec3.create(), normal, u);
  const direction = vec3.scale(vec3.create(), normal, height);
  vec3.scaleAndAdd(direction, direction, u, Math.cos(angle) * radius);
  return vec3.scaleAndAdd(direction, direction, v, Math.sin(angle) * radius);
}

function grow(positions: number[], triangles: number[]): Branch {
  const min = vec3.fromValues(Infinity, Infinity, Infinity);
  const max = vec3.fromValues(-Infinity, -Infinity, -Infinity);
  for (const triangle of triangles) {
    for (let corner = triangle; corner < triangle + 9; corner += 3) {
      const point: vec3 = [positions[corner], positions[corner + 1], positions[corner + 2]];
      vec3.min(min, min, point);
      vec3.max(max, max, point);
    }
  }
  if (triangles.length <= LEAF_TRIANGLES) return { min, max, triangles };
  const size = [max[0] - min[0], max[1] - min[1], max[2] - min[2]];
  const axis = size.indexOf(Math.max(...size));
  const sorted = [...triangles].sort((a, b) => positions[a + axis] - positions[b + axis]);
  const half = sorted.length >> 1;
  const children = [
    grow(positions, sorted.slice(0, half)),
    grow(positions, sorted.slice(half)),
  ] as const;
  return { min, max, children, triangles: [] };
}

function nearestHit(
  positions: number[],
  { min, max, children, triangles }: Branch,
  origin: vec3,
  direction: vec3,
  limit: number,
): number {
  if (!entersBox(min, max, origin, direction, limit)) return limit;
  let nearest = limit;
  for (const child of children ?? []) {
    nearest = nearestHit(positions, child, origin, direction, nearest);
  }
  for (const triangle of triangles) {
    nearest = Math.min(nearest, hitTriangle(positions, triangle, origin, direction));
  }
  return nearest;
}

function entersBox(min: vec3, max: vec3, origin: vec3, direction: vec3, limit: number): boolean {
  let near = 0;
  let far = limit;
  for (let axis = 0; axis < 3; axis++) {
    const a = (min[axis] - origin[axis]) / direction[axis];
    const b = (max[axis] - origin[axis]) / direction[axis];
    near = Math.max(near, Math.min(a, b));
    far = Math.min(far, Math.max(a, b));
  }
  return near <= far;
}

/**
 * Distance to the triangle, or infinity (Möller and Trumbore 1997). Written out in numbers: it runs
 * some ten million times for each prop.
 */
function hitTriangle(positions: number[], at: number, origin: vec3, direction: vec3): number {
  const [dx, dy, dz] = direction;
  const ax = positions[at];
  const ay = positions[at + 1];
  const az = positions[at + 2];
  const bx = positions[at + 3] - ax;
  const by = positions[at + 4] - ay;
  const bz = positions[at + 5] - az;
  const cx = positions[at + 6] - ax;
  const cy = positions[at + 7] - ay;
  const cz = positions[at + 8] - az;
  const px = dy * cz - dz * cy;
  const py = dz * cx - dx * cz;
  const pz = dx * cy - dy * cx;
  const determinant = bx * px + by * py + bz * pz;
  if (Math.abs(determinant) < 1e-12) return Infinity;
  const sx = origin[0] - ax;
  const sy = origin[1] - ay;
  const sz = origin[2] - az;
  const u = (sx * px + sy * py + sz * pz) / determinant;
  if (u < 0 || u > 1) return Infinity;
  const qx = sy * bz - sz * by;
  const qy = sz * bx - sx * bz;
  const qz = sx * by - sy * bx;
  const v = (dx * qx + dy * qy + dz * qz) / determinant;
  if (v < 0 || u + v > 1) return Infinity;
  const distance = (cx * qx + cy * qy + cz * qz) / determinant;
  return distance > 1e-6 ? distance : Infinity;
}
