/** What a test can see of the panel only from within the page. */

import { lowContrastTexts } from "./contrast.ts";
import type { PanelSight } from "./panel-page.ts";

const CLICKABLE =
  "button:not([disabled]), input:not([hidden]), select, summary, a, .maquette-row[tabindex='0']";

export const sight: PanelSight = {
  lowContrastTexts,
  countClickable: () => visible(CLICKABLE).length,
  describeFocus() {
    const focused = document.activeElement;
    if (focused === null) return { index: -1, outline: "none" };
    // The wipe is larger than the frame, which shows its focus.
    const isWipe = focused.classList.contains("maquette-wipe");
    const ringed = isWipe ? (focused.parentElement ?? focused) : focused;
    const index = [...document.querySelectorAll("*")].indexOf(focused);
    return { index, outline: getComputedStyle(ringed).outlineStyle };
  },
  ground: () => visible(".maquette-panel").map(backgroundOf).join(),
  comparisonClips: () => comparedImages().map((image) => getComputedStyle(image).clipPath),
  redBoxes: () => comparedImages().map(redBox),
  overflowing: () =>
    [...document.querySelectorAll("[class^=maquette]")]
      .filter((part) => getComputedStyle(part).overflowX !== "hidden")
      .filter((part) => part.scrollWidth > part.clientWidth && part.clientWidth > 0)
      .map((part) => part.className),
  countMoving: () => document.getAnimations().length,
  selectors() {
    const sheet = document.querySelector("style")?.sheet;
    return sheet === null || sheet === undefined ? [] : selectorsOf(sheet.cssRules);
  },
};

function backgroundOf(element: Element): string {
  return getComputedStyle(element).backgroundColor;
}

function visible(selector: string): Element[] {
  return [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
}

function comparedImages(): HTMLImageElement[] {
  return [...document.querySelectorAll<HTMLImageElement>(".maquette-comparison img")];
}

/** Left, right, top and bottom of what is red, as shares of the image. */
function redBox(image: HTMLImageElement): number[] {
  const { naturalWidth: width, naturalHeight: height } = image;
  const canvas = new OffscreenCanvas(width, height).getContext("2d");
  if (canvas === null) throw new Error("observe: no 2D canvas");
  canvas.drawImage(image, 0, 0);
  const { data } = canvas.getImageData(0, 0, width, height);
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let pixel = 0; pixel < width * height; pixel++) {
    const [, green = 0, , alpha = 0] = data.subarray(pixel * 4, pixel * 4 + 4);
    if (alpha < 200 || green > 128) continue;
    left = Math.min(left, pixel % width);
    right = Math.max(right, (pixel % width) + 1);
    top = Math.min(top, Math.floor(pixel / width));
    bottom = Math.max(bottom, Math.floor(pixel / width) + 1);
  }
  return [left / width, right / width, top / height, bottom / height];
}

function selectorsOf(rules: CSSRuleList): string[] {
  return [...rules].flatMap((rule) => {
    // Commas within brackets part no selectors.
    if (rule instanceof CSSStyleRule) return rule.selectorText.split(/,(?![^(]*\))/);
    return rule instanceof CSSGroupingRule ? selectorsOf(rule.cssRules) : [];
  });
}
