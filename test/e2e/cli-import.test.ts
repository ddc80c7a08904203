import { copyFile, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { bombPng, plainPng } from "../helpers/hostile-pictures.ts";
import { type Ended, REAL_CLI, spawnCli } from "../helpers/spawn-cli.ts";
import { modificationTimes, withFolder } from "../helpers/temporary-folder.ts";

/** The whole command on the embedded model, as users run it. */
const test = suite("e2e/cli-import");

const SAMPLE = fileURLToPath(new URL("../../samples/concept-art/toadstool.png", import.meta.url));
const MODEL = fileURLToPath(new URL("../../plugin/models/embedded/", import.meta.url));

/** Small and quick; what is tested here does not depend on the mesh. */
const QUICK = ["--resolution", "48", "--triangles", "300"];

let cache = "";

test.before(async () => {
  cache = await mkdtemp(join(tmpdir(), "maquette-cache-"));
});

test.after(() => rm(cache, { recursive: true, force: true }));

/** Runs `maquette` with a model cache of its own. */
function maquette(cwd: string, ...args: string[]): Promise<Ended> {
  return spawnCli(REAL_CLI, args, { cwd, env: { MAQUETTE_CACHE: cache } }).end;
}

test("a picture becomes a mesh; a second run changes nothing; --force gives the same bytes", () =>
  withFolder({}, async (cwd) => {
    await copyFile(SAMPLE, join(cwd, "hero.png"));
    const first = await maquette(cwd, "import", "hero.png", ...QUICK);
    assert.is(first.exitCode, 0, first.stderr);
    assert.match(first.stderr, "Maquette Tiny (preview): 1 picture to import");
    assert.is(first.stdout, "hero.glb\n");
    const glb = await readFile(join(cwd, "hero.glb"));
    const sidecar = await readFile(join(cwd, "hero.png.maquette.json"), "utf8");
    assert.not.match(sidecar, cwd);

    const before = await modificationTimes(cwd);
    const second = await maquette(cwd, "import", "hero.png");
    assert.is(second.exitCode, 0, second.stderr);
    assert.match(second.stderr, "hero.png: unchanged");
    assert.equal(await modificationTimes(cwd), before);

    assert.is((await maquette(cwd, "import", "hero.png", "--force")).exitCode, 0);
    assert.ok(glb.equals(await readFile(join(cwd, "hero.glb"))), "same bytes");
    assert.is(await readFile(join(cwd, "hero.png.maquette.json"), "utf8"), sidecar);

    const inspection = JSON.parse((await maquette(cwd, "inspect", "hero.glb", "--json")).stdout);
    assert.is(inspection.triangles, JSON.parse(sidecar).result.triangles.achieved);
  }));

test("hostile pictures fail with one clear line each; the good one is imported", () =>
  withFolder({ "empty.png": "", "text.png": "this is not a picture" }, async (cwd) => {
    await copyFile(SAMPLE, join(cwd, "good.png"));
    await copyFile(SAMPLE, join(cwd, "truncated.png"));
    await truncate(join(cwd, "truncated.png"), 2000);
    await writeFile(join(cwd, "bomb.png"), bombPng(40_000, 40_000));
    await writeFile(join(cwd, "transparent.png"), plainPng(64, 64, [255, 0, 0, 0]));
    await writeFile(join(cwd, "one-pixel.png"), plainPng(1, 1, [255, 0, 0, 255]));

    const { exitCode, stdout, stderr } = await maquette(cwd, "import", ".", "--json", ...QUICK);
    assert.is(exitCode, 1, stderr);
    const outcomes = new Map<string, { status: string; error?: { code: string; message: string } }>(
      JSON.parse(stdout).items.map((item: { picture: string }) => [item.picture, item]),
    );
    assert.is(outcomes.get("good.png")?.status, "imported");
    const expected = {
      "empty.png": "unreadable",
      "text.png": "unsupported",
      "truncated.png": "unreadable",
      "bomb.png": "too-large",
      "transparent.png": "empty-picture",
      "one-pixel.png": "empty-picture",
    };
    for (const [picture, code] of Object.entries(expected)) {
      const { status, error } = outcomes.get(picture) ?? {};
      assert.is(status, "failed", picture);
      assert.is(error?.code, code, `${picture}: ${error?.message}`);
      assert.match(error?.message ?? "", /^[^\n]+ — [^\n]+$/, picture);
      assert.match(stderr, `] ${picture}: failed: ${error?.message}\n`);
    }
  }));

test("a damaged or foreign model is one line and leaves earlier meshes alone", () =>
  withFolder({}, async (cwd) => {
    const art = join(cwd, "art");
    await mkdir(art);
    await copyFile(SAMPLE, join(art, "hero.png"));
    assert.is((await maquette(cwd, "import", "art", ...QUICK)).exitCode, 0);
    const before = await modificationTimes(art);

    for (const [name, weights] of Object.entries(badWeights())) {
      const model = join(cwd, name);
      await mkdir(model);
      await copyFile(join(MODEL, "config.json"), join(model, "config.json"));
      await writeFile(join(model, "model.safetensors"), weights);
      const { exitCode, stderr } = await maquette(cwd, "import", "art", "--model", model);
      assert.is(exitCode, 1, stderr);
      const told = stderr.split("\n").filter((line) => line.includes("model.safetensors"));
      assert.is(told.length, 1, `${name}: ${stderr}`);
      assert.match(told[0] as string, " — ", name);
      assert.not.match(stderr, "This is a bug", name);
      assert.equal(await modificationTimes(art), before, name);
    }
  }));

/** Bytes that are no safetensors file, and a proper file with the tensors of something else. */
function badWeights(): Record<string, Buffer> {
  const header = Buffer.from(
    JSON.stringify({ "other.weight": { dtype: "F32", shape: [1], data_offsets: [0, 4] } }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return {
    damaged: Buffer.alloc(4096, 0xff),
    foreign: Buffer.concat([length, header, Buffer.alloc(4)]),
  };
}

test.run();
