/** Members of one region: the first `count` of `pixels`; valid until the map's next `grow`. */
export interface RegionMembers {
  readonly pixels: Int32Array;
  readonly count: number;
}

/** A label per pixel, with flood fill across pixels' sides. One queue serves all fills. */
export class RegionMap {
  readonly width: number;
  readonly height: number;
  /** (height, width) */
  readonly labels: Uint8Array;
  readonly #queue: Int32Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.labels = new Uint8Array(width * height);
    this.#queue = new Int32Array(width * height);
  }

  /** Gives `label`, a new one, to the pixels of the seed's label that hang together with it. */
  grow(seed: number, label: number): RegionMembers {
    const { width, height, labels } = this;
    const queue = this.#queue;
    const from = labels[seed];
    labels[seed] = label;
    queue[0] = seed;
    let count = 1;
    for (let next = 0; next < count; next++) {
      const p = queue[next];
      const x = p % width;
      if (x > 0 && labels[p - 1] === from) {
        labels[p - 1] = label;
        queue[count++] = p - 1;
      }
      if (x < width - 1 && labels[p + 1] === from) {
        labels[p + 1] = label;
        queue[count++] = p + 1;
      }
      if (p >= width && labels[p - width] === from) {
        labels[p - width] = label;
        queue[count++] = p - width;
      }
      if (p < width * (height - 1) && labels[p + width] === from) {
        labels[p + width] = label;
        queue[count++] = p + width;
      }
    }
    return { pixels: queue, count };
  }

  relabel({ pixels, count }: RegionMembers, label: number): void {
    for (let i = 0; i < count; i++) this.labels[pixels[i]] = label;
  }
}
