import { suite } from "uvu";
import * as assert from "uvu/assert";
import { didYouMean } from "../../../plugin/core/did-you-mean.ts";

const test = suite("core/did-you-mean");

const NAMES = ["vfusion3d", "openlrm-obj-small-1.1", "openlrm-obj-large-1.1", "triposr"];

test("a letter left out, added, replaced or in another case is recognised", () => {
  for (const name of ["vfusion3", "VFusion3D", "vfusionn3d", "vfusian3d", "vfusion"]) {
    assert.is(didYouMean(name, NAMES, "no"), "did you mean vfusion3d?", name);
  }
  assert.is(didYouMean("openlrm-obj-larg", NAMES, "no"), "did you mean openlrm-obj-large-1.1?");
});

test("another word is none of them", () => {
  for (const name of ["", "gpt", "heroes", "vf", "x".repeat(5000)]) {
    assert.is(didYouMean(name, NAMES, "see the list"), "see the list", name);
  }
  assert.is(didYouMean("a", [], "see the list"), "see the list");
});

test.run();
