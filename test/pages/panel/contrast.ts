/** Contrast of what the panel shows, by WCAG 2.2's definitions, from the colours in use. */

/** RGBA, 0..1. */
type Colour = readonly [number, number, number, number];

const WHITE: Colour = [1, 1, 1, 1];
const BLACK: Colour = [0, 0, 0, 1];

/**
 * Texts and fields whose contrast with the plain backgrounds of the elements around is below
 * `least`. Pictures and gradients may be of any colour, so they count as white and as black: texts
 * over them need a ground of their own.
 */
export function lowContrastTexts(least: number): string[] {
  return [...document.querySelectorAll(".maquette-panel *")].flatMap((element) => {
    const text = ownText(element);
    if (text === undefined || !element.checkVisibility({ visibilityProperty: true })) return [];
    const ratio = Math.min(...[WHITE, BLACK].map((behind) => contrastOf(element, behind)));
    return ratio < least ? [`${element.className} "${text}": ${ratio.toFixed(2)}`] : [];
  });
}

/** Undefined for elements that show none themselves. */
function ownText(element: Element): string | undefined {
  if (element instanceof HTMLStyleElement) return undefined;
  if (element instanceof HTMLInputElement) {
    return element.type === "range" ? undefined : element.value || element.placeholder;
  }
  const texts = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
  return texts.map((node) => node.textContent?.trim()).join(" ") || undefined;
}

function contrastOf(element: Element, behind: Colour): number {
  const ground = groundOf(element, behind);
  const text = over(parse(getComputedStyle(element).color), ground);
  const [light = 0, dark = 0] = [luminance(text), luminance(ground)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function groundOf(element: Element, behind: Colour): Colour {
  const parent = element.parentElement;
  const below = parent === null ? behind : groundOf(parent, behind);
  return over(parse(getComputedStyle(element).backgroundColor), below);
}

function over([r, g, b, a]: Colour, [x, y, z]: Colour): Colour {
  return [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a), 1];
}

function luminance([r, g, b]: Colour): number {
  const linear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

const parsed = new Map<string, Colour>();

/** A canvas reads colours in any notation. */
function parse(colour: string): Colour {
  const known = parsed.get(colour);
  if (known !== undefined) return known;
  const canvas = new OffscreenCanvas(1, 1).getContext("2d");
  if (canvas === null) throw new Error("contrast: no 2D canvas");
  canvas.fillStyle = colour;
  canvas.fillRect(0, 0, 1, 1);
  const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
  const rgba: Colour = [r / 255, g / 255, b / 255, a / 255];
  parsed.set(colour, rgba);
  return rgba;
}
