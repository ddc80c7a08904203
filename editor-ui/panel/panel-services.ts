/** What every part of the panel works with. */
import { createContext, useContext } from "react";
import type { ServiceClient } from "../client/service-client.ts";
import type { HostBridge } from "./host-bridge.ts";
import type { SettingsDraft } from "./settings-form-model.ts";

export interface PanelServices {
  readonly client: ServiceClient;
  readonly host: HostBridge;
  /** While false, requests would fail. */
  readonly isConnected: boolean;
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
