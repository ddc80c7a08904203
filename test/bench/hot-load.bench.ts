import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { GenerateRequest, GenerateResult } from "../../plugin/pipeline/contract.ts";
import { FakeGenerator } from "../helpers/fake-generator.ts";
import { withStudio } from "../helpers/studio.ts";
import type { StudioProbe, SwapTimes } from "../pages/studio/studio-probe.ts";
import { type Figure, median } from "./figure.ts";

declare const studioProbe: StudioProbe;

export const title =
  "Hot load: from the rename of a finished GLB of 5,000 triangles to the first frame that shows it";

const SWAPS = 20;
/** Of the samples; that a mesh is another picture's makes no difference. */
const PICTURES = ["cottage", "lantern", "mossy-rock", "pine", "toadstool"];
/** These have the default budget of 5,000 triangles. */
const MESHES = ["amphora", "barrel", "cactus", "cottage", "lantern", "pine", "pumpkin", "well"];

export async function* run(): AsyncIterable<Figure> {
  const latencies: (readonly [renamed: number, SwapTimes])[] = [];
  const generator = await SampleGenerator.open();
  await withStudio({ generator }, async ({ cwd, page, draw }) => {
    const drawNext = (i: number) => draw(PICTURES[i % PICTURES.length] as string, "hero");
    await drawNext(0);
    await page.waitForFunction(() => studioProbe.meshes().length === 1);
    for (let i = 0; i <= SWAPS; i++) {
      await page.evaluate(() => studioProbe.calm());
      const swapped = page.evaluate(() => studioProbe.nextSwap());
      await drawNext(i + 1);
      const times = await swapped;
      // The first swap is the first to run the code. A rename is a file's last change.
      if (i > 0) latencies.push([(await stat(join(cwd, "art/hero.glb"))).ctimeMs, times]);
    }
  });
  const part = (name: string, ms: (renamed: number, times: SwapTimes) => number): Figure => ({
    name,
    value: median(latencies.map(([renamed, times]) => ms(renamed, times))),
    unit: "ms",
  });
  yield {
    ...part(`median of ${SWAPS}`, (renamed, { frameEnd }) => frameEnd - renamed),
    atMost: 300,
  };
  yield part("- sidecar, event", (renamed, { fetchStart }) => fetchStart - renamed);
  yield part("- fetch", (_, { fetchStart, fetchEnd }) => fetchEnd - fetchStart);
  yield part("- parse, swap", (_, { fetchEnd, frameStart }) => frameStart - fetchEnd);
  yield part("- frame", (_, { frameStart, frameEnd }) => frameEnd - frameStart);
}

/** Makes the samples' meshes in turn, in no time. */
class SampleGenerator extends FakeGenerator {
  readonly #glbs: readonly Uint8Array[];
  #count = 0;

  static async open(): Promise<SampleGenerator> {
    const folder = fileURLToPath(new URL("../../samples/meshes/", import.meta.url));
    return new SampleGenerator(
      await Promise.all(MESHES.map((name) => readFile(join(folder, `${name}.glb`)))),
    );
  }

  private constructor(glbs: readonly Uint8Array[]) {
    super();
    this.#glbs = glbs;
  }

  override async generate(request: GenerateRequest): Promise<GenerateResult> {
    const result = await super.generate(request);
    const glb = this.#glbs[this.#count++ % this.#glbs.length] as Uint8Array;
    return { ...result, glb };
  }
}
