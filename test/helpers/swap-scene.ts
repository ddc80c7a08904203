/** Both packagings of Babylon, and GLBs of the project's own writer for them to load. */
import { createRequire } from "node:module";
import * as core from "@babylonjs/core";
import "@babylonjs/loaders/glTF/2.0/index.js";
import { type Document, WebIO } from "@gltf-transform/core";
import type { GameMesh } from "../../plugin/core/mesh.ts";
import { writeGlb } from "../../plugin/gltf/write.ts";
import { RGB, uniformRows, writePng } from "./png.ts";

export type BabylonPackage = typeof core;

const require = createRequire(import.meta.url);
const umd: BabylonPackage = require("babylonjs");
require("babylonjs-loaders");

export const BABYLON_PACKAGES: readonly (readonly [string, BabylonPackage])[] = [
  ["@babylonjs/core", core],
  ["babylonjs", umd],
];

/** An engine without a GPU that forgets disposed textures, as those with one do. */
export function nullEngine(babylon: BabylonPackage): core.NullEngine {
  const engine = new babylon.NullEngine();
  engine._releaseTexture = (texture) => {
    const cache = engine.getLoadedTexturesCache();
    cache.splice(cache.indexOf(texture), 1);
  };
  return engine;
}

export interface HeroOptions {
  /** Metres. */
  readonly height?: number;
  /** Triangles side by side: none shares a vertex. */
  readonly triangles?: number;
  /** Changes what the writer has written. */
  readonly edit?: (document: Document) => void;
}

/** `hero.glb`: a fence of triangles on y = 0, from x = 0 to 1. */
export async function heroGlb(options: HeroOptions = {}): Promise<Uint8Array> {
  const { height = 1, triangles = 4, edit } = options;
  const glb = await writeGlb(fence(height, triangles), { name: "hero", generator: "test" });
  if (!edit) return glb;
  const io = new WebIO();
  const document = await io.readBinary(glb);
  edit(document);
  return await io.writeBinary(document);
}

function fence(height: number, count: number): GameMesh {
  const corners = Array.from({ length: count }, (_, i) => [
    [i / count, 0, 0],
    [(i + 1) / count, 0, 0],
    [(i + 0.5) / count, height, 0],
  ]).flat();
  return {
    positions: Float32Array.from(corners.flat()),
    colours: Float32Array.from(corners.flatMap(() => [0.5, 0.25, 0])),
    normals: Float32Array.from(corners.flatMap(() => [0, 0, 1])),
    triangles: Uint32Array.from(corners.keys()),
  };
}

export type TextureSlot = "BaseColor" | "Normal";

/** A PNG of one colour, 0..255. */
export function plainPng(red: number, green: number, blue: number): Uint8Array {
  return Uint8Array.from(writePng(2, 2, 8, RGB, uniformRows(2, 2, [red, green, blue])));
}

/** Gives the hero's material a texture, and the mesh texture coordinates. */
export function addTexture(document: Document, slot: TextureSlot, png: Uint8Array): void {
  const root = document.getRoot();
  const [primitive] = root.listMeshes()[0].listPrimitives();
  const positions = primitive.getAttribute("POSITION")?.getCount() ?? 0;
  const [buffer] = root.listBuffers();
  const uvs = document
    .createAccessor()
    .setType("VEC2")
    .setArray(new Float32Array(2 * positions))
    .setBuffer(buffer);
  primitive.setAttribute("TEXCOORD_0", uvs);
  const texture = document.createTexture(slot).setImage(png).setMimeType("image/png");
  const [material] = root.listMaterials();
  if (slot === "Normal") material.setNormalTexture(texture);
  else material.setBaseColorTexture(texture);
}

/** A second node `shield` with the hero's mesh geometry, a metre to the side. */
export function addShield(document: Document): void {
  const root = document.getRoot();
  const [mesh] = root.listMeshes();
  const shield = document
    .createNode("shield")
    .setMesh(mesh.clone().setName("shield"))
    .setTranslation([1, 0, 0]);
  root.listScenes()[0].addChild(shield);
}

/** Moves the hero's node up by a metre within a second. */
export function addAnimation(document: Document): void {
  const root = document.getRoot();
  const [buffer] = root.listBuffers();
  const accessor = (type: "SCALAR" | "VEC3", values: number[]) =>
    document.createAccessor().setType(type).setArray(new Float32Array(values)).setBuffer(buffer);
  const sampler = document
    .createAnimationSampler()
    .setInput(accessor("SCALAR", [0, 1]))
    .setOutput(accessor("VEC3", [0, 0, 0, 0, 1, 0]));
  const channel = document
    .createAnimationChannel()
    .setTargetNode(root.listNodes()[0])
    .setTargetPath("translation")
    .setSampler(sampler);
  document.createAnimation("rise").addSampler(sampler).addChannel(channel);
}

export interface Counts {
  readonly meshes: number;
  readonly transformNodes: number;
  readonly geometries: number;
  readonly materials: number;
  readonly textures: number;
  readonly skeletons: number;
  readonly animationGroups: number;
  readonly morphTargetManagers: number;
  readonly gpuTextures: number;
  /** One of each asset container that has not been disposed. */
  readonly contextObservers: number;
}

/** Everything a swap could leave behind. */
export async function countEverything(scene: core.Scene): Promise<Counts> {
  // Babylon takes observers off its lists in a timer of no delay.
  await new Promise((resolve) => setTimeout(resolve));
  const engine = scene.getEngine();
  return {
    meshes: scene.meshes.length,
    transformNodes: scene.transformNodes.length,
    geometries: scene.geometries.length,
    materials: scene.materials.length,
    textures: scene.textures.length,
    skeletons: scene.skeletons.length,
    animationGroups: scene.animationGroups.length,
    morphTargetManagers: scene.morphTargetManagers.length,
    gpuTextures: engine.getLoadedTexturesCache().length,
    contextObservers: engine.onContextRestoredObservable.observers.length,
  };
}
