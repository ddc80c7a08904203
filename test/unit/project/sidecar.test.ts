import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import {
  formatSidecar,
  newSidecar,
  parseSidecar,
  type Sidecar,
} from "../../../plugin/project/sidecar.ts";

const test = suite("project/sidecar");

const UUID = "3d6f0c4e-8a51-4c0e-9c43-0d9d6a2b7f11";

const SIDECAR: Sidecar = {
  version: 1,
  uuid: UUID,
  picture: "hero.png",
  settings: { triangles: 2000 },
  result: {
    pictureSha256: "b".repeat(64),
    settings: {
      resolution: 128,
      isoDensity: 1,
      triangles: 2000,
      size: { axis: "longest", metres: 1 },
      matte: "auto",
      preprocess: "best",
    },
    model: {
      id: "fake",
      weightsSha256: "a".repeat(64),
      precision: "f32",
      licence: { spdx: "Apache-2.0", commercialUse: true, source: "its author" },
    },
    pipelineVersion: 1,
    glb: { file: "hero.glb", sha256: "c".repeat(64) },
    matte: "alpha",
    triangles: { requested: 2000, achieved: 1990, error: 0.01 },
    bounds: { min: [0, 0, 0], max: [1, 1, 1] },
    dropped: { components: 0, volumeShare: 0 },
    warnings: [],
  },
};

test("what is written is read again, and ends in a newline", () => {
  const text = formatSidecar(SIDECAR);
  assert.ok(text.endsWith("}\n"));
  assert.equal(parseSidecar(text, "s"), { kind: "present", sidecar: SIDECAR, text });
});

test("the order of keys does not depend on how the sidecar came about", () => {
  const { result, settings, ...rest } = SIDECAR;
  const shuffled = { result, settings, ...rest, error: { message: "m", code: "c" } } as Sidecar;
  const ordered = { ...SIDECAR, error: { code: "c", message: "m" } };
  assert.is(formatSidecar(shuffled), formatSidecar(ordered));
  assert.equal(Object.keys(JSON.parse(formatSidecar(shuffled))), [
    "version",
    "uuid",
    "picture",
    "settings",
    "result",
    "error",
  ]);
});

test("a sidecar from before a setting existed has that setting's default", () => {
  const old = JSON.parse(formatSidecar(SIDECAR));
  delete old.result.settings.matte;
  delete old.result.settings.preprocess;
  const state = parseSidecar(JSON.stringify(old), "s");
  assert.equal(state.kind === "present" && state.sidecar, SIDECAR);
});

test("a failed merge damages a sidecar, but its UUID is saved", () => {
  const text = `<<<<<<< HEAD\n${formatSidecar(SIDECAR)}=======\n`;
  const state = parseSidecar(text, "hero.png.maquette.json");
  assert.is(state.kind, "damaged");
  assert.is(state.kind === "damaged" && state.uuid, UUID);
});

test("a sidecar with a field that does not fit is damaged, with the field in the reason", () => {
  const text = formatSidecar(SIDECAR).replace('"triangles": 2000', '"triangles": "many"');
  const state = parseSidecar(text, "s");
  assert.is(state.kind === "damaged" && state.uuid, UUID);
  assert.match(state.kind === "damaged" ? state.reason : "", 'triangles: received "many"');
});

test("a sidecar from before licences had a source is read", () => {
  const { result, ...rest } = JSON.parse(formatSidecar(SIDECAR));
  const { source: _, ...licence } = result.model.licence;
  const old = { ...rest, result: { ...result, model: { ...result.model, licence } } };
  const state = parseSidecar(JSON.stringify(old), "s");
  assert.is(state.kind, "present");
  assert.equal(state.kind === "present" && state.sidecar.result?.model.licence, {
    ...licence,
    source: "not recorded",
  });
});

test("an empty file is damaged, without a UUID", () => {
  const state = parseSidecar("", "s");
  assert.is(state.kind, "damaged");
  assert.is(state.kind === "damaged" && state.uuid, undefined);
});

test("a newer version is an error, not damage", () => {
  try {
    parseSidecar(formatSidecar(SIDECAR).replace('"version": 1', '"version": 2'), "s.json");
    assert.unreachable();
  } catch (error) {
    assert.instance(error, InputError);
    assert.is(
      (error as InputError).message,
      "s.json: has version 2, this Maquette reads up to 1 — update babylon-maquette",
    );
  }
});

test("the picture is named relative to the sidecar", () => {
  const picture = { path: "/p/art/hero.png", label: "", name: "hero" };
  const paths = { glbPath: "/p/out/x/hero.glb", sidecarPath: "/p/out/x/hero.png.maquette.json" };
  assert.is(newSidecar({ ...picture, ...paths }, undefined).picture, "../../art/hero.png");
});

test.run();
