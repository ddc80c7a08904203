/**
 * A mesh as a GLB that engines take as it is: one scene, node, mesh, primitive and PBR material,
 * named after the asset, with nothing that needs an extension.
 */
import { Document, type TypedArray, WebIO } from "@gltf-transform/core";
import { ModelError } from "../core/errors.ts";
import type { GameMesh } from "../core/mesh.ts";
import { srgbToLinear } from "./colour.ts";

export interface GlbOptions {
  /** Names node, mesh and material, so that a regenerated asset can be matched to the former one. */
  readonly name: string;
  /** What wrote the file: `asset.generator`. */
  readonly generator: string;
}

/** Concept art says nothing of gloss: rough enough that no highlight claims otherwise. */
const ROUGHNESS = 0.9;
const UINT16_MAX = 65_535;

/**
 * The bytes of the GLB; the same mesh and options give the same bytes.
 *
 * @throws ModelError when the mesh has no triangles.
 */
export async function writeGlb(mesh: GameMesh, options: GlbOptions): Promise<Uint8Array> {
  if (mesh.triangles.length === 0) {
    throw new ModelError(
      "no-surface",
      `${options.name}: the mesh has no triangles — lower the iso level or use another picture`,
    );
  }
  const document = new Document();
  const { name } = options;
  document.getRoot().getAsset().generator = options.generator;

  const buffer = document.createBuffer();
  const accessor = (type: "SCALAR" | "VEC3", array: TypedArray, normalised = false) =>
    document
      .createAccessor()
      .setType(type)
      .setArray(array)
      .setNormalized(normalised)
      .setBuffer(buffer);
  const material = document.createMaterial(name).setMetallicFactor(0).setRoughnessFactor(ROUGHNESS);
  const primitive = document
    .createPrimitive()
    .setIndices(accessor("SCALAR", packIndices(mesh)))
    .setAttribute("POSITION", accessor("VEC3", mesh.positions))
    .setAttribute("NORMAL", accessor("VEC3", mesh.normals))
    .setAttribute("COLOR_0", accessor("VEC3", packColours(mesh.colours), true))
    .setMaterial(material);
  const node = document.createNode(name).setMesh(document.createMesh(name).addPrimitive(primitive));
  document.getRoot().setDefaultScene(document.createScene(name).addChild(node));
  return new WebIO().writeBinary(document);
}

/** 65,535 itself is the restart value and may not be an index. */
function packIndices({ triangles, positions }: GameMesh): Uint16Array | Uint32Array {
  return positions.length / 3 <= UINT16_MAX ? Uint16Array.from(triangles) : triangles;
}

/**
 * Linear colour in 16 bits: one step of 8-bit sRGB black is 20 steps of it, so dark tones do not
 * band, at 8 bytes a vertex, padding included, instead of 12 for floats. Three components, because
 * engines take a fourth for transparency.
 */
function packColours(colours: Float32Array): Uint16Array {
  return Uint16Array.from(colours, (value) =>
    Math.round(UINT16_MAX * srgbToLinear(Math.min(1, Math.max(0, value)))),
  );
}
