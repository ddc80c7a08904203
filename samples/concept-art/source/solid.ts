/** Small modelling kit: coloured triangle soups made of turned, boxed, blown and bent shapes. */
import { mat4, vec3 } from "gl-matrix";

/** Three vertices make a triangle, counter-clockwise from outside. Y is up, metres-like units. */
export interface Solid {
  /** (N, 3) xyz. */
  readonly positions: number[];
  /** (N, 3) sRGB, 0..1. */
  readonly colours: number[];
  /** Edges sharper than this stay sharp. */
  readonly creaseDegrees: number;
}

/** A CSS hex colour, or one for each place. */
export type Paint = string | ((x: number, y: number, z: number) => string);

export interface Placement {
  readonly at?: readonly [number, number, number];
  /** Degrees about X, Y and Z, applied in that order. */
  readonly turn?: readonly [number, number, number];
  readonly scale?: readonly [number, number, number];
}

/** Fine enough for shadows baked per vertex. */
const LONGEST_EDGE = 0.07;

/** Mixes two hex colours; `t` is clamped to 0..1. */
export function mix(from: string, to: string, t: number): string {
  const weight = Math.min(1, Math.max(0, t));
  const channels = [1, 3, 5].map((at) => {
    const a = Number.parseInt(from.slice(at, at + 2), 16);
    const b = Number.parseInt(to.slice(at, at + 2), 16);
    return Math.round(a + (b - a) * weight)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${channels.join("")}`;
}

/** A smooth gradient along y. */
export function gradient(bottom: number, low: string, top: number, high: string): Paint {
  return (_x, y) => mix(low, high, (y - bottom) / (top - bottom));
}

/** Repeatable noise in -1..1 for an integer. */
export function jitter(seed: number): number {
  const wave = Math.sin(seed * 127.1 + 311.7) * 43758.5453;
  return (wave - Math.floor(wave)) * 2 - 1;
}

/**
 * Turns a profile of (radius, y), from bottom to top, about the y axis.
 *
 * @param crisp One colour for each triangle, for paint with hard edges.
 */
export function lathe(
  profile: readonly (readonly [number, number])[],
  paint: Paint,
  { sides = 16, creaseDegrees = 40, crisp = false } = {},
): Solid {
  const ring = ([radius, y]: readonly [number, number], side: number): vec3 => {
    const angle = (side / sides) * Math.PI * 2;
    return [Math.sin(angle) * radius, y, Math.cos(angle) * radius];
  };
  const quads: vec3[][] = [];
  for (let i = 0; i + 1 < profile.length; i++) {
    for (let side = 0; side < sides; side++) {
      quads.push([
        ring(profile[i], side),
        ring(profile[i], side + 1),
        ring(profile[i + 1], side + 1),
        ring(profile[i + 1], side),
      ]);
    }
  }
  return build(quads, paint, creaseDegrees, crisp);
}

/** A box around the origin with chamfered edges. */
export function box(
  width: number,
  height: number,
  depth: number,
  paint: Paint,
  chamfer = 0.02,
): Solid {
  const half = [width / 2, height / 2, depth / 2];
  const faces: vec3[][] = [];
  for (const sx of [-1, 1]) {
    for (const sy of [-1, 1]) {
      for (const sz of [-1, 1]) {
        const sign = [sx, sy, sz];
        faces.push([0, 1, 2].map((axis) => chamferedCorner(half, sign, axis, chamfer)));
      }
    }
  }
  for (let axis = 0; axis < 3; axis++) {
    const [u, v] = [(axis + 1) % 3, (axis + 2) % 3];
    for (const side of [-1, 1]) {
      faces.push(boxFace(half, axis, side, u, v, chamfer));
      for (const other of [-1, 1]) faces.push(boxEdge(half, u, v, axis, side, other, chamfer));
    }
  }
  return build(faces.map(outwards), paint, 20);
}

function chamferedCorner(half: number[], sign: number[], axis: number, chamfer: number): vec3 {
  const corner = half.map((value, i) => sign[i] * (i === axis ? value : value - chamfer));
  return [corner[0], corner[1], corner[2]];
}

function boxFace(
  half: number[],
  axis: number,
  side: number,
  u: number,
  v: number,
  chamfer: number,
): vec3[] {
  return [
    [-1, -1],
    [1, -1],
    [1, 1],
    [-1, 1],
  ].map(([su, sv]) => {
    const sign = [0, 0, 0];
    sign[axis] = side;
    sign[u] = su;
    sign[v] = sv;
    return chamferedCorner(half, sign, axis, chamfer);
  });
}

/** The chamfer along `axis` between the faces of `u` and `v`. */
function boxEdge(
  half: number[],
  u: number,
  v: number,
  axis: number,
  su: number,
  sv: number,
  chamfer: number,
): vec3[] {
  const corner = (along: number, face: number): vec3 => {
    const sign = [0, 0, 0];
    sign[axis] = along;
    sign[u] = su;
    sign[v] = sv;
    return chamferedCorner(half, sign, face, chamfer);
  };
  return [corner(-1, u), corner(1, u), corner(1, v), corner(-1, v)];
}

/** Winds a face of a convex shape around the origin so that it looks away from it. */
function outwards(face: vec3[]): vec3[] {
  const normal = vec3.cross(
    vec3.create(),
    vec3.subtract(vec3.create(), face[1], face[0]),
    vec3.subtract(vec3.create(), face[2], face[0]),
  );
  const centre = face.reduce((sum, corner) => vec3.add(sum, sum, corner), vec3.create());
  return vec3.dot(normal, centre) >= 0 ? face : [...face].reverse();
}

/** A ball whose surface is pushed in and out by `rough`; few `rings` give facets. */
export function blob(
  radius: number,
  paint: Paint,
  { rings = 8, rough = 0, seed = 1, creaseDegrees = 60 } = {},
): Solid {
  const sides = rings * 2;
  const point = (ring: number, side: number): vec3 => {
    const polar = (ring / rings) * Math.PI;
    const angle = (side / sides) * Math.PI * 2;
    const pole = ring === 0 || ring === rings;
    const bump = 1 + rough * jitter(seed * 1000 + ring * 50 + (pole ? 0 : side % sides));
    const r = radius * bump;
    return [
      Math.sin(angle) * Math.sin(polar) * r,
      -Math.cos(polar) * r,
      Math.cos(angle) * Math.sin(polar) * r,
    ];
  };
  const quads: vec3[][] = [];
  for (let ring = 0; ring < rings; ring++) {
    for (let side = 0; side < sides; side++) {
      quads.push([
        point(ring, side),
        point(ring, side + 1),
        point(ring + 1, side + 1),
        point(ring + 1, side),
      ]);
    }
  }
  return build(quads, paint, creaseDegrees);
}

/** A round bar along a path whose corners are rounded. */
export function bar(
  path: readonly (readonly [number, number, number])[],
  radius: number,
  paint: Paint,
  sides = 10,
): Solid {
  const centres = roundCorners(roundCorners(path.map(([x, y, z]): vec3 => [x, y, z])));
  const rings: vec3[][] = [];
  let across = vec3.fromValues(0.31, 0.17, 0.93);
  for (const [i, centre] of centres.entries()) {
    const before = centres[Math.max(0, i - 1)];
    const after = centres[Math.min(centres.length - 1, i + 1)];
    const along = vec3.normalize(vec3.create(), vec3.subtract(vec3.create(), after, before));
    // The former direction across, made square to the path again, keeps the bar from twisting.
    const lean = vec3.dot(across, along);
    across = vec3.scaleAndAdd(vec3.create(), across, along, -lean);
    vec3.normalize(across, across);
    const aside = vec3.cross(vec3.create(), along, across);
    rings.push(ringAround(centre, across, aside, radius, sides));
  }
  const quads: vec3[][] = [];
  for (let i = 0; i + 1 < rings.length; i++) {
    for (let side = 0; side < sides; side++) {
      const next = (side + 1) % sides;
      quads.push([rings[i][side], rings[i][next], rings[i + 1][next], rings[i + 1][side]]);
    }
  }
  quads.push([...rings[0]].reverse(), rings[rings.length - 1]);
  return build(quads, paint, 50);
}

function ringAround(centre: vec3, u: vec3, v: vec3, radius: number, sides: number): vec3[] {
  return Array.from({ length: sides }, (_, side) => {
    const angle = (side / sides) * Math.PI * 2;
    const point = vec3.scaleAndAdd(vec3.create(), centre, u, Math.cos(angle) * radius);
    return vec3.scaleAndAdd(point, point, v, Math.sin(angle) * radius);
  });
}

/** Cuts each corner at a quarter and three quarters of its edges (Chaikin 1974). */
function roundCorners(path: readonly vec3[]): vec3[] {
  if (path.length < 3) return [...path];
  const cut = path
    .slice(1)
    .flatMap((point, i) => [
      vec3.lerp(vec3.create(), path[i], point, 0.25),
      vec3.lerp(vec3.create(), path[i], point, 0.75),
    ]);
  return [path[0], ...cut.slice(1, -1), path[path.length - 1]];
}

/** A copy at another place. */
export function place(solid: Solid, { at, turn, scale }: Placement): Solid {
  const matrix = mat4.create();
  mat4.translate(matrix, matrix, at ? [...at] : [0, 0, 0]);
  const [x, y, z] = turn ?? [0, 0, 0];
  mat4.rotateZ(matrix, matrix, (z * Math.PI) / 180);
  mat4.rotateY(matrix, matrix, (y * Math.PI) / 180);
  mat4.rotateX(matrix, matrix, (x * Math.PI) / 180);
  mat4.scale(matrix, matrix, scale ? [...scale] : [1, 1, 1]);
  const positions: number[] = [];
  for (let i = 0; i < solid.positions.length; i += 3) {
    const point: vec3 = [solid.positions[i], solid.positions[i + 1], solid.positions[i + 2]];
    positions.push(...vec3.transformMat4(point, point, matrix));
  }
  return { ...solid, positions };
}

/** Copies `solid` around the y axis. */
export function around(solid: Solid, count: number, firstDegrees = 0): Solid[] {
  return Array.from({ length: count }, (_, i) =>
    place(solid, { turn: [0, firstDegrees + (i * 360) / count, 0] }),
  );
}

function build(
  faces: readonly vec3[][],
  paint: Paint,
  creaseDegrees: number,
  crisp = false,
): Solid {
  const positions: number[] = [];
  for (const face of faces) {
    for (let i = 1; i + 1 < face.length; i++) addTriangle(positions, face[0], face[i], face[i + 1]);
  }
  const colours: number[] = [];
  for (let i = 0; i < positions.length; i += 3) {
    const [x, y, z] = crisp ? centroid(positions, i - (i % 9)) : positions.slice(i, i + 3);
    const hex = typeof paint === "string" ? paint : paint(x, y, z);
    colours.push(...[1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255));
  }
  return { positions, colours, creaseDegrees };
}

function centroid(positions: number[], at: number): number[] {
  return [0, 1, 2].map(
    (i) => (positions[at + i] + positions[at + 3 + i] + positions[at + 6 + i]) / 3,
  );
}

/** Splits the longest edge until all are short; both sides of an edge are split alike. */
function addTriangle(positions: number[], a: vec3, b: vec3, c: vec3): void {
  const [ab, bc, ca] = [vec3.distance(a, b), vec3.distance(b, c), vec3.distance(c, a)];
  if (Math.min(ab, bc, ca) < 1e-9) return;
  const longest = Math.max(ab, bc, ca);
  if (longest <= LONGEST_EDGE) {
    positions.push(...a, ...b, ...c);
  } else if (longest === ab) {
    const middle = vec3.lerp(vec3.create(), a, b, 0.5);
    addTriangle(positions, a, middle, c);
    addTriangle(positions, middle, b, c);
  } else if (longest === bc) {
    addTriangle(positions, b, c, a);
  } else {
    addTriangle(positions, c, a, b);
  }
}
