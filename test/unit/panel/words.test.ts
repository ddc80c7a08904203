import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  describeAsset,
  describeWork,
  formatBytes,
  formatExtent,
  formatTimeLeft,
  jobShare,
  MATTE_WORDS,
  STAGE_WORDS,
  STATE_WORDS,
  splitMessage,
  stageFractions,
  titleOf,
  webAddress,
} from "../../../editor-ui/panel/words.ts";
import { MATTE_METHODS } from "../../../plugin/core/picture-reading.ts";
import { STAGES } from "../../../plugin/core/progress.ts";
import { ASSET_STATES } from "../../../plugin/protocol/service.ts";
import { makeAsset, makeResult } from "./assets.ts";

const test = suite("panel/words");

test("an asset is titled by its picture's file, whatever its mesh is called", () => {
  assert.is(titleOf({ picture: "art/props/elixir.v2.webp" }), "elixir.v2");
  assert.is(titleOf({ picture: "hero" }), "hero");
});

test("every stage, state and way of cutting out has words, stages in the order of the work", () => {
  assert.equal(Object.keys(STAGE_WORDS), [...STAGES]);
  assert.equal(Object.keys(STATE_WORDS).sort(), [...ASSET_STATES].sort());
  assert.equal(Object.keys(MATTE_WORDS).sort(), [...MATTE_METHODS].sort());
});

test("time left is no more exact than an estimate, and never nothing", () => {
  const rows: readonly (readonly [number, string])[] = [
    [0, "1 s left"],
    [400, "1 s left"],
    [4200, "4 s left"],
    [59_400, "59 s left"],
    [59_600, "1 min left"],
    [200_000, "3 min left"],
  ];
  for (const [ms, words] of rows) assert.is(formatTimeLeft(ms), words, `${ms} ms`);
});

test("file sizes are in decimal units, and a thousand of one is one of the next", () => {
  const rows: readonly (readonly [number, string])[] = [
    [1, "1 byte"],
    [999, "999 bytes"],
    [1000, "1.0 kB"],
    [214_400, "214 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [12_345_678, "12 MB"],
  ];
  for (const [bytes, words] of rows) assert.is(formatBytes(bytes), words, `${bytes}`);
});

test("size is width, height and depth in metres", () => {
  const bounds = { min: [-0.31, 0, -0.29], max: [0.31, 1, 0.29] } as const;
  assert.is(formatExtent(bounds), "0.62 × 1 × 0.58 m");
});

test("work is told by its stage, else by what it waits for", () => {
  assert.is(describeWork("working", { id: "1", stage: "encode", fraction: 0.5 }), "Encoding");
  assert.is(describeWork("working", { id: "1", fraction: 0 }), "Starting");
  assert.is(describeWork("waiting", { id: "1", fraction: 0 }), "Waiting for its turn");
  const retryAfter = { code: "unreadable", message: "open elsewhere — close it" };
  assert.is(describeWork("waiting", { id: "1", fraction: 0, retryAfter }), "Waiting to try again");
});

test("a job's share counts the stages before and the part of its own", () => {
  // Of 8 stages, encode is the third.
  assert.is(jobShare({ id: "1", stage: "encode", fraction: 0.5 }), 2.5 / 8);
  assert.is(jobShare({ id: "1", fraction: 0 }), 0);
  assert.equal(
    stageFractions({ id: "1", stage: "encode", fraction: 0.5 }),
    [1, 1, 0.5, 0, 0, 0, 0, 0],
  );
});

test("an asset's line says what matters in its state", () => {
  const result = makeResult();
  assert.is(describeAsset(makeAsset({ state: "ready", result })), "Up to date · 5,000 triangles");
  assert.is(describeAsset(makeAsset({ state: "cancelled", result })), "Cancelled");
  const problem = { code: "no-surface", message: "field: no surface — lower the iso density" };
  assert.is(describeAsset(makeAsset({ state: "failed", problem })), "Failed: field: no surface");
});

test("a message parts at its last dash, as a file's name may have one", () => {
  assert.equal(splitMessage({ message: "a — b.png: not a picture — save it as PNG" }), {
    what: "a — b.png: not a picture",
    remedy: "save it as PNG",
  });
  assert.equal(splitMessage({ message: "out of luck" }), {
    what: "out of luck",
    remedy: undefined,
  });
});

test("only web addresses become links", () => {
  assert.is(webAddress("https://example.org/model"), "https://example.org/model");
  assert.is(webAddress("http://example.org/"), "http://example.org/");
  for (const source of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "paper"]) {
    assert.is(webAddress(source), undefined, source);
  }
});

test.run();
