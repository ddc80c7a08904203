/** Checks of what is asked of the kernels, the same for both implementations. */
import { InputError } from "../core/errors.ts";

const MIN_RESOLUTION = 2;
const MAX_RESOLUTION = 2048;

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
