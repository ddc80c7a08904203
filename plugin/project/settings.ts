/**
 * The settings that shape a mesh and where they come from. Later layers win:
 * defaults < configuration < presets < the picture's own (sidecar) < flags.
 */
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { GenerateSettings } from "../core/generate-settings.ts";
import type { ModelInfo } from "../core/model-info.ts";
import { DEFAULT_READING } from "../core/picture-reading.ts";
import { checked } from "../protocol/schema.ts";
import { SETTING_SCHEMAS, type SettingsPatch } from "../protocol/settings.ts";

/** One setting, checked. @throws InputError "bad-option" whose subject is `subject`. */
export function checkedSetting<Name extends keyof GenerateSettings>(
  name: Name,
  value: unknown,
  subject: string,
): GenerateSettings[Name] {
  const schema: z.ZodType = SETTING_SCHEMAS[name];
  return checked(schema, value, subject, "bad-option") as GenerateSettings[Name];
}

/** What a picture gets when nobody asks for anything: 5,000 triangles, longest side 1 m. */
export function defaultSettings(model: ModelInfo): GenerateSettings {
  return {
    resolution: model.defaults.resolution,
    isoDensity: model.defaults.isoDensity,
    triangles: 5000,
    size: { axis: "longest", metres: 1 },
    ...DEFAULT_READING,
  };
}

/** What a picture gets without settings of its own. @param preset What its presets say. */
export function presetSettings(
  { model, config }: { model: ModelInfo; config: { readonly settings: SettingsPatch } },
  preset: SettingsPatch,
): GenerateSettings {
  return layered(defaultSettings(model), config.settings, preset);
}

/** `base` with each patch laid over it in turn, in the stable order of the settings. */
export function layered(
  base: GenerateSettings,
  ...patches: readonly SettingsPatch[]
): GenerateSettings {
  const all: GenerateSettings = Object.assign({}, base, ...patches);
  return {
    resolution: all.resolution,
    isoDensity: all.isoDensity,
    triangles: all.triangles,
    size: { axis: all.size.axis, metres: all.size.metres },
    matte: all.matte,
    preprocess: all.preprocess,
  };
}

/** The settings of `settings` that `base` does not have. */
export function settingsBeyond(base: GenerateSettings, settings: GenerateSettings): SettingsPatch {
  return Object.fromEntries(
    Object.entries(settings).filter(
      ([name, value]) => !isDeepStrictEqual(value, base[name as keyof GenerateSettings]),
    ),
  );
}

/** What differs, for people: `triangles 5000 -> 2000`. Empty when nothing does. */
export function describeSettingsChange(before: GenerateSettings, after: GenerateSettings): string {
  return Object.keys(settingsBeyond(before, after))
    .map((name) => {
      const key = name as keyof GenerateSettings;
      return `${name} ${shown(before[key])} -> ${shown(after[key])}`;
    })
    .join(", ");
}

function shown(value: GenerateSettings[keyof GenerateSettings]): string {
  return typeof value === "object" ? `${value.axis} ${value.metres} m` : String(value);
}
