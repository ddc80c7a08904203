/**
 * Smooth normals with creases: faces that meet at a vertex are averaged where the surface runs on
 * smoothly, and get vertices of their own across an edge sharper than the crease angle.
 *
 * A face counts by its angle at the vertex, which makes the average independent of how the surface
 * is cut into triangles (Thürmer & Wüthrich 1998, "Computing Vertex Normals from Polygonal Facets").
 */
import type { ColouredMesh, GameMesh, TriangleMesh } from "../core/mesh.ts";

export interface NormalOptions {
  /** Degrees between the normals of two faces above which their edge is sharp; 0..180. */
  readonly creaseAngle: number;
}

/** 45 keeps a crate crisp and a round body round from 300 to 5,000 triangles; 60 smears the crate. */
export const NORMAL_DEFAULTS: NormalOptions = { creaseAngle: 45 };

interface Faces {
  /** (T, 3) unit normals; zeros for a face without area. */
  readonly normals: Float32Array;
  /** (T, 3) angle at each corner, radians. */
  readonly angles: Float32Array;
}

/**
 * Adds unit normals to `mesh`, which is not modified. Vertices on creases are repeated once per
 * side, after the given ones.
 */
export function addNormals(mesh: ColouredMesh, options: Partial<NormalOptions> = {}): GameMesh {
  const { creaseAngle } = { ...NORMAL_DEFAULTS, ...options };
  const faces = measureFaces(mesh);
  const vertexCount = mesh.positions.length / 3;
  const { groups, sourceOfGroup } = groupCorners(mesh, faces, Math.cos(radians(creaseAngle)));
  const normals = averageNormals(faces, groups, sourceOfGroup);

  const repeat = (source: Float32Array): Float32Array => {
    const copy = new Float32Array(3 * sourceOfGroup.length);
    copy.set(source);
    for (let group = vertexCount; group < sourceOfGroup.length; group++) {
      const vertex = sourceOfGroup[group];
      copy.set(source.subarray(3 * vertex, 3 * vertex + 3), 3 * group);
    }
    return copy;
  };
  return {
    positions: repeat(mesh.positions),
    colours: repeat(mesh.colours),
    normals,
    triangles: groups,
  };
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

function measureFaces({ positions, triangles }: TriangleMesh): Faces {
  const normals = new Float32Array(triangles.length);
  const angles = new Float32Array(triangles.length);
  for (let i = 0; i < triangles.length; i += 3) {
    const [a, b, c] = [3 * triangles[i], 3 * triangles[i + 1], 3 * triangles[i + 2]];
    const [ax, ay, az] = [positions[a], positions[a + 1], positions[a + 2]];
    const [ux, uy, uz] = [positions[b] - ax, positions[b + 1] - ay, positions[b + 2] - az];
    const [vx, vy, vz] = [positions[c] - ax, positions[c + 1] - ay, positions[c + 2] - az];
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    const twiceArea = Math.sqrt(nx * nx + ny * ny + nz * nz);
    if (twiceArea === 0) continue;
    normals[i] = nx / twiceArea;
    normals[i + 1] = ny / twiceArea;
    normals[i + 2] = nz / twiceArea;

    const uv = ux * vx + uy * vy + uz * vz;
    angles[i] = Math.atan2(twiceArea, uv);
    angles[i + 1] = Math.atan2(twiceArea, ux * ux + uy * uy + uz * uz - uv);
    angles[i + 2] = Math.PI - angles[i] - angles[i + 1];
  }
  return { normals, angles };
}

/**
 * Splits the corners of each vertex into groups joined by smooth edges. A vertex's first group keeps
 * its number; further groups are numbered after all vertices.
 */
function groupCorners(
  mesh: TriangleMesh,
  { normals }: Faces,
  smallestCosine: number,
): { groups: Uint32Array; sourceOfGroup: number[] } {
  const { triangles } = mesh;
  const vertexCount = mesh.positions.length / 3;
  const { first, corners } = cornersByVertex(triangles, vertexCount);
  const groups = triangles.slice();
  const sourceOfGroup = Array.from({ length: vertexCount }, (_, vertex) => vertex);

  const isSmooth = (corner: number, other: number): boolean => {
    const f = corner - (corner % 3);
    const g = other - (other % 3);
    const cosine =
      normals[f] * normals[g] + normals[f + 1] * normals[g + 1] + normals[f + 2] * normals[g + 2];
    // A face without area has no side of a crease to be on.
    return cosine >= smallestCosine || isZero(normals, f) || isZero(normals, g);
  };
  for (let vertex = 0; vertex < vertexCount; vertex++) {
    const fan = corners.subarray(first[vertex], first[vertex + 1]);
    if (!hasSharpEdge(triangles, fan, isSmooth)) continue;
    splitFan(triangles, fan, isSmooth).forEach((part, i) => {
      const group = i === 0 ? vertex : sourceOfGroup.push(vertex) - 1;
      for (const corner of part) groups[corner] = group;
    });
  }
  return { groups, sourceOfGroup };
}

type CornerRelation = (corner: number, other: number) => boolean;

/** `fan` holds all corners at one vertex; two of them share an edge when one's next is the other's previous. */
function hasSharpEdge(triangles: Uint32Array, fan: Uint32Array, isSmooth: CornerRelation): boolean {
  for (let i = 0; i < fan.length; i++) {
    const next = triangles[nextCorner(fan[i])];
    for (let j = 0; j < fan.length; j++) {
      if (triangles[previousCorner(fan[j])] === next && !isSmooth(fan[i], fan[j])) return true;
    }
  }
  return false;
}

/** The parts of `fan` that smooth edges hold together. */
function splitFan(
  triangles: Uint32Array,
  fan: Uint32Array,
  isSmooth: CornerRelation,
): readonly number[][] {
  let parts: number[][] = [];
  for (const corner of fan) {
    const next = triangles[nextCorner(corner)];
    const previous = triangles[previousCorner(corner)];
    const touches = (part: readonly number[]) =>
      part.some(
        (other) =>
          (triangles[previousCorner(other)] === next ||
            triangles[nextCorner(other)] === previous) &&
          isSmooth(corner, other),
      );
    const joined = [...parts.filter(touches).flat(), corner];
    parts = [...parts.filter((part) => !touches(part)), joined];
  }
  return parts;
}

const nextCorner = (corner: number): number => (corner % 3 === 2 ? corner - 2 : corner + 1);
const previousCorner = (corner: number): number => (corner % 3 === 0 ? corner + 2 : corner - 1);

const isZero = (vectors: Float32Array, at: number): boolean =>
  vectors[at] === 0 && vectors[at + 1] === 0 && vectors[at + 2] === 0;

/** The corners of vertex v are `corners[first[v]]` to `corners[first[v + 1] - 1]`, ascending. */
function cornersByVertex(triangles: Uint32Array, vertexCount: number) {
  const first = new Uint32Array(vertexCount + 1);
  for (const vertex of triangles) first[vertex + 1]++;
  for (let vertex = 0; vertex < vertexCount; vertex++) first[vertex + 1] += first[vertex];
  const free = first.slice();
  const corners = new Uint32Array(triangles.length);
  for (let corner = 0; corner < triangles.length; corner++) {
    corners[free[triangles[corner]]++] = corner;
  }
  return { first, corners };
}

/** A group whose faces have no area, or cancel out, points up: any unit vector is as right. */
function averageNormals(
  { normals, angles }: Faces,
  groups: Uint32Array,
  sourceOfGroup: readonly number[],
): Float32Array {
  const sums = new Float64Array(3 * sourceOfGroup.length);
  for (let corner = 0; corner < groups.length; corner++) {
    const face = corner - (corner % 3);
    for (let axis = 0; axis < 3; axis++) {
      sums[3 * groups[corner] + axis] += angles[corner] * normals[face + axis];
    }
  }
  const averages = new Float32Array(sums.length);
  for (let at = 0; at < sums.length; at += 3) {
    const length = Math.sqrt(sums[at] ** 2 + sums[at + 1] ** 2 + sums[at + 2] ** 2);
    if (length === 0) averages[at + 1] = 1;
    else for (let axis = 0; axis < 3; axis++) averages[at + axis] = sums[at + axis] / length;
  }
  return averages;
}
