import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readOrigins } from "../../../plugin/cli/flags.ts";
import { runCli } from "../../../plugin/cli/program.ts";
import { writeGlb } from "../../../plugin/gltf/write.ts";
import { FakeGenerator } from "../../helpers/fake-generator.ts";
import { RecordingTerminal } from "../../helpers/recording-terminal.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("cli/commands");

async function maquette(cwd: string, ...args: string[]) {
  const terminal = new RecordingTerminal(cwd);
  const unused = (): Promise<never> => Promise.reject(new Error("not used by this command"));
  const exitCode = await runCli(args, {
    terminal,
    openGenerator: async () => new FakeGenerator(),
    openWorkerGenerator: unused,
    openPage: unused,
    writeContactSheet: unused,
    exitCode: 0,
  });
  return { exitCode, stdout: terminal.output, stderr: terminal.errors };
}

/** A tetrahedron with its right angle at the origin: closed, one component, volume 1/6. */
const TETRAHEDRON = {
  positions: Float32Array.of(0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1),
  triangles: Uint32Array.of(0, 2, 1, 0, 1, 3, 0, 3, 2, 1, 2, 3),
  normals: Float32Array.of(0, 0, -1, 1, 0, 0, 0, 1, 0, 0, 0, 1),
  colours: new Float32Array(12).fill(0.5),
};

test("what is to be watched is looked at before anything is started", () =>
  withFolder({ "notes.txt": "no picture" }, async (cwd) => {
    for (const command of ["watch", "serve", "studio"]) {
      const { exitCode, stdout, stderr } = await maquette(cwd, command, "art");
      assert.is(exitCode, 2, command);
      assert.is(stdout, "");
      assert.is(stderr, "art: does not exist — check the spelling\n");
      const notes = await maquette(cwd, command, "notes.txt");
      assert.is(notes.exitCode, 2, command);
      assert.match(notes.stderr, /^notes\.txt: is not a picture — expected PNG, [^\n]+\n$/);
    }
    assert.equal(await readdir(cwd), ["notes.txt"]);
  }));

test("where results cannot be written, the flag that the command has for them is named", () =>
  withFolder({ "a.png": "one", file: "no folder" }, async (cwd) => {
    for (const [words, flag] of [
      [["import", "a.png", "--out", "file"], "--out"],
      [["turntable", "a.png", "--out", "file"], "--out"],
      [["eval", "--models", ".", "--out", "file/sheets"], "--out"],
      [["eval", "--models", ".", "--json", "file/scores.json"], "--json"],
    ] as const) {
      const { exitCode, stderr } = await maquette(cwd, ...words);
      assert.is(exitCode, 1, stderr);
      assert.match(
        stderr,
        `a file stands where a folder is needed — choose another folder with ${flag}\n`,
      );
    }
  }));

test("what no browser sends as an origin is refused", () =>
  withFolder({}, async (cwd) => {
    for (const wrong of [
      "game.example",
      "https://game.example/",
      "https://game.example/play",
      "https://Game.example",
      "https://game.example:443",
      "https://me@game.example",
      "*",
    ]) {
      const { exitCode, stderr } = await maquette(cwd, "serve", ".", "--allow-origin", wrong);
      assert.is(exitCode, 2, wrong);
      assert.match(stderr, `--allow-origin: received ${wrong} — expected an origin like`);
    }
    const right = ["https://game.example:8443", "http://10.0.0.2", "file://", "null", "app://game"];
    assert.equal(readOrigins(right), right);
  }));

test("inspect says what is in a GLB", () =>
  withFolder({}, async (cwd) => {
    const options = { name: "tetra", generator: "Maquette test" };
    await writeFile(join(cwd, "t.glb"), await writeGlb(TETRAHEDRON, options));
    const { exitCode, stdout } = await maquette(cwd, "inspect", "t.glb");
    assert.is(exitCode, 0);
    for (const row of [
      "Triangles    4\n",
      "Vertices     4 at 4 positions\n",
      "Size         1 x 1 x 1 m, from (0, 0, 0) to (1, 1, 1)\n",
      "Surface      closed manifold\n",
      "Components   1\n",
      "Volume       0.167 m3\n",
      "Materials    tetra\n",
      "Textures     none\n",
      "Vertex data  positions, normals, colours\n",
      "Nodes        1 node, 1 mesh, 1 primitive\n",
      "Made by      Maquette test\n",
    ]) {
      assert.match(stdout, row);
    }
    const json = JSON.parse((await maquette(cwd, "inspect", "t.glb", "--json")).stdout);
    assert.is(json.triangles, 4);
    assert.is(json.manifoldness.closed, true);
    assert.equal(json.bounds, { min: [0, 0, 0], max: [1, 1, 1] });
  }));

test("inspect names the defects of an open surface", () =>
  withFolder({}, async (cwd) => {
    const open = { ...TETRAHEDRON, triangles: TETRAHEDRON.triangles.slice(0, 9) };
    await writeFile(join(cwd, "t.glb"), await writeGlb(open, { name: "t", generator: "m" }));
    const { stdout } = await maquette(cwd, "inspect", "t.glb");
    assert.match(stdout, "Surface      not a closed manifold, 3 boundary edges\n");
  }));

test("inspect gives one line for a file that is missing or no GLB", () =>
  withFolder({ "x.glb": "not a GLB" }, async (cwd) => {
    const missing = await maquette(cwd, "inspect", "none.glb");
    assert.is(missing.exitCode, 1);
    assert.is(missing.stderr, "none.glb: does not exist — check the spelling\n");
    assert.is((await maquette(cwd, "inspect", ".")).stderr, ".: is a folder — name a file\n");
    const damaged = await maquette(cwd, "inspect", "x.glb");
    assert.is(damaged.exitCode, 1);
    assert.match(damaged.stderr, /^x\.glb: [^\n]+ — [^\n]+\n$/);
  }));

test("no words print the help; unknown ones are bad usage that lists the commands", () =>
  withFolder({}, async (cwd) => {
    const help = await maquette(cwd);
    assert.is(help.exitCode, 0);
    assert.match(help.stdout, "Usage: maquette");
    assert.is((await maquette(cwd, "--help")).stdout, help.stdout);
    const unknown = await maquette(cwd, "imprt");
    assert.is(unknown.exitCode, 2);
    assert.match(
      unknown.stderr,
      /^maquette: unknown command 'imprt' — commands: import, .*inspect, models, devices.*\n$/,
    );
    const missing = await maquette(cwd, "models");
    assert.is(missing.exitCode, 2);
    assert.is(
      missing.stderr,
      "maquette models: a command is missing — commands: list, info, add, remove, verify\n",
    );
    const argument = await maquette(cwd, "inspect");
    assert.is(argument.exitCode, 2);
    assert.match(
      argument.stderr,
      "missing required argument 'file.glb' — see maquette inspect --help",
    );
  }));

test("an empty value is refused before anything is done", () =>
  withFolder({}, async (cwd) => {
    const cases: [string[], string][] = [
      [
        ["import", "a.png", "--config", ""],
        "--config: received an empty value — give one, or leave it out",
      ],
      [["import", "a.png", "--contact-sheet", ""], "--contact-sheet: received an empty value"],
      [["import", "a.png", ""], "pictures: received an empty value — give one, or leave it out"],
      [["turntable", "a.png", "--model", ""], "--model: received an empty value"],
      [["eval", "--models", ""], "--models: received an empty value — give one\n"],
      [["bench", "model", "--precisions", ""], "--precisions: received an empty value"],
      [["models", "add", ""], "model: received an empty value — give one\n"],
      [["models", "add", "x", "--licence", ""], "--licence: received an empty value"],
      [["models", "info", ""], "id: received an empty value — give one\n"],
      [["models", "verify", ""], "id: received an empty value — give one, or leave it out\n"],
      [["inspect", ""], "file.glb: received an empty value — give one\n"],
    ];
    for (const [args, message] of cases) {
      const { exitCode, stdout, stderr } = await maquette(cwd, ...args);
      assert.is(exitCode, 2, args.join(" "));
      assert.is(stdout, "");
      assert.ok(stderr.startsWith(message), stderr);
    }
  }));

test("devices says what auto does, why each device does not work and what would help, in 100 columns", () =>
  withFolder({}, async (cwd) => {
    const { exitCode, stdout } = await maquette(cwd, "devices");
    assert.is(exitCode, 0);
    assert.match(stdout, /^cpu +(auto|works) +used by default/m);
    assert.match(stdout, /^auto: the first of .* that works; below 50 million parameters/m);
    const absent = process.platform === "win32" ? "coreml" : "dml";
    assert.match(
      stdout,
      new RegExp(`^${absent} +- +not part of .*\\n +use another --device$`, "m"),
    );
    const longest = Math.max(...stdout.split("\n").map((line) => line.length));
    assert.ok(longest <= 100, `${longest} columns`);
  }));

test("the version is the package's", () =>
  withFolder({}, async (cwd) => {
    const { exitCode, stdout } = await maquette(cwd, "--version");
    assert.is(exitCode, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  }));

test.run();
