/** Checks of what is asked of the kernels, the same for both implementations. */
import { InputError, ModelError } from "../core/errors.ts";
import type { Rendering, RenderRequest } from "../core/rendering.ts";

const MIN_RESOLUTION = 2;
const MAX_RESOLUTION = 2048;

const MIN_SAMPLES = 8;
const MAX_SAMPLES = 1024;

/** @throws InputError `bad-option` unless `resolution` is a whole number in 2..2048. */
export function requireResolution(resolution: number): void {
  const fits =
    Number.isInteger(resolution) && resolution >= MIN_RESOLUTION && resolution <= MAX_RESOLUTION;
  if (!fits) {
    throw new InputError(
      "bad-option",
      `resolution: ${resolution} — give a whole number from ${MIN_RESOLUTION} to ${MAX_RESOLUTION}`,
    );
  }
}

/** @throws InputError `bad-option` unless `volume` holds the product of whole sizes above 0. */
export function requireShape(volume: Float32Array, size: readonly number[]): void {
  const isWhole = size.every((points) => Number.isInteger(points) && points > 0);
  if (!isWhole || volume.length !== size[0] * size[1] * size[2]) {
    throw new InputError(
      "bad-option",
      `marching cubes: ${volume.length} values for a grid of ${size.join(" x ")} — ` +
        "give one value per grid point",
    );
  }
}

/** @throws InputError `bad-option` unless `points` holds three coordinates per point. */
export function requirePoints(points: Float32Array): void {
  if (points.length % 3 !== 0) {
    throw new InputError(
      "bad-option",
      `evaluate: ${points.length} coordinates — give three per point`,
    );
  }
}

/** @throws InputError `bad-option` for a number of samples or an array that does not fit. */
export function requireRays({ rays, march }: RenderRequest): void {
  const { samples } = march;
  if (!(samples >= MIN_SAMPLES && samples <= MAX_SAMPLES && samples % 2 === 0)) {
    throw new InputError(
      "bad-option",
      `samples: ${samples} — give an even number from ${MIN_SAMPLES} to ${MAX_SAMPLES}`,
    );
  }
  const { origins, directions } = rays;
  if (origins.length % 3 !== 0 || directions.length !== origins.length) {
    throw new InputError(
      "bad-option",
      `render: ${origins.length} and ${directions.length} coordinates — give three of an origin and three of a direction per ray`,
    );
  }
}

/** @throws ModelError `bad-value` naming the first ray whose opacity or colour is not finite. */
export function requireFinite(rendering: Rendering): Rendering {
  const { rgb, opacity } = rendering;
  for (let ray = 0; ray < opacity.length; ray++) {
    const sum = opacity[ray] + rgb[3 * ray] + rgb[3 * ray + 1] + rgb[3 * ray + 2];
    if (Number.isFinite(sum)) continue; // only when all its terms are
    throw new ModelError(
      "bad-value",
      `render: ray ${ray} sees a value that is not finite — the weights or the precision of the model are broken; try another device`,
    );
  }
  return rendering;
}
