/** Solids -> one GLB with smooth normals and baked shading in its vertex colours. */
import { Document, WebIO } from "@gltf-transform/core";
import { vec3 } from "gl-matrix";
import { openSky } from "./occlusion.ts";
import type { Solid } from "./solid.ts";

/** Share of its colour that a fully hidden corner keeps. */
const DARKEST = 0.3;

export async function solidsToGlb(solids: readonly Solid[]): Promise<Uint8Array> {
  const positions = solids.flatMap((solid) => solid.positions);
  const normals = solids.flatMap(smoothNormals);
  const height = extent(positions);
  const sky = openSky(positions, normals, height * 0.4);
  const colours = solids
    .flatMap((solid) => solid.colours)
    .map((value, i) => toLinear(value) * (DARKEST + (1 - DARKEST) * sky[Math.floor(i / 3)]));
  const document = new Document();
  const buffer = document.createBuffer();
  const accessor = (values: number[]) =>
    document.createAccessor().setType("VEC3").setArray(new Float32Array(values)).setBuffer(buffer);
  const primitive = document
    .createPrimitive()
    .setAttribute("POSITION", accessor(positions))
    .setAttribute("NORMAL", accessor(normals))
    .setAttribute("COLOR_0", accessor(colours))
    .setMaterial(document.createMaterial().setRoughnessFactor(0.75).setMetallicFactor(0));
  const mesh = document.createMesh().addPrimitive(primitive);
  document.createScene().addChild(document.createNode().setMesh(mesh));
  return await new WebIO().writeBinary(document);
}

function extent(positions: number[]): number {
  let max = 0;
  for (const value of positions) max = Math.max(max, Math.abs(value));
  return max;
}

function toLinear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** (N, 3): face normals averaged over the faces at a place that meet within the crease angle. */
function smoothNormals({ positions, creaseDegrees }: Solid): number[] {
  const cosine = Math.cos((creaseDegrees * Math.PI) / 180);
  const faces: vec3[] = [];
  const facesAt = new Map<string, vec3[]>();
  for (let at = 0; at < positions.length; at += 9) {
    const corner = (i: number): vec3 => [
      positions[at + i],
      positions[at + i + 1],
      positions[at + i + 2],
    ];
    const normal = vec3.cross(
      vec3.create(),
      vec3.subtract(vec3.create(), corner(3), corner(0)),
      vec3.subtract(vec3.create(), corner(6), corner(0)),
    );
    faces.push(normal);
    for (const i of [0, 3, 6]) {
      const key = placeKey(positions, at + i);
      facesAt.set(key, [...(facesAt.get(key) ?? []), normal]);
    }
  }
  return Array.from({ length: positions.length / 3 }, (_, vertex) => {
    const own = vec3.normalize(vec3.create(), faces[Math.floor(vertex / 3)]);
    const sum = vec3.create();
    for (const normal of facesAt.get(placeKey(positions, vertex * 3)) ?? []) {
      const unit = vec3.normalize(vec3.create(), normal);
      if (vec3.dot(unit, own) >= cosine) vec3.add(sum, sum, normal);
    }
    return [...vec3.normalize(sum, sum)];
  }).flat();
}

function placeKey(positions: number[], at: number): string {
  return [0, 1, 2].map((i) => Math.round(positions[at + i] * 1e5)).join();
}
