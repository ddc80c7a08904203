import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { AddProgress } from "../../../plugin/cli/add-progress.ts";
import { runCli } from "../../../plugin/cli/program.ts";
import { withEnvironment } from "../../helpers/environment.ts";
import { cutAfter, type FakeHub, withHub } from "../../helpers/fake-hub.ts";
import { writeRandomModel } from "../../helpers/random-checkpoint.ts";
import { RecordingTerminal } from "../../helpers/recording-terminal.ts";
import { SMALL_MODELS } from "../../helpers/small-models.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("cli/models");

const MAX_WIDTH = 100;

interface Scene {
  readonly hub: FakeHub;
  readonly cwd: string;
  readonly terminal: RecordingTerminal;
  readonly models: (...args: string[]) => Promise<Ended>;
}

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function scene(body: (scene: Scene) => Promise<void>): () => Promise<void> {
  return () =>
    withFolder({}, (cwd) =>
      withHub(async (hub) => {
        const terminal = new RecordingTerminal(cwd);
        const models = async (...args: string[]): Promise<Ended> => {
          terminal.output = "";
          terminal.errors = "";
          const unused = (): Promise<never> => Promise.reject(new Error("not used"));
          const context = {
            terminal,
            openGenerator: unused,
            openWorkerGenerator: unused,
            openPage: unused,
            writeContactSheet: unused,
            exitCode: 0,
          };
          const exitCode = await runCli(["models", ...args], context);
          return { exitCode, stdout: terminal.output, stderr: terminal.errors };
        };
        const environment = {
          MAQUETTE_MODELS: join(cwd, "store"),
          HF_ENDPOINT: hub.endpoint,
          HF_HOME: join(cwd, "hf"),
          HF_HUB_OFFLINE: undefined,
          HF_TOKEN: undefined,
        };
        await mkdir(join(cwd, "ours"));
        await writeRandomModel(join(cwd, "ours"), SMALL_MODELS.vfusion3d, 1);
        await withEnvironment(environment, () => body({ hub, cwd, terminal, models }));
      }),
    );
}

test(
  "list shows what there is, what it permits and what is installed, in 100 columns",
  scene(async ({ models }) => {
    await models("add", "ours", "--id", "an-id-of-ours");
    const { exitCode, stdout } = await models("list");
    assert.is(exitCode, 0);
    assert.match(
      stdout,
      /maquette-tiny \(default\) .*\(preview\) +17\.4 MB +Apache-2\.0 +yes +built in\n/,
    );
    assert.match(stdout, /vfusion3d +VFusion3D +1\.81 GB +CC-BY-NC-4\.0 +no +available\n/);
    assert.match(stdout, /triposr +TripoSR +1\.68 GB +MIT +yes +available\n/);
    assert.match(stdout, /an-id-of-ours +test vfusion3d +[\d.]+ MB +CC0-1\.0 +yes +installed\n/);
    const longest = Math.max(...stdout.split("\n").map((line) => line.length));
    assert.ok(longest <= MAX_WIDTH, `${longest} columns`);
    const list = JSON.parse((await models("list", "--json")).stdout);
    assert.is(list[0].isDefault, true);
    assert.is(list.at(-1).state, "installed");
    assert.equal(
      list
        .filter((model: { kind: string }) => model.kind === "matte")
        .map(({ id }: { id: string }) => id),
      ["isnet-general-use"],
    );
  }),
);

test(
  "a model can be added, described, checked and removed",
  scene(async ({ cwd, models }) => {
    const added = await models("add", "ours/model.safetensors", "--quiet");
    assert.is(added.exitCode, 0);
    assert.match(
      added.stdout,
      /^ours: installed \([\d.]+ MB, CC0-1\.0, commercial use permitted\)\n$/,
    );
    assert.is(added.stderr, "");
    assert.match((await models("add", "ours")).stdout, /^ours: installed already /);

    const { stdout } = await models("info", "ours");
    assert.match(stdout, /State +installed in \S+store.ours\n/);
    assert.match(stdout, /Stated at +made for a test\n/);
    assert.match(stdout, /Planes +3 x 8 x 16 x 16\n/);
    const info = JSON.parse((await models("info", "ours", "--json")).stdout);
    assert.match(info.weightsSha256, /^[0-9a-f]{64}$/);
    assert.is(info.from, "model.safetensors");

    assert.match((await models("verify")).stdout, /^ours: sound, [\d.]+ MB checked\n$/);
    await appendFile(join(cwd, "store/ours/config.json"), " ");
    const verified = await models("verify", "ours");
    assert.is(verified.exitCode, 1);
    assert.match(verified.stderr, /^model ours: config\.json has \d+ bytes instead of \d+ — run: /);

    assert.is((await models("remove", "ours")).stdout, "ours: removed\n");
    const gone = await models("remove", "ours");
    assert.is(gone.exitCode, 1);
    assert.is(gone.stderr, "model ours: not installed — see maquette models list\n");
  }),
);

test(
  "a mistyped id is answered with the one that was meant",
  scene(async ({ models }) => {
    await models("add", "ours");
    const cases: [string, string, string][] = [
      ["add", "vfusion3", "vfusion3: neither a file nor a known model — did you mean vfusion3d?\n"],
      ["info", "tripsr", "model tripsr: unknown — did you mean triposr?\n"],
      ["remove", "ourz", "model ourz: not installed — did you mean ours?\n"],
      ["verify", "our", "model our: not installed — did you mean ours?\n"],
    ];
    for (const [command, id, message] of cases) {
      const { exitCode, stderr } = await models(command, id);
      assert.is(exitCode, 1);
      assert.is(stderr, message);
    }
  }),
);

test(
  "Ctrl-C while installed models are checked: exit code 130",
  scene(async ({ models, terminal }) => {
    await models("add", "ours");
    terminal.onInterrupt = (press) => {
      queueMicrotask(press);
      return () => undefined;
    };
    const { exitCode, stdout, stderr } = await models("verify");
    assert.is(exitCode, 130);
    assert.is(stdout, "");
    assert.is(stderr, "Cancelling.\n");
  }),
);

test(
  "every known model can be described before it is installed",
  scene(async ({ models }) => {
    for (const { id } of JSON.parse((await models("list", "--json")).stdout)) {
      const { exitCode, stdout } = await models("info", id);
      assert.is(exitCode, 0, id);
      assert.match(stdout, /Stated at +\S+/);
    }
    const { stdout } = await models("info", "vfusion3d");
    assert.match(stdout, "Parameters      452,135,700\n");
    assert.match(stdout, "Comes from      hf:facebook/vfusion3d/model.safetensors\n");
  }),
);

test(
  "a download in a pipe says every tenth, and an unlicensed model that it is one",
  scene(async ({ hub, cwd, models }) => {
    const bytes = await readFile(join(cwd, "ours/model.safetensors"));
    hub.files.set("studio/theirs/model.safetensors", { bytes });
    const { exitCode, stdout, stderr } = await models("add", "hf:studio/theirs");
    assert.is(exitCode, 0, stderr);
    assert.match(stdout, /^theirs: installed \(.*, NOASSERTION, no commercial use: http\S+\)\n$/);
    assert.match(stderr, /^Downloading: 100%, ([\d.]+ MB) of \1/m);
    assert.match(stderr, /^Checking the values: 100%$/m);
    assert.ok(stderr.split("\n").length <= 25, "ten lines a step");
  }),
);

test(
  "Ctrl-C keeps what has arrived",
  scene(async ({ hub, cwd, terminal, models }) => {
    const bytes = await readFile(join(cwd, "ours/model.safetensors"));
    hub.files.set("studio/theirs/model.safetensors", { bytes });
    const half = bytes.length >> 1;
    hub.answers.push((exchange) => {
      terminal.pressCtrlC();
      return cutAfter(half, new Promise(() => undefined))(exchange);
    });
    const { exitCode, stdout, stderr } = await models("add", "hf:studio/theirs");
    assert.is(exitCode, 130);
    assert.is(stdout, "");
    assert.match(stderr, "Cancelling; what has been downloaded is kept.");
    assert.is((await models("add", "hf:studio/theirs")).exitCode, 0);
  }),
);

test(
  "a damaged manifest is told and can be removed",
  scene(async ({ cwd, models }) => {
    await models("add", "ours");
    await writeFile(join(cwd, "store/ours/manifest.json"), "{}");
    assert.match((await models("list")).stdout, /ours +ours +- +NOASSERTION +no +damaged\n/);
    const message = "model ours: its manifest.json is damaged — run: maquette models remove ours";
    for (const command of ["verify", "info", "add"]) {
      const { exitCode, stderr } = await models(command, "ours");
      assert.is(exitCode, 1, command);
      assert.match(stderr, message);
    }
    assert.is((await models("remove", "ours")).exitCode, 0);
  }),
);

test(
  "the built-in model cannot be added or removed, and flags need each other",
  scene(async ({ models }) => {
    for (const args of [
      ["add", "maquette-tiny"],
      ["remove", "maquette-tiny"],
    ]) {
      const { exitCode, stderr } = await models(...args);
      assert.is(exitCode, 2);
      assert.match(stderr, "model maquette-tiny: is built in — there is nothing to");
    }
    const { exitCode, stderr } = await models("add", "ours", "--commercial-use");
    assert.is(exitCode, 2);
    assert.match(stderr, "--commercial-use: given without --licence — ");
    assert.match((await models("add", "ours", "--id", "../x")).stderr, "--id: received ../x — ");
  }),
);

test(
  "a models folder that cannot be written is one line",
  scene(async ({ cwd, models }) => {
    await writeFile(join(cwd, "file"), "");
    await withEnvironment({ MAQUETTE_MODELS: join(cwd, "file/store") }, async () => {
      const { exitCode, stderr } = await models("add", "ours", "--quiet");
      assert.is(exitCode, 1);
      assert.match(
        stderr,
        /^models folder \S+: cannot be used, a file stands where a folder is needed — set MAQUETTE_MODELS/,
      );
      assert.is((await models("list")).exitCode, 0);
    });
  }),
);

test("progress on a terminal is one line with rate and time left", () => {
  let text = "";
  let now = 0;
  const stream = { isTTY: true, write: (part: string) => (text += part) };
  const progress = new AddProgress(stream, () => now);
  progress.onProgress({ step: "download", bytes: 100e6, totalBytes: 1.8e9 });
  now = 10_000;
  progress.onProgress({ step: "download", bytes: 300e6, totalBytes: 1.8e9 });
  now = 10_010;
  progress.onProgress({ step: "download", bytes: 301e6, totalBytes: 1.8e9 });
  progress.note("warning: slow");
  progress.onProgress({ step: "check", bytes: 0, totalBytes: 1.8e9 });
  progress.close();
  const clear = "\r\u001b[K";
  const line = "Downloading: 16%, 300 MB of 1.80 GB, 20.0 MB/s, about 1 min left";
  assert.is(
    text,
    `${clear}Downloading: 5%, 100 MB of 1.80 GB${clear}${line}` +
      `${clear}warning: slow\n${line}${clear}Checking the values: 0%\n`,
  );
});

test.run();
