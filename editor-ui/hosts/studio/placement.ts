/** Gives each mesh that comes into the scene a place of its own on the ground. */
import type { Scene } from "@babylonjs/core/scene.js";
import type { Asset } from "../../../plugin/protocol/service.ts";
import type { ServiceClient } from "../../client/service-client.ts";
import { findFreePlace, type Plot } from "../../scene/slots.ts";
import type { PlaceOptions } from "../../swap/swapper.ts";
import { contentOf, plotOf } from "./scene-content.ts";

/**
 * Of a project's meshes, so many are put into the scene when the page opens; the others are a click
 * away. Those made while the page is open all come.
 */
const MOST_AT_START = 48;

export interface Placement {
  /** A free place for an asset that has a mesh; it counts as taken until `settle`. */
  choose(asset: Asset): PlaceOptions;
  /** The same for `LiveScene`; undefined for those beyond what the page opens with. */
  placeNew(asset: Asset): PlaceOptions | undefined;
  /** Forgets the places of assets that are in the scene, where they are seen. */
  settle(isInScene: (uuid: string) => boolean): void;
}

export function createPlacement(scene: Scene, client: ServiceClient): Placement {
  const reserved = new Map<string, Plot>();
  /** Assets of the first `hello`; undefined before it. */
  let atStart: ReadonlySet<string> | undefined;

  const choose = ({ uuid, result }: Asset): PlaceOptions => {
    if (result === undefined) return {};
    const { min, max } = result.bounds;
    const own: Plot = { minX: min[0], maxX: max[0], minZ: min[2], maxZ: max[2] };
    const { x, z } = findFreePlace(own, [...contentOf(scene).map(plotOf), ...reserved.values()]);
    reserved.set(uuid, {
      minX: own.minX + x,
      maxX: own.maxX + x,
      minZ: own.minZ + z,
      maxZ: own.maxZ + z,
    });
    return { position: { x, y: 0, z } };
  };

  return {
    choose,
    placeNew(asset) {
      atStart ??= new Set(client.state.assets.keys());
      const isFull = contentOf(scene).length + reserved.size >= MOST_AT_START;
      return isFull && atStart.has(asset.uuid) ? undefined : choose(asset);
    },
    settle(isInScene) {
      for (const uuid of [...reserved.keys()]) if (isInScene(uuid)) reserved.delete(uuid);
    },
  };
}
