import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  AXIS_WORDS,
  describePreset,
  EMPTY_DRAFT,
  type FieldName,
  fieldTexts,
  isOwn,
  MATTE_CHOICE_WORDS,
  PREPROCESS_WORDS,
  readDraft,
  SETTING_NAMES,
  type SettingName,
  withReset,
  withTyped,
} from "../../../editor-ui/panel/settings-form-model.ts";
import { MATTE_CHOICES, PREPROCESSES } from "../../../plugin/core/picture-reading.ts";
import type { AssetSettings } from "../../../plugin/protocol/service.ts";
import {
  SETTING_RANGES,
  SETTING_SCHEMAS,
  type SettingsChanges,
  SIZE_AXES,
} from "../../../plugin/protocol/settings.ts";
import { makeAsset } from "./assets.ts";

const test = suite("panel/settings form model");

const { settings: PLAIN } = makeAsset();
const OWNED: AssetSettings = { ...PLAIN, own: { triangles: 12_000 } };

function readTyped(settings: AssetSettings, typed: Partial<Record<FieldName, string>>) {
  return readDraft(settings, { typed, reset: [] });
}

function changesFor(typed: Partial<Record<FieldName, string>>): SettingsChanges | undefined {
  return readTyped(PLAIN, typed).changes;
}

function problemFor(name: SettingName, typed: Partial<Record<FieldName, string>>) {
  return readTyped(PLAIN, typed).problems?.get(name);
}

test("the form has every setting and every choice of the protocol", () => {
  assert.equal([...SETTING_NAMES].sort(), Object.keys(SETTING_SCHEMAS).sort());
  assert.equal(Object.keys(MATTE_CHOICE_WORDS), [...MATTE_CHOICES]);
  assert.equal(Object.keys(PREPROCESS_WORDS), [...PREPROCESSES]);
  assert.equal(Object.keys(AXIS_WORDS), [...SIZE_AXES]);
});

test("fields show the picture's own value, else the preset's", () => {
  assert.is(fieldTexts(PLAIN, EMPTY_DRAFT).triangles, "5000");
  assert.is(fieldTexts(OWNED, EMPTY_DRAFT).triangles, "12000");
  assert.is(fieldTexts(OWNED, EMPTY_DRAFT).resolution, "120");
  assert.is(describePreset("triangles", OWNED.preset), "5,000");
  assert.is(describePreset("size", OWNED.preset), "1 m, longest side");
});

test("what was not changed is not sent", () => {
  assert.equal(readDraft(OWNED, EMPTY_DRAFT).changes, {});
  assert.equal(readTyped(OWNED, { triangles: " 12000 ", axis: "longest" }).changes, {});
});

test("what was typed is sent as the protocol has it", () => {
  assert.equal(
    changesFor({ triangles: "800", isoDensity: ".5", matte: "alpha", preprocess: "reference" }),
    { triangles: 800, isoDensity: 0.5, matte: "alpha", preprocess: "reference" },
  );
});

test("half of the size is sent with its other half", () => {
  assert.equal(changesFor({ metres: "1.8" }), { size: { axis: "longest", metres: 1.8 } });
  assert.equal(changesFor({ axis: "height" }), { size: { axis: "height", metres: 1 } });
});

test("back to preset shows the preset's value at once and is sent as null", () => {
  const draft = withReset(withTyped(EMPTY_DRAFT, "triangles", "7"), "triangles");
  assert.is(fieldTexts(OWNED, draft).triangles, "5000");
  assert.not(isOwn(OWNED, draft, "triangles"));
  assert.equal(readDraft(OWNED, draft).changes, { triangles: null });
});

test("back to preset of what comes from it anyway changes nothing", () => {
  const draft = withReset(withTyped(EMPTY_DRAFT, "resolution", "7"), "resolution");
  assert.equal(readDraft(OWNED, draft).changes, {});
});

test("typing after going back to the preset wins", () => {
  const draft = withTyped(withReset(EMPTY_DRAFT, "triangles"), "triangles", "900");
  assert.ok(isOwn(OWNED, draft, "triangles"));
  assert.equal(readDraft(OWNED, draft).changes, { triangles: 900 });
});

test("both ends of each range are taken and what lies beyond them is refused", () => {
  const { resolution, triangles, isoDensity, size } = SETTING_RANGES;
  const taken: readonly (readonly [FieldName, number])[] = [
    ["resolution", resolution.min],
    ["resolution", resolution.max],
    ["triangles", triangles.min],
    ["triangles", triangles.max],
    ["isoDensity", isoDensity.max],
    ["metres", size.max],
  ];
  for (const [field, value] of taken) {
    const { problems } = readTyped(PLAIN, { [field]: String(value) });
    assert.is(problems, undefined, `${field} ${value}`);
  }
  const refused: readonly (readonly [FieldName, number])[] = [
    ["resolution", resolution.min - 1],
    ["resolution", resolution.max + 1],
    ["triangles", triangles.min - 1],
    ["triangles", triangles.max + 1],
    ["isoDensity", isoDensity.above],
    ["isoDensity", isoDensity.max + 1],
    ["metres", size.above],
    ["metres", size.max + 1],
  ];
  for (const [field, value] of refused) {
    assert.is(readTyped(PLAIN, { [field]: String(value) }).changes, undefined, `${field} ${value}`);
  }
});

test("a refusal says which setting, which value and what is allowed", () => {
  assert.is(
    problemFor("resolution", { resolution: "12" }),
    "Resolution: 12 — allowed: a whole number from 16 to 1024",
  );
  assert.is(
    problemFor("size", { metres: "1,8" }),
    "Size: 1,8 — allowed: a number above 0, at most 100000",
  );
  assert.is(
    problemFor("triangles", { triangles: "" }),
    "Triangles: nothing — allowed: a whole number from 4 to 10000000",
  );
});

test("texts that are no finite number are refused", () => {
  for (const text of ["abc", "1e999", "Infinity", "-3", "4.5", "NaN", "1 000"]) {
    assert.ok(
      problemFor("triangles", { triangles: text })?.startsWith(`Triangles: ${text} — `),
      text,
    );
  }
});

test("every wrong setting is told, and none is sent", () => {
  const read = readTyped(PLAIN, { resolution: "1", triangles: "800", isoDensity: "0" });
  assert.is(read.changes, undefined);
  assert.equal([...(read.problems?.keys() ?? [])], ["resolution", "isoDensity"]);
});

test.run();
