import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import validator from "gltf-validator";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readGlb } from "../../plugin/gltf/read.ts";
import { measureMesh } from "../../plugin/mesh/measure.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { REAL_CLI, spawnCli } from "../helpers/spawn-cli.ts";
import { withFolder } from "../helpers/temporary-folder.ts";

/** Every sample picture through the whole command, as `npm run demo` does it. */
const test = suite("e2e/samples");

const SAMPLES = fileURLToPath(new URL("../../samples/concept-art/", import.meta.url));
/** Coarser than the model's own, for the TypeScript kernels' sake. */
const RESOLUTION = "72";
const BUDGET = 5000;

/** How each picture's background is told from the object; see the samples' README. */
const WITH_ALPHA = ["cottage", "mossy-rock", "pine", "potion", "pumpkin", "toadstool"];

interface Item {
  readonly picture: string;
  readonly status: string;
  readonly matte: string;
  readonly triangles: { readonly achieved: number; readonly reason?: string };
}

const unavailable = await browserUnavailable();

test("every sample becomes a closed mesh that the Khronos validator has nothing to say about", () =>
  withFolder({}, async (cwd) => {
    const sheet = unavailable === undefined ? ["--contact-sheet"] : [];
    const { exitCode, stdout, stderr } = await spawnCli(
      REAL_CLI,
      ["import", SAMPLES, "--out", cwd, "--resolution", RESOLUTION, "--json", ...sheet],
      { cwd },
    ).end;
    assert.is(exitCode, 0, stderr);
    const items: Item[] = JSON.parse(stdout).items;
    const pictures = (await readdir(SAMPLES)).filter((name) => name !== "source");
    assert.is(items.length, pictures.length);
    assert.ok(items.length >= 10);

    for (const { picture, status, matte, triangles } of items) {
      const name = picture.replace(/^.*\/|\.[a-z]+$/g, "");
      assert.is(status, "imported", name);
      assert.is(matte, WITH_ALPHA.includes(name) ? "alpha" : "backdrop", `${name}: matte`);
      const glb = await readFile(join(cwd, `${name}.glb`));
      assert.equal((await validator.validateBytes(glb)).issues.messages, [], `${name}: validator`);
      const { manifoldness, triangles: count } = measureMesh((await readGlb(glb, name)).mesh);
      assert.ok(manifoldness.closed, `${name}: closed`);
      assert.is(count, triangles.achieved, `${name}: triangles as reported`);
      assert.ok(count <= BUDGET, `${name}: ${count} triangles`);
      assert.ok(count >= 0.98 * BUDGET || triangles.reason !== undefined, `${name}: ${count}`);
    }
    if (unavailable === undefined) {
      const html = await readFile(join(cwd, "contact-sheet.html"), "utf8");
      const images = html.match(/<img /g)?.length;
      assert.is(images, 5 * items.length, "a picture and four views each");
    }
  }));

test.run();
