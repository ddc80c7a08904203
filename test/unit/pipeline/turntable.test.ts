import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError } from "../../../plugin/core/errors.ts";
import { makeTurntable } from "../../../plugin/pipeline/turntable.ts";
import { FakeGenerator } from "../../helpers/fake-generator.ts";
import { rejection } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("pipeline/turntable");

/** Turns the fake's field and cancels when the first result has been told. */
async function cancelAtFirstResult(cwd: string) {
  const controller = new AbortController();
  const reading = { matte: "auto", preprocess: "best" } as const;
  const picturePath = join(cwd, "a.png");
  const field = await new FakeGenerator().readField({ picturePath, reading });
  const results: string[] = [];
  const work = makeTurntable(field, {
    name: "a",
    outFolder: cwd,
    frames: 3,
    size: 16,
    background: "white",
    signal: controller.signal,
    onInfo: () => undefined,
    onResult: (path) => {
      results.push(path);
      controller.abort();
    },
  });
  return { error: await rejection(work), results };
}

test("cancelling between two results leaves the first whole and begins no other", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const { error, results } = await cancelAtFirstResult(cwd);
    assert.instance(error, CancelledError);
    assert.equal(results, [join(cwd, "a-turntable")]);
    assert.equal((await readdir(cwd)).sort(), ["a-turntable", "a.png"]);
    assert.is((await readdir(join(cwd, "a-turntable"))).length, 3);
  }));

test.run();
