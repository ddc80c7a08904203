import { suite } from "uvu";
import * as assert from "uvu/assert";
import { SheetProgress } from "../../../plugin/cli/sheet-progress.ts";

const test = suite("cli/sheet-progress");

/** Runs a sheet of two items, with a notice after the first, and returns what was written. */
function written(isTTY: boolean): string {
  let text = "";
  const progress = new SheetProgress({ isTTY, write: (part: string) => (text += part) });
  progress.onProgress(1, 2);
  progress.note("Cancelling");
  progress.onProgress(2, 2);
  progress.close();
  return text;
}

test("a pipe gets one line, and notices as lines of their own", () => {
  assert.is(written(false), "Making the contact sheet\nCancelling\n");
});

test("a terminal ends with the full count and the notice above it", () => {
  const shown = written(true)
    .split("\n")
    .map((line) => line.split("\r\u001b[K").at(-1));
  assert.equal(shown, ["Cancelling", "Making the contact sheet: 2 of 2", ""]);
});

test.run();
