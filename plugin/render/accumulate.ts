/** Front-to-back compositing along one ray. */

/** Keeps the transmittance above 0, as the reference does. */
const TRANSMITTANCE_FLOOR = 1e-10;

export class Accumulator {
  opacity = 0;
  /** Sums of weight times value. */
  readonly rgb: Float64Array = new Float64Array(3);
  distance = 0;
  #transmittance = 1;

  reset(): void {
    this.opacity = 0;
    this.rgb.fill(0);
    this.distance = 0;
    this.#transmittance = 1;
  }

  /** Adds what covers `alpha` of what is behind it; returns its weight in the picture. */
  add(alpha: number, red: number, green: number, blue: number, distance: number): number {
    const weight = alpha * this.#transmittance;
    this.opacity += weight;
    this.rgb[0] += weight * red;
    this.rgb[1] += weight * green;
    this.rgb[2] += weight * blue;
    this.distance += weight * distance;
    this.#transmittance *= 1 - alpha + TRANSMITTANCE_FLOOR;
    return weight;
  }
}
