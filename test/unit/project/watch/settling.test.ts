import { appendFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Delay } from "../../../../plugin/project/watch/clock.ts";
import { Settling } from "../../../../plugin/project/watch/settling.ts";
import { withFolder } from "../../../helpers/temporary-folder.ts";

const test = suite("project/watch/settling");

/** Pauses that end when the test says so. */
class Pauses {
  readonly #due = new Set<() => void>();

  readonly delay: Delay = (_, action) => {
    this.#due.add(action);
    return () => this.#due.delete(action);
  };

  get count(): number {
    return this.#due.size;
  }

  /** Ends the pauses there are; resolves when the looks that follow have led to something. */
  async end(settled: readonly string[]): Promise<void> {
    const actions = [...this.#due];
    this.#due.clear();
    const before = settled.length;
    for (const action of actions) action();
    while (this.#due.size + settled.length - before < actions.length) {
      await new Promise((turn) => setImmediate(turn));
    }
  }
}

function watchFile(
  body: (file: string, pauses: Pauses, settled: string[], settling: Settling) => Promise<void>,
) {
  return withFolder({ "a.png": "one" }, async (folder) => {
    const pauses = new Pauses();
    const settled: string[] = [];
    const settling = new Settling(
      pauses.delay,
      (path) => settled.push(path),
      (error) => {
        throw error;
      },
    );
    await body(join(folder, "a.png"), pauses, settled, settling);
  });
}

test("a file is settled when two looks in a row find the same", () =>
  watchFile(async (file, pauses, settled, settling) => {
    settling.touch(file);
    assert.ok(settling.has(file));
    await pauses.end(settled);
    assert.equal(settled, []);
    await pauses.end(settled);
    assert.equal(settled, [file]);
    assert.ok(settling.isEmpty);
  }));

test("a file that grows without a word is waited for", () =>
  watchFile(async (file, pauses, settled, settling) => {
    settling.touch(file);
    for (let piece = 0; piece < 5; piece++) {
      await pauses.end(settled);
      await appendFile(file, "more");
    }
    assert.equal(settled, []);
    await pauses.end(settled);
    await pauses.end(settled);
    assert.equal(settled, [file]);
  }));

test("a word about the file begins the wait anew, with one look ahead at a time", () =>
  watchFile(async (file, pauses, settled, settling) => {
    for (let word = 0; word < 5; word++) {
      settling.touch(file);
      await pauses.end(settled);
      settling.touch(file);
      assert.is(pauses.count, 1);
    }
    assert.equal(settled, []);
  }));

test("a file that is gone is settled too", () =>
  watchFile(async (file, pauses, settled, settling) => {
    await rm(file);
    settling.touch(file);
    await pauses.end(settled);
    await pauses.end(settled);
    assert.equal(settled, [file]);
  }));

test("after clear nothing is looked at any more", () =>
  watchFile(async (file, pauses, settled, settling) => {
    settling.touch(file);
    settling.clear();
    assert.is(pauses.count, 0);
    assert.equal(settled, []);
  }));

test.run();
