import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runCli } from "../../../plugin/cli/program.ts";
import { FakeGenerator } from "../../helpers/fake-generator.ts";
import { RecordingTerminal } from "../../helpers/recording-terminal.ts";
import { modificationTimes, withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("cli/turntable");

interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly generator: FakeGenerator;
}

async function turntable(
  cwd: string,
  args: readonly string[],
  generator: FakeGenerator = new FakeGenerator(),
  terminal: RecordingTerminal = new RecordingTerminal(cwd),
): Promise<Run> {
  const exitCode = await runCli(["turntable", ...args], {
    terminal,
    openGenerator: async () => generator,
    openWorkerGenerator: () => Promise.reject(new Error("no service")),
    openPage: async () => assert.unreachable("no page"),
    writeContactSheet: async () => assert.unreachable("no contact sheet"),
    exitCode: 0,
  });
  return { exitCode, stdout: terminal.output, stderr: terminal.errors, generator };
}

const SMALL = ["--frames", "3", "--size", "16"];

test("frames and animations go beside the picture, their paths to stdout", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    const { exitCode, stdout, stderr, generator } = await turntable(cwd, ["art/a.png", ...SMALL]);
    assert.is(exitCode, 0);
    const results = ["art/a-turntable", "art/a-turntable.webp", "art/a-turntable.gif"];
    assert.equal(
      stdout.trimEnd().split("\n").slice(0, 3),
      results.map((path) => join(path)),
    );
    assert.match(stderr, "Rendering 3 frames\n");
    const frames = await readdir(join(cwd, "art/a-turntable"));
    assert.equal(frames.sort(), ["000.png", "001.png", "002.png"]);
    const { width, height, pages } = await sharp(join(cwd, "art/a-turntable.webp"), {
      animated: true,
    }).metadata();
    assert.equal([width, pages, height], [16, 3, 48]);
    assert.ok(generator.isClosed);
  }));

test("the first frame is the input view", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    await turntable(cwd, ["a.png", ...SMALL, "--out", "out", "--quiet"]);
    // The fake's input view is its brightest.
    const levels = await Promise.all(
      [0, 1, 2].map(async (k) => {
        const { data } = await sharp(join(cwd, `out/a-turntable/00${k}.png`))
          .raw()
          .toBuffer({ resolveWithObject: true });
        return data[0];
      }),
    );
    assert.ok(levels[0] > levels[1] && levels[0] > levels[2], levels.join(", "));
  }));

test("a shorter turn leaves no frames of the longer one before it, and nothing else is touched", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    await turntable(cwd, ["a.png", "--frames", "5", "--size", "16", "--quiet"]);
    await writeFile(join(cwd, "a-turntable/notes.txt"), "mine");
    await turntable(cwd, ["a.png", ...SMALL, "--quiet"]);
    const files = (await readdir(join(cwd, "a-turntable"))).sort();
    assert.equal(files, ["000.png", "001.png", "002.png", "notes.txt"]);
  }));

test("bad usage: one line that says what is allowed, exit code 2, nothing written", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const before = await modificationTimes(cwd);
    const cases: [string[], RegExp][] = [
      [
        ["a.png", "--frames", "1"],
        /^--frames: received 1 — expected a whole number from 2 to 360\n$/,
      ],
      [
        ["a.png", "--size", "8"],
        /^--size: received 8 — expected a whole number from 16 to 1024\n$/,
      ],
      [
        ["a.png", "--size", "0"],
        /^--size: received 0 — expected a whole number from 16 to 1024\n$/,
      ],
      [["a.png", "--samples", "9"], /^--samples: received 9 — expected an even number\n$/],
      [["a.png", "--background", "red"], /^--background: .* — expected white or transparent\n$/],
      [["a.png", "--matte", "magic"], /^--matte: received /],
      [["", "--frames", "3"], /^picture: received an empty value — give one\n$/],
      [[], /^maquette turntable: missing required argument/],
    ];
    for (const [args, message] of cases) {
      const { exitCode, stderr } = await turntable(cwd, args);
      assert.is(exitCode, 2, args.join(" "));
      assert.match(stderr, message);
    }
    assert.equal(await modificationTimes(cwd), before);
  }));

test("a damaged picture is one line and exit code 1", () =>
  withFolder({ "a.png": "bad" }, async (cwd) => {
    const { exitCode, stdout, stderr } = await turntable(cwd, ["a.png", ...SMALL, "--quiet"]);
    assert.is(exitCode, 1);
    assert.is(stdout, "");
    assert.match(stderr, /a\.png: is damaged — [^\n]*\n$/);
  }));

test("Ctrl-C while it renders: exit code 130 and nothing written", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const terminal = new RecordingTerminal(cwd);
    const generator = new FakeGenerator({ holdAt: "a" });
    const before = await modificationTimes(cwd);
    const work = turntable(cwd, ["a.png", ...SMALL], generator, terminal);
    const press = setInterval(() => {
      if (!terminal.errors.includes("Cancelling")) terminal.pressCtrlC();
    }, 0);
    const { exitCode, stderr } = await work;
    clearInterval(press);
    assert.is(exitCode, 130);
    assert.match(stderr, "Cancelling; nothing stays half-written.");
    assert.equal(await modificationTimes(cwd), before);
    assert.ok(generator.isClosed);
  }));

test.run();
