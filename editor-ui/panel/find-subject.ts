/**
 * Where the object stands in a picture, so that the concept art and the render of its mesh can be
 * laid over one another: a guess good enough to look at, by alpha, else by difference from the
 * colour of the corners.
 */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Subject {
  /** In pixels. */
  readonly box: Box;
  /** RGB 0..255 of the plain backdrop; undefined for a picture with alpha or without one. */
  readonly backdrop: readonly [number, number, number] | undefined;
}

/** Steps of 255 within which two colours count as the same: noise of JPEG stays below. */
const SAME_COLOUR = 24;

/** @param rgba (height, width, 4) straight alpha. */
export function findSubject(rgba: Uint8ClampedArray, width: number, height: number): Subject {
  const whole = { left: 0, top: 0, width, height };
  const alphaBox = boxOf(width, height, (at) => (rgba[at + 3] ?? 0) >= 128);
  if (alphaBox === undefined || !isSame(alphaBox, whole)) {
    return { box: alphaBox ?? whole, backdrop: undefined };
  }
  const last = width * height * 4 - 4;
  const corners = [0, (width - 1) * 4, last - (width - 1) * 4, last].map((at) =>
    colourAt(rgba, at),
  );
  const [backdrop] = corners;
  if (
    backdrop === undefined ||
    corners.some((corner) => distance(corner, backdrop) > SAME_COLOUR)
  ) {
    return { box: whole, backdrop: undefined };
  }
  const box = boxOf(width, height, (at) => distance(colourAt(rgba, at), backdrop) > SAME_COLOUR);
  return { box: box ?? whole, backdrop };
}

/**
 * How a picture is drawn into a square frame so that its subject, centred, fills `fill` of it.
 *
 * @returns Scale, then offset, both in pixels of the frame.
 */
export function placeSubject(
  { left, top, width, height }: Box,
  frame: number,
  fill: number,
): { scale: number; x: number; y: number } {
  const scale = (frame * fill) / Math.max(width, height);
  return {
    scale,
    x: frame / 2 - (left + width / 2) * scale,
    y: frame / 2 - (top + height / 2) * scale,
  };
}

type Colour = readonly [number, number, number];

function colourAt(rgba: Uint8ClampedArray, at: number): Colour {
  return [rgba[at] ?? 0, rgba[at + 1] ?? 0, rgba[at + 2] ?? 0];
}

function distance(a: Colour, b: Colour): number {
  return Math.max(Math.abs(a[0] - b[0]), Math.abs(a[1] - b[1]), Math.abs(a[2] - b[2]));
}

/** Around the pixels that belong to the subject; undefined when none does. */
function boxOf(width: number, height: number, belongs: (at: number) => boolean): Box | undefined {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!belongs((y * width + x) * 4)) continue;
      left = Math.min(left, x);
      right = Math.max(right, x + 1);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return right === 0 ? undefined : { left, top, width: right - left, height: bottom - top };
}

function isSame(a: Box, b: Box): boolean {
  return a.left === b.left && a.top === b.top && a.width === b.width && a.height === b.height;
}
