import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import { failureOf, messageAbout } from "../../../plugin/project/failure.ts";
import type { Picture } from "../../../plugin/project/scan.ts";

const test = suite("project/failure");

function pictureIn(folder: string, out: string): Picture {
  return {
    path: `${folder}/hero.png`,
    label: "hero.png",
    name: "hero",
    glbPath: `${out}/hero.glb`,
    sidecarPath: `${out}/hero.png.maquette.json`,
  };
}

test("the picture is left out as the subject, other files lose their folders", () => {
  const picture = pictureIn("/studio/art", "/studio/out");
  for (const [message, expected] of [
    ["/studio/art/hero.png: is empty — save it again", "is empty — save it again"],
    ["/studio/out/hero.glb: cannot be written", "hero.glb: cannot be written"],
    ["/studio/out/hero.png.maquette.json: is not JSON", "hero.png.maquette.json: is not JSON"],
    ["/studio/art/other.png: would clash", "other.png: would clash"],
    ["/elsewhere/file: is gone", "/elsewhere/file: is gone"],
  ]) {
    assert.is(messageAbout(picture, message), expected);
  }
});

test("in the root folder slashes that are no paths stay", () => {
  const picture = pictureIn("", "");
  const message = "/hero.png: is broken — see https://example.test/a/b";
  assert.is(messageAbout(picture, message), "is broken — see https://example.test/a/b");
  assert.is(messageAbout(picture, "/hero.glb: is a folder"), "hero.glb: is a folder");
});

test("an expected error keeps its code, anything else is a bug", () => {
  const picture = pictureIn("/art", "/art");
  const expected = new InputError("unreadable", "/art/hero.png: is damaged");
  assert.equal(failureOf(expected, picture), { code: "unreadable", message: "is damaged" });
  assert.equal(failureOf(new TypeError("x"), picture), { code: "bug", message: "x" });
});

test.run();
