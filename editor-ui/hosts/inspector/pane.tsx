/** What the Inspector's side pane shows: the panel, and above it what went wrong outside it. */
import { Button, useThemeMode } from "@babylonjs/inspector";
import { type CSSProperties, useSyncExternalStore } from "react";
import type { ServiceClient } from "../../client/service-client.ts";
import { Panel } from "../../panel/panel.tsx";
import type { FollowedScene } from "./followed-scene.ts";
import type { InspectedScene } from "./inspected-scene.ts";
import type { ProblemLine } from "./problem-line.ts";

export interface PaneProps {
  readonly client: ServiceClient;
  readonly inspected: FollowedScene<InspectedScene>;
  readonly problem: ProblemLine;
}

export function Pane({ client, inspected, problem }: PaneProps) {
  const { isDarkMode } = useThemeMode();
  const scene = useSyncExternalStore(inspected.subscribe, () => inspected.current);
  return (
    <div style={PANE}>
      <ProblemBar problem={problem} />
      {scene ? (
        <Panel client={client} host={scene.host} theme={isDarkMode ? "dark" : "light"} />
      ) : null}
    </div>
  );
}

function ProblemBar({ problem }: { readonly problem: ProblemLine }) {
  const message = useSyncExternalStore(problem.subscribe, () => problem.message);
  if (message === undefined) return null;
  return (
    <div style={PROBLEM} role="alert">
      <span>{message}</span>
      <Button label="Dismiss" appearance="transparent" onClick={problem.dismiss} />
    </div>
  );
}

/** The panel in the Inspector's colours, which are Fluent's. */
const COLOURS = {
  "--maquette-ground": "var(--colorNeutralBackground2)",
  "--maquette-surface": "var(--colorNeutralBackground1)",
  "--maquette-raised": "var(--colorNeutralBackground1Selected)",
  "--maquette-line": "var(--colorNeutralStroke2)",
  "--maquette-text": "var(--colorNeutralForeground1)",
  "--maquette-quiet": "var(--colorNeutralForeground3)",
  "--maquette-accent": "var(--colorBrandForegroundLink)",
  "--maquette-on-accent": "var(--colorNeutralBackground1)",
  "--maquette-font": "var(--fontFamilyBase)",
};

const PANE: CSSProperties = {
  ...COLOURS,
  display: "flex",
  flexDirection: "column",
  flex: 1,
  minHeight: 0,
};

const PROBLEM: CSSProperties = {
  display: "flex",
  alignItems: "center",
  justifyContent: "space-between",
  gap: "8px",
  padding: "6px 12px",
  color: "var(--colorPaletteRedForeground1)",
  background: "var(--colorPaletteRedBackground1)",
  borderBottom: "1px solid var(--colorNeutralStroke2)",
  fontSize: "var(--fontSizeBase200)",
};
