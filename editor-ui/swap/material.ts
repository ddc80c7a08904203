/**
 * A new GLB's material under the user's edits. The material in the scene stays the same object; a
 * field follows the GLB as long as it is what the former GLB had made it, and is the user's
 * from the moment it differs.
 */
import type { AssetContainer } from "@babylonjs/core/assetContainer.js";
import type { Material } from "@babylonjs/core/Materials/material.js";
import type { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial.js";
import type { BaseTexture } from "@babylonjs/core/Materials/Textures/baseTexture.js";
import type { Color3 } from "@babylonjs/core/Maths/math.color.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { type Noted, note, notesOf, unshareMetadata, type Value, type Values } from "./notes.ts";

/** What glTF says of a material besides its textures. */
const MATERIAL_FIELDS = [
  "albedoColor",
  "alpha",
  "alphaCutOff",
  "transparencyMode",
  "metallic",
  "roughness",
  "emissiveColor",
  "emissiveIntensity",
  "ambientTextureStrength",
  "backFaceCulling",
  "twoSidedLighting",
  "unlit",
] as const satisfies readonly (keyof PBRMaterial)[];

/** glTF's textures, each with the fields that say how it is read and so come and go with it. */
const SLOTS = {
  albedoTexture: ["useAlphaFromAlbedoTexture"],
  metallicTexture: [
    "useMetallnessFromMetallicTextureBlue",
    "useRoughnessFromMetallicTextureGreen",
    "useRoughnessFromMetallicTextureAlpha",
  ],
  bumpTexture: ["invertNormalMapX", "invertNormalMapY", "forceIrradianceInFragment"],
  ambientTexture: ["useAmbientInGrayScale"],
  emissiveTexture: [],
} as const satisfies {
  [Slot in `${string}Texture` & keyof PBRMaterial]?: readonly (keyof PBRMaterial)[];
};
const SLOT_NAMES = Object.keys(SLOTS) as (keyof typeof SLOTS)[];

/** Strength and tiling, which users turn without replacing the texture. */
const TEXTURE_FIELDS = ["level", "uScale", "vScale", "uOffset", "vOffset"] as const;

/** Puts a loaded material with its textures into the scene and remembers what the GLB said. */
export function adoptMaterial(material: Material, container: AssetContainer, uuid: string): void {
  const notes = { uuid, ...(isPbr(material) && readGlbSide(material)) };
  takeOut(container.materials, material);
  material.getScene().addMaterial(material);
  note(material, notes);
  for (const texture of material.getActiveTextures()) adoptTexture(texture, container, uuid);
}

/**
 * Marks a material that came into the scene some other way. What its GLB said is not known: its
 * values count as the user's, its textures as the GLB's.
 */
export function claimMaterial(material: Material, uuid: string): void {
  if (notesOf(material).uuid !== undefined) return;
  note(material, { uuid });
  if (!isPbr(material)) return;
  for (const slot of SLOT_NAMES) if (material[slot]) note(material[slot], { uuid });
}

/** Whether the material is the asset's, rather than one the user put in its place. */
export function isFrom(noted: Noted | null, uuid: string): boolean {
  return noted !== null && notesOf(noted).uuid === uuid;
}

/** The asset's materials that no mesh shows now: those between which a game changes. */
export function idleMaterials(scene: Scene, uuid: string): Material[] {
  const shown = new Set(scene.meshes.map(({ material }) => material));
  return scene.materials.filter((material) => isFrom(material, uuid) && !shown.has(material));
}

/**
 * Brings an asset's material up to date with `fresh`, which stays in its container without the
 * textures that were taken over. Textures that nothing uses any more are disposed.
 */
export function updateMaterial(
  kept: Material,
  fresh: Material,
  container: AssetContainer,
  uuid: string,
): void {
  if (!isPbr(kept) || !isPbr(fresh)) return;
  // A clone of it is yet to be compared with what the former GLB said.
  unshareMetadata(kept, kept.getScene().materials);
  const former = notesOf(kept);
  const glbSide = readGlbSide(fresh);
  for (const field of MATERIAL_FIELDS) {
    if (isSame(readField(kept, field), former.values?.[field])) copyField(fresh, kept, field);
  }
  const formerTextures = ownTextures(kept, uuid);
  for (const slot of SLOT_NAMES) updateSlot(slot, kept, fresh, uuid);
  for (const texture of kept.getActiveTextures()) adoptTexture(texture, container, uuid);
  for (const texture of formerTextures) disposeUnused(texture);
  note(kept, glbSide);
  // A frozen material looks at its fields again only when told to.
  kept.markDirty(true);
}

function updateSlot(slot: keyof typeof SLOTS, kept: PBRMaterial, fresh: PBRMaterial, uuid: string) {
  const former = notesOf(kept).textures?.[slot];
  const [srcTexture, dstTexture] = [fresh[slot], kept[slot]];
  const isUsers = dstTexture ? !isFrom(dstTexture, uuid) : former !== undefined;
  if (isUsers || srcTexture === dstTexture) return;
  if (srcTexture && dstTexture && former) {
    for (const field of TEXTURE_FIELDS) {
      if (!isSame(readField(dstTexture, field), former[field])) {
        copyField(dstTexture, srcTexture, field);
      }
    }
  }
  kept[slot] = srcTexture;
  for (const field of SLOTS[slot]) kept[field] = fresh[field];
}

/** A material goes with the asset's textures, unless something in the scene uses it. */
export function disposeUnusedMaterial(material: Material, uuid: string): void {
  const { meshes, multiMaterials } = material.getScene();
  const isUsed =
    meshes.some((mesh) => mesh.material === material) ||
    multiMaterials.some(({ subMaterials }) => subMaterials.includes(material));
  if (isUsed) return;
  const textures = ownTextures(material, uuid);
  material.dispose();
  for (const texture of textures) disposeUnused(texture);
}

/** Without what else a material shows, such as the scene's reflections. */
function ownTextures(material: Material, uuid: string): BaseTexture[] {
  return material.getActiveTextures().filter((texture) => isFrom(texture, uuid));
}

function disposeUnused(texture: BaseTexture): void {
  const materials = texture.getScene()?.materials ?? [];
  if (!materials.some((material) => material.hasTexture(texture))) texture.dispose();
}

function adoptTexture(texture: BaseTexture, container: AssetContainer, uuid: string): void {
  if (!takeOut(container.textures, texture)) return;
  texture.getScene()?.addTexture(texture);
  note(texture, { uuid });
}

function readGlbSide(material: PBRMaterial): { values: Values; textures: Record<string, Values> } {
  const textures = SLOT_NAMES.flatMap((slot) => {
    const texture = material[slot];
    return texture ? [[slot, readValues(texture, TEXTURE_FIELDS)] as const] : [];
  });
  return {
    values: readValues(material, MATERIAL_FIELDS),
    textures: Object.fromEntries(textures),
  };
}

function readValues(owner: object, fields: readonly string[]): Values {
  return Object.fromEntries(fields.map((field) => [field, readField(owner, field)]));
}

function readField(owner: object, field: string): Value {
  const value: Value | Color3 | undefined = Reflect.get(owner, field);
  return isColour(value) ? value.asArray() : (value ?? null);
}

function copyField(src: object, dst: object, field: string): void {
  if (isSame(readField(src, field), readField(dst, field))) return;
  const value: Value | Color3 = Reflect.get(src, field);
  Reflect.set(dst, field, isColour(value) ? value.clone() : value);
}

function isColour(value: Value | Color3 | undefined): value is Color3 {
  return typeof value === "object" && value !== null && "asArray" in value;
}

function isSame(a: Value | undefined, b: Value | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function isPbr(material: Material): material is PBRMaterial {
  return material.getClassName() === "PBRMaterial";
}

/** False when it was not in the list. */
function takeOut<T>(list: T[], item: T): boolean {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
  return index >= 0;
}
