/** The panel of every host: pictures and their meshes, what is going on, and what can be done. */
import type { ReactElement } from "react";
import type { ServiceClient } from "../client/service-client.ts";
import { ErrorBoundary } from "./error-boundary.tsx";
import type { HostBridge } from "./host-bridge.ts";
import styles from "./panel.css";
import { Workbench } from "./workbench.tsx";

export interface PanelProps {
  /** Stays open when the panel goes: who made it closes it. */
  readonly client: ServiceClient;
  readonly host: HostBridge;
  /** Of the host; else what the desktop prefers. */
  readonly theme?: "light" | "dark" | undefined;
}

/**
 * Fills its parent, which gives it a height; from 260 pixels' width up. The host's own colours and
 * type come in through the custom properties named at the top of the style sheet.
 */
export function Panel({ client, host, theme }: PanelProps): ReactElement {
  return (
    <section className="maquette-panel" data-maquette-theme={theme} aria-label="Maquette">
      <style>{styles}</style>
      <ErrorBoundary>
        <Workbench client={client} host={host} />
      </ErrorBoundary>
    </section>
  );
}
