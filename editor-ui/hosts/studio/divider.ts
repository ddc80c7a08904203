/** The border between scene and panel, moved by pointer or arrow keys. */

const KEY_STEP_PIXELS = 24;
const LIMITS = { min: 260, max: 720 };
const STORAGE_KEY = "maquette.panel-width";

/** Sets `--panel-width` on `container`; the width is remembered by the browser. */
export function makeResizable(divider: HTMLElement, container: HTMLElement, panel: HTMLElement) {
  const resize = (pixels: number): void => {
    const width = Math.round(Math.min(LIMITS.max, Math.max(LIMITS.min, pixels)));
    container.style.setProperty("--panel-width", `${width}px`);
    divider.ariaValueNow = String(width);
    localStorage.setItem(STORAGE_KEY, String(width));
  };
  divider.ariaValueMin = String(LIMITS.min);
  divider.ariaValueMax = String(LIMITS.max);
  const remembered = Number(localStorage.getItem(STORAGE_KEY));
  if (remembered > 0) resize(remembered);

  divider.addEventListener("pointerdown", (event) => {
    divider.setPointerCapture(event.pointerId);
    event.preventDefault();
  });
  divider.addEventListener("pointermove", (event) => {
    if (divider.hasPointerCapture(event.pointerId)) resize(window.innerWidth - event.clientX);
  });
  divider.addEventListener("keydown", ({ key }) => {
    const direction = key === "ArrowLeft" ? 1 : key === "ArrowRight" ? -1 : 0;
    if (direction !== 0) resize(panel.getBoundingClientRect().width + direction * KEY_STEP_PIXELS);
  });
}
