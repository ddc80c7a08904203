/** What a `*.bench.ts` exports. */
export interface Benchmark {
  readonly title: string;
  run(): AsyncIterable<Figure>;
}

export interface Figure {
  readonly name: string;
  readonly value: number;
  /** "x" for ratios, "ms", "MB", "%", or "" for counts. */
  readonly unit: string;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** The median wall time, in ms, of `repeats` runs after one that warms up. */
export async function medianMs(repeats: number, body: () => unknown): Promise<number> {
  await body();
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await body();
    times.push(performance.now() - start);
  }
  return median(times);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] as number)
    : ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2;
}
