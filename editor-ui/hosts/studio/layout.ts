/** Where the meshes stand, kept by the browser, so that they stand there again after a reload. */
import type { Scene } from "@babylonjs/core/scene.js";
import * as z from "zod";
import { assetOf, contentOf } from "./scene-content.ts";

const STORAGE_KEY = "maquette.layout";
const Point = z.object({ x: z.number(), y: z.number(), z: z.number() });
/** By uuid of the asset; empty for one whose meshes were removed. */
const SavedPlaces = z.record(z.string(), z.array(Point));

export type Point = z.infer<typeof Point>;

export interface Layout {
  /** Whether it is known where an asset's meshes stand, or that they were removed. */
  has(uuid: string): boolean;
  /** Where meshes stood that are not back yet, by uuid of their asset. */
  awaited(): ReadonlyMap<string, readonly Point[]>;
  /** From now on an asset's meshes are where the scene has them. */
  settle(uuid: string): void;
  save(): void;
}

export function openLayout(scene: Scene): Layout {
  const saved = SavedPlaces.safeParse(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? "{}"));
  const places = new Map(Object.entries(saved.data ?? {}));
  const awaited = new Set(places.keys());
  return {
    has: (uuid) => places.has(uuid),
    awaited: () => new Map([...places].filter(([uuid]) => awaited.has(uuid))),
    settle: (uuid) => void awaited.delete(uuid),
    save() {
      for (const uuid of places.keys()) if (!awaited.has(uuid)) places.set(uuid, []);
      for (const root of contentOf(scene)) {
        const uuid = assetOf(root);
        if (uuid === undefined || awaited.has(uuid)) continue;
        const { x, y, z } = root.position;
        places.set(uuid, [...(places.get(uuid) ?? []), { x, y, z }]);
      }
      localStorage.setItem(STORAGE_KEY, JSON.stringify(Object.fromEntries(places)));
    },
  };
}
