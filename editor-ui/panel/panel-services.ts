/** What every part of the panel works with. */
import { createContext, useContext } from "react";
import type { ServiceModel } from "../../plugin/protocol/service.ts";
import type { ServiceClient } from "../client/service-client.ts";
import type { HostBridge } from "./host-bridge.ts";
import type { SettingsDraft } from "./settings-form-model.ts";

export interface PanelServices {
  readonly client: ServiceClient;
  readonly host: HostBridge;
  /** While false, requests would fail. */
  readonly isConnected: boolean;
  /** Undefined until there was a connection. */
  readonly model: ServiceModel | undefined;
  /** By uuid: kept while another asset is chosen. */
  readonly drafts: Map<string, SettingsDraft>;
  /** Shows the message of a failed request until it is dismissed. */
  report(error: unknown): void;
}

export const PanelContext = createContext<PanelServices | undefined>(undefined);

export function usePanel(): PanelServices {
  const services = useContext(PanelContext);
  if (services === undefined) throw new Error("panel: a part of it stands outside of Panel");
  return services;
}

/** Why no request can be made now; undefined while one can. */
export function useOffline(): string | undefined {
  return usePanel().isConnected ? undefined : "There is no connection to the service";
}
