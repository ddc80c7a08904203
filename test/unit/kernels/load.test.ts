import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import type { Kernels } from "../../../plugin/kernels/kernels.ts";
import { chooseKernels, loadKernels } from "../../../plugin/kernels/load.ts";
import { openNativeKernels } from "../../../plugin/kernels/native.ts";
import { referenceKernels } from "../../../plugin/kernels/reference.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("choice of kernels");

const native: Kernels = { ...referenceKernels, name: "native" };
const missing = () => {
  throw new Error("No native build was found\n    loaded from: nowhere");
};

function choose(choice: string | undefined, open: () => Kernels) {
  const warnings: string[] = [];
  const kernels = chooseKernels(choice, open, (message) => warnings.push(message));
  return { name: kernels.name, warnings };
}

test("native ones are preferred, without a word", () => {
  assert.equal(
    choose(undefined, () => native),
    { name: "native", warnings: [] },
  );
  assert.equal(
    choose("native", () => native),
    { name: "native", warnings: [] },
  );
});

test("without native ones the TypeScript ones are used, with a warning that says why", () => {
  const { name, warnings } = choose(undefined, missing);
  assert.is(name, "typescript");
  assert.is(warnings.length, 1);
  assert.match(warnings[0], "(No native build was found)");
  assert.not.match(warnings[0], "\n");
});

test("MAQUETTE_KERNELS=typescript uses them without a warning", () => {
  assert.equal(choose("typescript", missing), { name: "typescript", warnings: [] });
});

test("MAQUETTE_KERNELS=native insists", () => {
  assert.throws(
    () => choose("native", missing),
    (error: unknown) => error instanceof InputError,
  );
});

test("any other value of MAQUETTE_KERNELS is refused", () => {
  assert.throws(() => choose("gpu", () => native), '"gpu" is not a kind of kernels');
});

test("a folder without an addon is an error of the loader", () =>
  withFolder({}, async (folder) => {
    assert.throws(() => openNativeKernels(folder), "No native build was found");
  }));

test("a process is warned once at most", () => {
  const warnings: string[] = [];
  const load = () => loadKernels({ onWarning: (message) => warnings.push(message) });
  assert.is(load().name, load().name);
  assert.ok(warnings.length <= 1);
});

test.run();
