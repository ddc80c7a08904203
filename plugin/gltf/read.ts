/** The triangles of a GLB in world space, and what else the file holds. */
import {
  type Accessor,
  Logger,
  type Primitive,
  type Scene,
  type Texture,
  WebIO,
} from "@gltf-transform/core";
import { ALL_EXTENSIONS } from "@gltf-transform/extensions";
import { convertPrimitiveToTriangles } from "@gltf-transform/functions";
import { mat3, mat4, vec3 } from "gl-matrix";
import { InputError } from "../core/errors.ts";
import type { TriangleMesh } from "../core/mesh.ts";
import { linearToSrgb } from "./colour.ts";

export interface GlbMesh extends TriangleMesh {
  /** (V, 3) unit normals; only when every primitive has them. */
  readonly normals?: Float32Array;
  /** (V, 3) sRGB colour, 0..1; only when every primitive has vertex colours. */
  readonly colours?: Float32Array;
}

export interface GlbTexture {
  readonly name: string;
  readonly mimeType: string;
  /** Pixels; undefined when the format does not tell. */
  readonly size: readonly [number, number] | undefined;
  readonly bytes: number;
}

export interface GlbContents {
  readonly generator: string | undefined;
  /** All triangles of the default scene with the node transforms applied. */
  readonly mesh: GlbMesh;
  /** Counts in the whole file. */
  readonly nodes: number;
  readonly meshes: number;
  readonly primitives: number;
  readonly materials: readonly string[];
  readonly textures: readonly GlbTexture[];
}

/** Primitive modes of glTF 2.0. */
const TRIANGLES = 4;
const TRIANGLE_STRIP = 5;
const TRIANGLE_FAN = 6;

interface Part {
  readonly primitive: Primitive;
  readonly world: mat4;
}

/**
 * Reads a GLB. Points, lines, skins and morph targets are not looked at.
 *
 * @param subject names the file in errors.
 * @throws InputError when the bytes are not a well-formed GLB.
 */
export async function readGlb(bytes: Uint8Array, subject: string): Promise<GlbContents> {
  try {
    const io = new WebIO()
      .setLogger(new Logger(Logger.Verbosity.SILENT))
      .registerExtensions(ALL_EXTENSIONS);
    const source = await io.binaryToJSON(bytes);
    const root = (await io.readJSON(source)).getRoot();
    const scene = root.getDefaultScene() ?? root.listScenes().at(0);
    const meshes = root.listMeshes();
    return {
      generator: source.json.asset.generator,
      mesh: mergeParts(scene === undefined ? [] : listParts(scene)),
      nodes: root.listNodes().length,
      meshes: meshes.length,
      primitives: meshes.reduce((sum, mesh) => sum + mesh.listPrimitives().length, 0),
      materials: root.listMaterials().map((material) => material.getName()),
      textures: root.listTextures().map(describeTexture),
    };
  } catch (error) {
    const detail = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new InputError(
      "unreadable",
      `${subject}: not a readable GLB (${detail}) — export it again as binary glTF 2.0`,
      { cause: error },
    );
  }
}

function describeTexture(texture: Texture): GlbTexture {
  return {
    name: texture.getName() || texture.getURI(),
    mimeType: texture.getMimeType(),
    size: texture.getSize() ?? undefined,
    bytes: texture.getImage()?.byteLength ?? 0,
  };
}

function listParts(scene: Scene): Part[] {
  const parts: Part[] = [];
  scene.traverse((node) => {
    const world = node.getWorldMatrix();
    for (const primitive of node.getMesh()?.listPrimitives() ?? [])
      parts.push({ primitive, world });
  });
  return parts;
}

function mergeParts(parts: readonly Part[]): GlbMesh {
  const positions: number[] = [];
  const normals: number[] = [];
  const colours: number[] = [];
  const triangles: number[] = [];
  for (const { primitive, world } of parts) {
    const corners = listTriangles(primitive);
    const source = primitive.getAttribute("POSITION");
    if (corners.length === 0 || source === null) continue;
    const base = positions.length / 3;
    const outside = corners.find((corner) => !(corner < source.getCount()));
    if (outside !== undefined) throw new RangeError(`no vertex ${outside}`);
    appendVectors(positions, source, (v) => vec3.transformMat4(v, v, world));

    const normalMatrix = mat3.normalFromMat4(mat3.create(), world) ?? mat3.create();
    appendVectors(normals, primitive.getAttribute("NORMAL"), (v) =>
      vec3.normalize(v, vec3.transformMat3(v, v, normalMatrix)),
    );
    appendVectors(colours, primitive.getAttribute("COLOR_0"), (v) =>
      vec3.set(v, linearToSrgb(v[0]), linearToSrgb(v[1]), linearToSrgb(v[2])),
    );
    // A mirroring transform turns the winding; undo it, as viewers do.
    const isMirrored = mat4.determinant(world) < 0;
    for (let i = 0; i < corners.length; i += 3) {
      const [a, b, c] = [base + corners[i], base + corners[i + 1], base + corners[i + 2]];
      if (isMirrored) triangles.push(a, c, b);
      else triangles.push(a, b, c);
    }
  }
  return {
    positions: Float32Array.from(positions),
    triangles: Uint32Array.from(triangles),
    ...(normals.length === positions.length && { normals: Float32Array.from(normals) }),
    ...(colours.length === positions.length && { colours: Float32Array.from(colours) }),
  };
}

function appendVectors(
  target: number[],
  source: Accessor | null,
  transform: (vector: vec3) => void,
): void {
  if (source === null) return;
  const element: number[] = [];
  const vector = vec3.create();
  for (let i = 0; i < source.getCount(); i++) {
    source.getElement(i, element);
    vec3.set(vector, element[0], element[1], element[2]);
    transform(vector);
    target.push(vector[0], vector[1], vector[2]);
  }
}

/** The corners of a primitive as a plain list of triangles; empty for points and lines. */
function listTriangles(primitive: Primitive): Uint32Array {
  const mode = primitive.getMode();
  if (mode === TRIANGLE_STRIP || mode === TRIANGLE_FAN) convertPrimitiveToTriangles(primitive);
  else if (mode !== TRIANGLES) return new Uint32Array(0);

  const count = primitive.getAttribute("POSITION")?.getCount() ?? 0;
  const indices = primitive.getIndices()?.getArray();
  const corners = indices ? Uint32Array.from(indices) : new Uint32Array(count).map((_, i) => i);
  return corners.subarray(0, corners.length - (corners.length % 3));
}
