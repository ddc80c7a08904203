import { mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runCli } from "../../../plugin/cli/program.ts";
import { StatusLine } from "../../../plugin/cli/status-line.ts";
import { printable, printLine, printPath } from "../../../plugin/cli/terminal.ts";
import { FakeGenerator } from "../../helpers/fake-generator.ts";
import { RecordingTerminal } from "../../helpers/recording-terminal.ts";
import { testUnless } from "../../helpers/skip.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("cli/terminal");

const CLEAR_LINE = "\r\u001b[K";

function recording(isTTY: boolean) {
  const stream = { isTTY, text: "", write: (part: string) => (stream.text += part) };
  return stream;
}

test("what steers a terminal is spelt out, all else stays as it is", () => {
  assert.is(
    printable("a\u001b[31mb\nc\td\u007f\u009b"),
    "a\\u001b[31mb\\u000ac\\u0009d\\u007f\\u009b",
  );
  assert.is(printable("\u202egnp.exe\u2069\u2028"), "\\u202egnp.exe\\u2069\\u2028");
  assert.is(printable("Trüffel — 蘑菇 🍄.png"), "Trüffel — 蘑菇 🍄.png");
});

test("a line is one line, on the status line too", () => {
  const stream = recording(true);
  printLine(stream, "a\nb");
  assert.is(stream.text, "a\\u000ab\n");
  stream.text = "";
  const status = new StatusLine(stream);
  status.show("in work: a\u001bb");
  status.note("a\rb");
  assert.is(
    stream.text,
    `${CLEAR_LINE}in work: a\\u001bb${CLEAR_LINE}a\\u000db\nin work: a\\u001bb`,
  );
});

test("a status line is cut to the terminal's width, so that it can be cleared", () => {
  let text = "";
  const write = (part: string) => (text += part);
  const status = new StatusLine({ isTTY: true, columns: 10, write });
  status.show("0123456789abc");
  assert.is(text, `${CLEAR_LINE}012345678`);
});

test("a result's path is for people on a terminal, to the letter in a pipe", () => {
  const [terminal, pipe] = [recording(true), recording(false)];
  printPath(terminal, "a\u001b.glb");
  printPath(pipe, "a\u001b.glb");
  assert.is(terminal.text, "a\\u001b.glb\n");
  assert.is(pipe.text, "a\u001b.glb\n");
});

const noSuchNames = process.platform === "win32" ? "no such file names on Windows" : undefined;

testUnless(
  noSuchNames,
  test,
  "a picture's name cannot steer the terminal; --json has it to the letter",
  async () => {
    const name = "go\u001b]0;x\u0007od\n.png";
    await withFolder({ "a.png": "bad" }, async (cwd) => {
      await mkdir(join(cwd, "art"));
      await rename(join(cwd, "a.png"), join(cwd, "art", name));
      const terminal = new RecordingTerminal(cwd);
      const exitCode = await runCli(["import", "art", "--json"], {
        terminal,
        openGenerator: async () => new FakeGenerator(),
        openWorkerGenerator: () => Promise.reject(new Error("not used")),
        openPage: () => Promise.reject(new Error("not used")),
        writeContactSheet: () => Promise.reject(new Error("not used")),
        exitCode: 0,
      });
      assert.is(exitCode, 1);
      assert.match(terminal.errors, "go\\u001b]0;x\\u0007od\\u000a.png: failed: ");
      assert.not.match(terminal.errors, "\u001b");
      assert.is(JSON.parse(terminal.output).items[0].picture, `art/${name}`);
    });
  },
);

test.run();
