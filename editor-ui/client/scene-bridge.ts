import type { HostBridge } from "../panel/host-bridge.ts";
import type { LiveScene } from "./live-scene.ts";

/** The part of a panel's bridge that is the same wherever a live scene is shown. */
export function bridgeTo(live: LiveScene): Pick<HostBridge, "place" | "countPlaced" | "subscribe"> {
  return {
    place: async ({ uuid }) => void (await live.place(uuid)),
    countPlaced: ({ uuid }) => live.find(uuid).length,
    subscribe: live.subscribe,
  };
}
