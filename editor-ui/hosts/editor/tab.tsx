/** What the Editor's "Maquette" tab shows. */
import { type CSSProperties, type ReactElement, useSyncExternalStore } from "react";
import type { ServiceClient } from "../../client/service-client.ts";
import type { HostBridge } from "../../panel/host-bridge.ts";
import { Panel } from "../../panel/panel.tsx";

/**
 * Of the Editor's variables those on which its text is read as well as on the panel's own; an Editor
 * without them has the panel's.
 */
const EDITOR_COLOURS = {
  "--maquette-ground": "hsl(var(--background))",
  "--maquette-surface": "hsl(var(--card))",
  "--maquette-line": "hsl(var(--border))",
  "--maquette-text": "hsl(var(--foreground))",
} as CSSProperties;

export interface MaquetteTabProps {
  readonly client: ServiceClient;
  readonly host: HostBridge;
}

export function MaquetteTab({ client, host }: MaquetteTabProps): ReactElement {
  const theme = useSyncExternalStore(subscribeToTheme, editorTheme);
  return (
    <div style={{ width: "100%", height: "100%", ...EDITOR_COLOURS }}>
      <Panel client={client} host={host} theme={theme} />
    </div>
  );
}

/** The Editor shows its theme as a class of the page's body. */
function editorTheme(): "light" | "dark" {
  return document.body.classList.contains("dark") ? "dark" : "light";
}

function subscribeToTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  return () => observer.disconnect();
}
