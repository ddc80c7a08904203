import { readdir, readFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sha256 } from "../../../../plugin/files/hash.ts";
import type { GenerateRequest, GenerateResult } from "../../../../plugin/pipeline/contract.ts";
import { FakeGenerator } from "../../../helpers/fake-generator.ts";
import { type WatchedProject, withWatchedProject } from "../../../helpers/watched-project.ts";

const test = suite("project/watch/many-pictures");

const PICTURES = 1000;
const MESH_BYTES = 256 << 10;
/** Of the 250 MiB of all meshes together: V8 clears up after each 64 MiB of such memory, when idle. */
const MAX_MEMORY_GROWTH = 128 << 20;

/** Makes meshes of some size, and keeps an eye on how much of them stays in memory. */
class HeavyGenerator extends FakeGenerator {
  peakBytes = 0;

  override async generate(request: GenerateRequest): Promise<GenerateResult> {
    const result = await super.generate(request);
    this.peakBytes = Math.max(this.peakBytes, process.memoryUsage().arrayBuffers);
    return { ...result, glb: Buffer.concat([result.glb, new Uint8Array(MESH_BYTES)]) };
  }
}

const name = (k: number): string => `set${k % 10}/${k}.png`;
const first = (k: number): string => `picture ${k}`;
const second = (k: number): string => `picture ${k}, drawn again`;

/** Half of the pictures are saved again while the first ones are in work. */
async function dropAndRewrite(project: WatchedProject): Promise<void> {
  for (let k = 0; k < PICTURES; k++) await project.save(name(k), first(k));
  for (let k = 0; k < PICTURES; k += 2) await project.save(name(k), second(k));
}

test("1,000 pictures dropped at once, half of them rewritten meanwhile, each get one mesh, once", () => {
  const generator = new HeavyGenerator();
  return withWatchedProject({}, { generator, jobs: 4 }, async (project) => {
    const before = process.memoryUsage().arrayBuffers;
    await project.after(() => dropAndRewrite(project));

    const imported = new Map<string, number>();
    for (const event of project.events) {
      if (event.type !== "finished" || event.outcome.status !== "imported") continue;
      const job = `${event.item.picture.label} ${event.outcome.result.pictureSha256}`;
      imported.set(job, (imported.get(job) ?? 0) + 1);
    }
    assert.equal(
      [...imported].filter(([, times]) => times > 1),
      [],
      "the same content twice",
    );
    for (let k = 0; k < PICTURES; k++) {
      const content = k % 2 === 0 ? second(k) : first(k);
      const { result } = await project.sidecar(name(k));
      assert.is(result?.pictureSha256, sha256(content), name(k));
      const glb = await readFile(project.path(name(k).replace(".png", ".glb")));
      assert.is(result?.glb.sha256, sha256(glb), name(k));
      assert.ok(glb.includes(`${content}{`), name(k));
    }
    const { statuses, waiting } = project.watcher;
    assert.is(statuses.length, PICTURES);
    assert.ok(statuses.every(({ phase, work }) => phase === "ready" && work === undefined));
    assert.is(waiting, 0);
    assert.ok(generator.peakBytes - before < MAX_MEMORY_GROWTH, `${generator.peakBytes} bytes`);
  });
});

test("pictures that are rewritten again and again leave nothing behind but their last mesh", () => {
  const pictures = 20;
  const rounds = 10;
  const labels = Array.from({ length: pictures }, (_, k) => `${k}.png`);
  return withWatchedProject({}, { jobs: 4 }, async (project) => {
    const round = async (r: number): Promise<string[]> => {
      await project.after(async () => {
        for (const label of labels) await project.save(label, `${label} round ${r}`);
      });
      return labels.map((label) => project.status(label).uuid);
    };
    const uuids = await round(0);
    for (let r = 1; r < rounds; r++) assert.equal(await round(r), uuids);

    assert.is(project.watcher.statuses.length, pictures);
    assert.equal(project.gone, []);
    for (const label of labels) {
      assert.is(project.status(label).phase, "ready");
      assert.match(await project.read(label.replace("png", "glb")), `round ${rounds - 1}`);
    }
    const files = await readdir(project.cwd);
    assert.is(files.length, 3 * pictures + 1, "picture, mesh and sidecar, and .maquette");
  });
});

test.run();
