import { cp, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { FAKE_CLI, REAL_CLI, spawnCli } from "../helpers/spawn-cli.ts";
import { withFolder } from "../helpers/temporary-folder.ts";

const test = suite("e2e/watch");

const CONCEPT_ART = fileURLToPath(new URL("../../samples/concept-art/", import.meta.url));

test("a saved picture becomes a mesh, a renamed one keeps it, and Ctrl-C exits with 130", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    const run = spawnCli(FAKE_CLI, ["watch", "art", "--out", "out", "--json"], { cwd });
    await run.saysOnStderr("art/a.png: imported: 5,000 triangles, 1 x 1 x 0.5 m");
    await writeFile(join(cwd, "art/b.png"), "two");
    await run.saysOnStderr("art/b.png: imported");
    await rename(join(cwd, "art/b.png"), join(cwd, "art/c.png"));
    await run.saysOnStderr("art/c.png: was art/b.png; its sidecar and mesh go with it");
    run.child.kill("SIGINT");

    const { exitCode, stdout, stderr } = await run.end;
    assert.is(exitCode, 130, stderr);
    assert.match(stderr, "Fake (preview): watching 1 picture; Ctrl-C ends it\n");
    const events = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const kinds = events.map(({ event, status }) => status ?? event);
    assert.equal(kinds.filter((kind) => kind === "imported").length, 2);
    assert.ok(kinds.includes("renamed"));
    assert.equal((await readdir(join(cwd, "out"))).sort(), [
      "a.glb",
      "a.png.maquette.json",
      "c.glb",
      "c.png.maquette.json",
    ]);
  }));

test("Ctrl-C while a picture is in work leaves nothing half-written", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    const env = { FAKE_HOLD_AT: "a" };
    const run = spawnCli(FAKE_CLI, ["watch", "art", "--out", "out", "--json"], { cwd, env });
    await run.saysOnStderr("watching 1 picture");
    run.child.kill("SIGINT");
    const { exitCode, stderr } = await run.end;
    assert.is(exitCode, 130, stderr);
    assert.match(stderr, "Ending; nothing stays half-written");
    assert.equal((await readdir(cwd)).sort(), [".maquette", "art"]);
  }));

test("without a folder the configuration's pictures are watched; without either it is bad usage", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    const lost = await spawnCli(FAKE_CLI, ["watch"], { cwd }).end;
    assert.is(lost.exitCode, 2);
    assert.match(lost.stderr, "maquette watch: no folder named");

    await writeFile(join(cwd, "maquette.config.json"), '{"pictures":["art/*.png"],"out":"out"}');
    const run = spawnCli(FAKE_CLI, ["watch", "--quiet"], { cwd });
    await writeFile(join(cwd, "art/b.png"), "bad");
    await run.saysOnStderr("art/b.png: failed: is damaged");
    run.child.kill("SIGINT");
    const { exitCode, stdout, stderr } = await run.end;
    assert.is(exitCode, 130);
    assert.is(stdout, "");
    assert.not.match(stderr, "imported");
    assert.ok((await readdir(join(cwd, "out"))).includes("a.glb"));
  }));

test("with the embedded model, a picture that is dropped becomes a GLB", () =>
  withFolder({}, async (cwd) => {
    await mkdir(join(cwd, "art"));
    const [sample = ""] = (await readdir(CONCEPT_ART)).filter((name) => name.endsWith(".png"));
    const run = spawnCli(REAL_CLI, ["watch", "art", "--resolution", "48"], { cwd });
    await run.saysOnStderr("watching 0 pictures");
    await cp(join(CONCEPT_ART, sample), join(cwd, "art/hero.png"));
    await run.saysOnStderr("art/hero.png: imported");
    run.child.kill("SIGINT");
    assert.is((await run.end).exitCode, 130);
    const glb = await readFile(join(cwd, "art/hero.glb"));
    assert.is(glb.toString("latin1", 0, 4), "glTF");
  }));

test.run();
