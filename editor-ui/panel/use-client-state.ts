import { useCallback, useSyncExternalStore } from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import type { ClientState, ServiceClient } from "../client/service-client.ts";
import type { HostBridge } from "./host-bridge.ts";

export function useClientState(client: ServiceClient): ClientState {
  const subscribe = useCallback((listener: () => void) => client.subscribe(listener), [client]);
  return useSyncExternalStore(subscribe, () => client.state);
}

/** How many nodes of the scene show the asset. */
export function usePlacedCount(host: HostBridge, asset: Asset): number {
  const subscribe = useCallback((listener: () => void) => host.subscribe(listener), [host]);
  return useSyncExternalStore(subscribe, () => host.countPlaced(asset));
}
