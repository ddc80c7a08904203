/** The form of a picture's settings as data: texts to show, and changes read from what was typed. */
import type { AssetSettings } from "../../plugin/protocol/service.ts";
import { type SettingsChanges, settingsChangesSchema } from "../../plugin/protocol/settings.ts";
import { formatCount, formatNumber } from "./words.ts";

type Settings = AssetSettings["preset"];

export type SettingName = keyof Settings;

/** What one field of the form holds; the size has two of them. */
export type FieldName = Exclude<SettingName, "size"> | "metres" | "axis";

export type FieldTexts = Readonly<Record<FieldName, string>>;

/** What the user has done and not yet applied. */
export interface SettingsDraft {
  readonly typed: Partial<FieldTexts>;
  /** Settings that go back to their preset. */
  readonly reset: readonly SettingName[];
}

export const EMPTY_DRAFT: SettingsDraft = { typed: {}, reset: [] };

export const SETTING_LABELS: Readonly<Record<SettingName, string>> = {
  triangles: "Triangles",
  size: "Size",
  resolution: "Resolution",
  isoDensity: "Iso density",
  matte: "Cut-out",
  preprocess: "Preprocessing",
};

export const SETTING_NAMES: readonly SettingName[] = [
  "triangles",
  "size",
  "resolution",
  "isoDensity",
  "matte",
  "preprocess",
];

const FIELDS_OF: Readonly<Record<SettingName, readonly FieldName[]>> = {
  triangles: ["triangles"],
  size: ["metres", "axis"],
  resolution: ["resolution"],
  isoDensity: ["isoDensity"],
  matte: ["matte"],
  preprocess: ["preprocess"],
};

export const MATTE_CHOICE_WORDS: Readonly<Record<Settings["matte"], string>> = {
  auto: "Automatic",
  alpha: "Picture's alpha",
  backdrop: "Plain backdrop",
  isnet: "Matte network",
  none: "Whole picture",
};

export const PREPROCESS_WORDS: Readonly<Record<Settings["preprocess"], string>> = {
  best: "Best looking",
  reference: "As the reference",
};

export const AXIS_WORDS: Readonly<Record<Settings["size"]["axis"], string>> = {
  longest: "longest side",
  height: "height",
};

/** The preset's value as it is shown beside a field. */
export function describePreset(name: SettingName, preset: Settings): string {
  switch (name) {
    case "triangles":
    case "resolution":
      return formatCount(preset[name]);
    case "isoDensity":
      return String(preset.isoDensity);
    case "size":
      return `${formatNumber(preset.size.metres)} m, ${AXIS_WORDS[preset.size.axis]}`;
    case "matte":
      return MATTE_CHOICE_WORDS[preset.matte];
    case "preprocess":
      return PREPROCESS_WORDS[preset.preprocess];
  }
}

/** What the fields show: the settings in force, then what the draft makes of them. */
export function fieldTexts(settings: AssetSettings, draft: SettingsDraft): FieldTexts {
  const own = Object.entries(settings.own).filter(([name]) => !isReset(draft, name));
  return {
    ...textsOf({ ...settings.preset, ...Object.fromEntries(own) }),
    ...draft.typed,
  };
}

function textsOf(settings: Settings): FieldTexts {
  return {
    triangles: String(settings.triangles),
    metres: String(settings.size.metres),
    axis: settings.size.axis,
    resolution: String(settings.resolution),
    isoDensity: String(settings.isoDensity),
    matte: settings.matte,
    preprocess: settings.preprocess,
  };
}

function isReset(draft: SettingsDraft, name: string): boolean {
  return draft.reset.some((reset) => reset === name);
}

export function withTyped(draft: SettingsDraft, field: FieldName, text: string): SettingsDraft {
  return { ...draft, typed: { ...draft.typed, [field]: text } };
}

export function withReset(draft: SettingsDraft, name: SettingName): SettingsDraft {
  const typed = { ...draft.typed };
  for (const field of FIELDS_OF[name]) delete typed[field];
  return { typed, reset: [...draft.reset, name] };
}

/** True when the value in the form is the picture's own and not the preset's. */
export function isOwn(settings: AssetSettings, draft: SettingsDraft, name: SettingName): boolean {
  if (FIELDS_OF[name].some((field) => draft.typed[field] !== undefined)) return true;
  return settings.own[name] !== undefined && !isReset(draft, name);
}

export type ReadDraft =
  | { readonly changes: SettingsChanges; readonly problems: undefined }
  | { readonly changes: undefined; readonly problems: ReadonlyMap<SettingName, string> };

/** What is to be asked of the service, or what is wrong with which setting. */
export function readDraft(settings: AssetSettings, draft: SettingsDraft): ReadDraft {
  const inForce = fieldTexts(settings, EMPTY_DRAFT);
  const texts = fieldTexts(settings, draft);
  const changes: Partial<Record<SettingName, unknown>> = {};
  for (const name of SETTING_NAMES) {
    const fields = FIELDS_OF[name];
    if (!isOwn(settings, draft, name)) {
      if (settings.own[name] !== undefined) changes[name] = null;
    } else if (fields.some((field) => texts[field].trim() !== inForce[field])) {
      changes[name] = valueFrom(name, texts);
    }
  }
  const parsed = settingsChangesSchema.safeParse(changes);
  if (parsed.success) return { changes: parsed.data, problems: undefined };
  const problems = SETTING_NAMES.flatMap((name) => {
    const issue = parsed.error.issues.find(({ path }) => path[0] === name);
    return issue === undefined ? [] : [[name, describeIssue(name, texts, issue.message)] as const];
  });
  return { changes: undefined, problems: new Map(problems) };
}

function valueFrom(name: SettingName, texts: FieldTexts): unknown {
  if (name === "size") return { axis: texts.axis, metres: numberFrom(texts.metres) };
  return name === "matte" || name === "preprocess" ? texts[name] : numberFrom(texts[name]);
}

/** NaN, which no range allows, unless the whole text is a number. */
function numberFrom(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

function describeIssue(name: SettingName, texts: FieldTexts, expected: string): string {
  const text = texts[name === "size" ? "metres" : name].trim();
  return `${SETTING_LABELS[name]}: ${text === "" ? "nothing" : text} — allowed: ${expected}`;
}
