import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { CliContext } from "../../../plugin/cli/context.ts";
import { runCli } from "../../../plugin/cli/program.ts";
import type { ContactSheetRequest } from "../../../plugin/contact-sheet/write.ts";
import { InputError, ModelError } from "../../../plugin/core/errors.ts";
import type { GeneratorOptions } from "../../../plugin/pipeline/contract.ts";
import { FakeGenerator } from "../../helpers/fake-generator.ts";
import { RecordingTerminal } from "../../helpers/recording-terminal.ts";
import { modificationTimes, withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("cli/import");

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly sheets: readonly ContactSheetRequest[];
  readonly opened: readonly GeneratorOptions[];
}

async function maquette(
  cwd: string,
  args: readonly string[],
  {
    generator = new FakeGenerator(),
    terminal = new RecordingTerminal(cwd),
    ...services
  }: Partial<CliContext> & { generator?: FakeGenerator; terminal?: RecordingTerminal } = {},
): Promise<Run> {
  const sheets: ContactSheetRequest[] = [];
  const opened: GeneratorOptions[] = [];
  const exitCode = await runCli(["import", ...args], {
    terminal,
    openGenerator: async (options) => {
      opened.push(options);
      return generator;
    },
    openWorkerGenerator: () => Promise.reject(new Error("no service")),
    openPage: async () => assert.unreachable("no page"),
    writeContactSheet: async (request) => {
      sheets.push(request);
    },
    exitCode: 0,
    ...services,
  });
  return { exitCode, stdout: terminal.output, stderr: terminal.errors, sheets, opened };
}

test("a batch prints a line per picture on stderr and the meshes on stdout", () =>
  withFolder({ "art/a.png": "one", "art/b.png": "two" }, async (cwd) => {
    const { exitCode, stdout, stderr } = await maquette(cwd, ["art", "--out", "out"]);
    assert.is(exitCode, 0);
    assert.is(stdout, "out/a.glb\nout/b.glb\n");
    const lines = stderr.trimEnd().split("\n");
    assert.is(lines[0], "Fake (preview): 2 pictures to import");
    assert.is(lines[1], "[1/2] art/a.png: imported: 5,000 triangles, 1 x 1 x 0.5 m, 0.1 s");
    assert.match(lines[3] as string, /^2 imported in /);
    assert.is(lines.length, 4);
  }));

test("some failed: the others are done, each failure is one line, exit code 1", () =>
  withFolder({ "a.png": "bad", "b.png": "two" }, async (cwd) => {
    const { exitCode, stdout, stderr } = await maquette(cwd, ["a.png", "none.png", "b.png"]);
    assert.is(exitCode, 1);
    assert.is(stdout, "b.glb\n");
    assert.match(stderr, "[1/2] a.png: failed: is damaged — export it again");
    assert.match(stderr, "none.png: does not exist — check the spelling\n");
    assert.match(stderr, "1 imported, 2 failed in");
  }));

test("bad usage: one line that says what is allowed, exit code 2, nothing opened", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const cases: [string[], RegExp][] = [
      [["a.png", "--triangles", "0"], /^--triangles: received 0 — expected a whole number from 4/],
      [["a.png", "--triangles", "many"], /^--triangles: received "many" — expected a whole/],
      [["a.png", "--triangles", "9.5"], /^--triangles: received 9.5 — expected a whole/],
      [["a.png", "--resolution", "5000"], /^--resolution: received 5000 — .* from 16 to 1024/],
      [["a.png", "--iso", "-1"], /^--iso: received -1 — expected a number above 0/],
      [["a.png", "--size", "0"], /^--size: metres: received 0 — expected a number above 0/],
      [["a.png", "--size", "1", "--height", "2"], /^--size and --height: both given — /],
      [[""], /^pictures: received an empty value — give one, or leave it out\n$/],
      [["a.png", "--out", ""], /^--out: received an empty value — give one/],
      [["a.png", "--jobs", "0"], /^--jobs: received 0 — expected a whole number from 1 to 64/],
      [["a.png", "--trianglez", "9"], /unknown option '--trianglez' — allowed: --out, --model, /],
      [["a.png", "--out"], /option '--out <folder>' argument missing — see maquette import --help/],
      [
        ["--contact-sheet", "a.png"],
        /^--contact-sheet: received a.png — expected a file that ends/,
      ],
      [[], /^maquette import: no pictures named — /],
    ];
    for (const [args, expected] of cases) {
      const { exitCode, stdout, stderr, opened } = await maquette(cwd, args);
      const label = args.join(" ");
      assert.is(exitCode, 2, label);
      assert.match(stderr, expected, label);
      assert.is(stderr.trimEnd().split("\n").length, 1, label);
      assert.is(stdout, "", label);
      assert.equal(opened, [], label);
    }
    assert.equal(await readdir(cwd), ["a.png"]);
  }));

test("an unknown key in the configuration is bad usage", () =>
  withFolder({ "a.png": "one", "maquette.config.json": '{ "outt": "x" }' }, async (cwd) => {
    const { exitCode, stderr } = await maquette(cwd, ["a.png"]);
    assert.is(exitCode, 2);
    assert.match(stderr, 'unknown key "outt" — allowed: pictures, out,');
  }));

test("flags win over the configuration, which names pictures, output, model and device", () =>
  withFolder(
    {
      "art/a.png": "one",
      "maquette.config.json":
        '{ "pictures": ["art"], "out": "meshes", "model": "m", "device": "cpu", "settings": { "triangles": 100 } }',
    },
    async (cwd) => {
      const first = await maquette(cwd, []);
      assert.is(first.stdout, "meshes/a.glb\n");
      assert.match(first.stderr, "100 triangles");
      assert.is(first.opened[0]?.model, "m");
      assert.is(first.opened[0]?.device, "cpu");
      const second = await maquette(cwd, ["--model", "n", "--triangles", "50", "--height", "1.8"]);
      assert.is(second.opened[0]?.model, "n");
      assert.match(second.stderr, "50 triangles");
      const sidecar = JSON.parse(await readFile(join(cwd, "meshes/a.png.maquette.json"), "utf8"));
      assert.equal(sidecar.settings, { triangles: 50, size: { axis: "height", metres: 1.8 } });
    },
  ));

test("--matte and --preprocess are settings; other words are bad usage that lists them", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    await maquette(cwd, ["a.png", "--matte", "isnet", "--preprocess", "best"]);
    const sidecar = JSON.parse(await readFile(join(cwd, "a.png.maquette.json"), "utf8"));
    assert.equal(sidecar.settings, { matte: "isnet" });
    const again = await maquette(cwd, ["a.png", "--dry-run", "--matte", "none"]);
    assert.match(again.stdout, "settings changed (matte isnet -> none)");
    const unknown = await maquette(cwd, ["a.png", "--matte", "key"]);
    assert.is(unknown.exitCode, 2);
    assert.match(
      unknown.stderr,
      '--matte: received "key" — expected one of auto, alpha, backdrop, isnet, none',
    );
  }));

test("a run that changes nothing writes nothing, not even a report", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    await maquette(cwd, ["a.png"]);
    const before = await modificationTimes(cwd);
    const { exitCode, stdout, stderr } = await maquette(cwd, ["a.png"]);
    assert.is(exitCode, 0);
    assert.is(stdout, "a.glb\n");
    assert.match(stderr, "[1/1] a.png: unchanged");
    assert.equal(await modificationTimes(cwd), before);
  }));

test("the run report is kept in a folder that git ignores", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    await maquette(cwd, ["a.png"]);
    assert.is(await readFile(join(cwd, ".maquette/.gitignore"), "utf8"), "*\n");
    const report = JSON.parse(await readFile(join(cwd, ".maquette/last-import.json"), "utf8"));
    assert.equal(report.stageTimesMs.encode, [10]);
  }));

test("a dry run says what would be done and why, and writes nothing", () =>
  withFolder({ "a.png": "one", "b.png": "two" }, async (cwd) => {
    await maquette(cwd, ["a.png"]);
    const before = await modificationTimes(cwd);
    const generator = new FakeGenerator();
    const { exitCode, stdout } = await maquette(cwd, [".", "--dry-run"], { generator });
    assert.is(exitCode, 0);
    assert.is(stdout, "a.png: unchanged\nb.png -> b.glb: new\n");
    assert.equal(generator.requests, []);
    assert.equal(await modificationTimes(cwd), before);

    const json = JSON.parse((await maquette(cwd, [".", "--dry-run", "--json"])).stdout);
    assert.equal(
      json.items.map(({ status }: { status: string }) => status),
      ["unchanged", "planned"],
    );
  }));

test("--json prints one report on stdout", () =>
  withFolder({ "a.png": "one", "b.png": "bad" }, async (cwd) => {
    const { exitCode, stdout } = await maquette(cwd, [".", "none.png", "--json"]);
    const report = JSON.parse(stdout);
    assert.is(exitCode, 1);
    assert.is(report.exitCode, 1);
    assert.equal(report.counts, { imported: 1, unchanged: 0, failed: 1, cancelled: 0 });
    assert.is(report.model.preview, true);
    const [a, b] = report.items;
    assert.is(a.picture, "a.png");
    assert.is(a.mesh, "a.glb");
    assert.is(a.status, "imported");
    assert.is(a.triangles.achieved, 5000);
    assert.is(a.timingsMs.encode, 10);
    assert.is(b.status, "failed");
    assert.is(b.error.code, "unreadable");
    assert.is(report.problems[0].code, "not-found");
  }));

test("warnings stand in their picture's line", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const generator = new FakeGenerator({ warnings: ["the backdrop is not plain"] });
    const { stderr } = await maquette(cwd, ["a.png"], { generator });
    assert.match(stderr, /\[1\/1\] a\.png: imported: .*; warning: the backdrop is not plain\n/);
  }));

test("--quiet says only what went wrong", () =>
  withFolder({ "a.png": "one", "b.png": "bad" }, async (cwd) => {
    const { stderr } = await maquette(cwd, [".", "--quiet"]);
    assert.is(stderr, "b.png: is damaged — export it again from your image editor\n");
  }));

test("the contact sheet gets every picture with the facts of its mesh or its error", () =>
  withFolder({ "art/a.png": "one", "art/b.png": "bad" }, async (cwd) => {
    await maquette(cwd, ["art", "--out", "out"]);
    const { stdout, sheets } = await maquette(cwd, ["art", "--out", "out", "--contact-sheet"]);
    assert.is(sheets.length, 1);
    assert.is(sheets[0]?.outFile, join(cwd, "out/contact-sheet.html"));
    assert.equal(sheets[0]?.items, [
      {
        name: "a",
        picturePath: join(cwd, "art/a.png"),
        glbPath: join(cwd, "out/a.glb"),
        facts: ["5,000 triangles", "1 x 1 x 0.5 m"],
        warnings: [],
      },
      {
        name: "b",
        picturePath: join(cwd, "art/b.png"),
        facts: [],
        error: "is damaged — export it again from your image editor",
      },
    ]);
    assert.is(stdout, "out/a.glb\nout/contact-sheet.html\n");
  }));

test("without --out the contact sheet stands in the meshes' common folder", () =>
  withFolder({ "art/x/a.png": "one", "art/y/b.png": "two" }, async (cwd) => {
    const { sheets } = await maquette(cwd, ["art", "--contact-sheet"]);
    assert.is(sheets[0]?.outFile, join(cwd, "art/contact-sheet.html"));
  }));

test("a contact sheet that fails leaves the meshes and exits with 1", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const { exitCode, stdout, stderr } = await maquette(cwd, ["a.png", "--contact-sheet"], {
      writeContactSheet: () =>
        Promise.reject(new InputError("not-found", "browser: none starts — install Chrome")),
    });
    assert.is(exitCode, 1);
    assert.is(stdout, "a.glb\n");
    assert.match(stderr, "contact sheet: browser: none starts — install Chrome\n");
  }));

test("a model that cannot be opened is one line; an unknown one is bad usage", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const failing = (error: Error) => ({ openGenerator: () => Promise.reject(error) });
    const damaged = new ModelError("unreadable", "model.safetensors: is damaged — get it again");
    const first = await maquette(cwd, ["a.png"], failing(damaged));
    assert.is(first.exitCode, 1);
    assert.is(first.stderr, "model.safetensors: is damaged — get it again\n");
    const unknown = new ModelError("unknown-model", "x: unknown model — use maquette-tiny");
    assert.is((await maquette(cwd, ["a.png"], failing(unknown))).exitCode, 2);
  }));

test("a model that fails while it runs is said once, exit code 1", () =>
  withFolder({ "a.png": "one", "b.png": "two" }, async (cwd) => {
    const broken = new ModelError("mismatch", "model.safetensors: lacks decoder.weight — get it");
    const generator = new FakeGenerator({ fail: () => broken });
    const { exitCode, stderr } = await maquette(cwd, ["."], { generator });
    assert.is(exitCode, 1);
    assert.is(stderr.split(broken.message).length - 1, 1);
    assert.match(stderr, "0 imported, 2 cancelled");
  }));

test("a bug shows its stack and where to report it; the others go on", () =>
  withFolder({ "a.png": "one", "b.png": "two" }, async (cwd) => {
    const generator = new FakeGenerator({
      fail: ({ name }) => (name === "a" ? new TypeError("x is not a function") : undefined),
    });
    const { exitCode, stdout, stderr } = await maquette(cwd, ["."], { generator });
    assert.is(exitCode, 1);
    assert.is(stdout, "b.glb\n");
    assert.match(stderr, /TypeError: x is not a function\n\s+at /);
    assert.match(stderr, "This is a bug in Maquette: please report it");
  }));

test("Ctrl-C cancels, keeps what is done, reports and exits with 130; a second one ends at once", () =>
  withFolder({ "a.png": "one", "b.png": "two", "c.png": "three" }, async (cwd) => {
    const terminal = new RecordingTerminal(cwd);
    const generator = new FakeGenerator({
      fail: ({ name }) => {
        if (name === "b") terminal.pressCtrlC();
        return undefined;
      },
    });
    const { exitCode, stdout, stderr } = await maquette(cwd, ["."], { terminal, generator });
    assert.is(exitCode, 130);
    assert.match(stderr, "Cancelling");
    assert.match(stderr, "2 imported, 1 cancelled");
    assert.is(stdout, "a.glb\nb.glb\n");
    assert.is(terminal.exitedWith, undefined);
    assert.is(generator.isClosed, true);
    terminal.pressCtrlC();
    assert.is(terminal.errors, stderr, "nobody listens after the run");
  }));

test("the second Ctrl-C ends the process", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const terminal = new RecordingTerminal(cwd);
    const generator = new FakeGenerator({
      fail: () => {
        terminal.pressCtrlC();
        terminal.pressCtrlC();
        return undefined;
      },
    });
    await maquette(cwd, ["a.png"], { terminal, generator });
    assert.is(terminal.exitedWith, 130);
  }));

test("a project folder that cannot take the run report costs a warning, not the run", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    await writeFile(join(cwd, ".maquette"), "a file");
    const { exitCode, stderr } = await maquette(cwd, ["art"]);
    assert.is(exitCode, 0);
    assert.match(stderr, "warning: run report: ");
  }));

test.run();
