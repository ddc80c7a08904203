/** Backdrop and ground in the colours of a light or a dark desktop. */
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import type { Scene } from "@babylonjs/core/scene.js";
import type { Grid } from "./grid.ts";
import type { Shadows } from "./shadows.ts";

interface Theme {
  readonly backdrop: string;
  readonly lines: string;
  readonly shadow: string;
}

const LIGHT: Theme = { backdrop: "#eceef1", lines: "#8b95a1", shadow: "#2a3038" };
const DARK: Theme = { backdrop: "#22252a", lines: "#7a838f", shadow: "#050608" };

/** Follows the desktop; `onChange` is told after each change. */
export function followTheme(
  scene: Scene,
  grid: Grid,
  shadows: Shadows,
  onChange: () => void,
): void {
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const apply = (): void => {
    const { backdrop, lines, shadow } = prefersDark.matches ? DARK : LIGHT;
    scene.clearColor = Color4.FromColor3(Color3.FromHexString(backdrop));
    grid.paint(Color3.FromHexString(lines));
    shadows.paint(Color3.FromHexString(shadow));
    onChange();
  };
  prefersDark.addEventListener("change", apply);
  apply();
}
