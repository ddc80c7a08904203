/** `maquette models` as processes of their own: killed in the middle, and two at once. */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { cutAfter, type FakeHub, withHub } from "../helpers/fake-hub.ts";
import { writeRandomModel } from "../helpers/random-checkpoint.ts";
import { SMALL_MODELS } from "../helpers/small-models.ts";
import { REAL_CLI, type RunningCli, spawnCli } from "../helpers/spawn-cli.ts";
import { withFolder } from "../helpers/temporary-folder.ts";

const test = suite("e2e/cli-models");

interface Scene {
  readonly hub: FakeHub;
  readonly modelsDir: string;
  readonly bytes: Uint8Array;
  readonly models: (...args: string[]) => RunningCli;
}

function scene(body: (scene: Scene) => Promise<void>): () => Promise<void> {
  return () =>
    withFolder({}, (cwd) =>
      withHub(async (hub) => {
        await mkdir(join(cwd, "source"));
        await writeRandomModel(join(cwd, "source"), SMALL_MODELS.vfusion3d, 1);
        const bytes = await readFile(join(cwd, "source/model.safetensors"));
        hub.files.set("studio/ours/model.safetensors", { bytes });
        const modelsDir = join(cwd, "models");
        const env = {
          MAQUETTE_MODELS: modelsDir,
          HF_ENDPOINT: hub.endpoint,
          HF_HOME: join(cwd, "hf"),
          HF_HUB_CACHE: join(cwd, "hf/hub"),
          HF_HUB_OFFLINE: "",
        };
        const models = (...args: string[]) => spawnCli(REAL_CLI, ["models", ...args], { cwd, env });
        await body({ hub, modelsDir, bytes, models });
      }),
    );
}

test(
  "a download whose process was killed goes on in the next",
  scene(async ({ hub, modelsDir, bytes, models }) => {
    hub.answers.push(cutAfter(bytes.length >> 1, new Promise(() => undefined)));
    const killed = models("add", "hf:studio/ours");
    await killed.saysOnStderr("Downloading: ");
    killed.child.kill("SIGKILL");
    await killed.end;
    const { exitCode, stdout, stderr } = await models("add", "hf:studio/ours").end;
    assert.is(exitCode, 0, stderr);
    assert.match(stdout, /^ours: installed /);
    assert.match(hub.contentRequests[1].headers.range ?? "", /^bytes=[1-9]\d*-$/);
    assert.is((await models("verify").end).exitCode, 0);
    assert.equal(await readdir(join(modelsDir, ".downloads")), []);
  }),
);

test(
  "two processes that add the same model both end well, with one sound model",
  scene(async ({ modelsDir, models }) => {
    const both = [models("add", "hf:studio/ours"), models("add", "hf:studio/ours")];
    for (const { end } of both) {
      const { exitCode, stderr } = await end;
      assert.is(exitCode, 0, stderr);
    }
    const { exitCode, stdout } = await models("verify").end;
    assert.is(exitCode, 0);
    assert.match(stdout, /^ours: sound, /);
    assert.equal((await readdir(modelsDir)).sort(), [".downloads", "ours"]);
    assert.equal(await readdir(join(modelsDir, ".downloads")), []);
  }),
);

test.run();
