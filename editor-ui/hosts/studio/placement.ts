/** Gives each mesh that comes into the scene a place of its own on the ground. */
import type { Scene } from "@babylonjs/core/scene.js";
import type { Asset, AssetResult } from "../../../plugin/protocol/service.ts";
import type { ServiceClient } from "../../client/service-client.ts";
import { findFreePlace, type Place, type Plot } from "../../scene/slots.ts";
import type { PlaceOptions } from "../../swap/swapper.ts";
import type { Layout } from "./layout.ts";
import { contentOf, plotOf } from "./scene-content.ts";

/**
 * Of a project's meshes, so many are put into the scene when the page opens; the others are a click
 * away. Those made while the page is open all come, and so do those that were here before a reload.
 */
const MOST_AT_START = 48;

export interface Placement {
  /** A free place for an asset that has a mesh; it counts as taken until `settle`. */
  choose(asset: Asset): PlaceOptions;
  /** The same for `LiveScene`; undefined for those of the layout, and beyond `MOST_AT_START`. */
  placeNew(asset: Asset): PlaceOptions | undefined;
  /** Forgets the places of assets that are in the scene, where they are seen. */
  settle(isInScene: (uuid: string) => boolean): void;
}

/** @param layout What comes back to its place by itself. */
export function createPlacement(scene: Scene, client: ServiceClient, layout: Layout): Placement {
  const reserved = new Map<string, Plot>();
  /** Assets of the first `hello`; undefined before it. */
  let atStart: ReadonlySet<string> | undefined;

  const awaitedPlots = (): Plot[] =>
    [...layout.awaited()].flatMap(([uuid, points]) => {
      const bounds = client.state.assets.get(uuid)?.result?.bounds;
      return bounds ? points.map((point) => plotAt(bounds, point)) : [];
    });

  const choose = ({ uuid, result }: Asset): PlaceOptions => {
    if (result === undefined) return {};
    const taken = [...contentOf(scene).map(plotOf), ...reserved.values(), ...awaitedPlots()];
    const { x, z } = findFreePlace(plotAt(result.bounds, { x: 0, z: 0 }), taken);
    reserved.set(uuid, plotAt(result.bounds, { x, z }));
    return { position: { x, y: 0, z } };
  };

  return {
    choose,
    placeNew(asset) {
      atStart ??= new Set(client.state.assets.keys());
      if (layout.has(asset.uuid)) return undefined;
      const count = contentOf(scene).length + reserved.size + awaitedPlots().length;
      return count >= MOST_AT_START && atStart.has(asset.uuid) ? undefined : choose(asset);
    },
    settle(isInScene) {
      for (const uuid of [...reserved.keys()]) if (isInScene(uuid)) reserved.delete(uuid);
    },
  };
}

/** The ground under a mesh with such bounds. */
function plotAt({ min, max }: AssetResult["bounds"], { x, z }: Place): Plot {
  return { minX: min[0] + x, maxX: max[0] + x, minZ: min[2] + z, maxZ: max[2] + z };
}
