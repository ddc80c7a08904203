/** The settings of a mesh as people, files and the service's clients write them. */
import type * as z from "zod";
import type { GenerateSettings } from "../core/generate-settings.ts";
import { DEFAULT_READING, MATTE_CHOICES, PREPROCESSES } from "../core/picture-reading.ts";
import { numberAbove, oneOf, strictObject, wholeNumber } from "./schema.ts";

/** Some settings; the others come from the layers below. */
export type SettingsPatch = Partial<GenerateSettings>;

/** Changes to a picture's own settings; null goes back to what its presets say. */
export type SettingsChanges = {
  readonly [Name in keyof GenerateSettings]?: GenerateSettings[Name] | null;
};

/** Both ends are allowed, but `above`. */
export const SETTING_RANGES: {
  readonly resolution: { readonly min: number; readonly max: number };
  readonly isoDensity: { readonly above: number; readonly max: number };
  readonly triangles: { readonly min: number; readonly max: number };
  /** Metres. */
  readonly size: { readonly above: number; readonly max: number };
} = {
  resolution: { min: 16, max: 1024 },
  isoDensity: { above: 0, max: 1000 },
  triangles: { min: 4, max: 10_000_000 },
  size: { above: 0, max: 100_000 },
};

export const SIZE_AXES = ["longest", "height"] as const;

const { resolution, isoDensity, triangles, size } = SETTING_RANGES;

export const SETTING_SCHEMAS: {
  readonly [Name in keyof GenerateSettings]: z.ZodType<GenerateSettings[Name]>;
} = {
  resolution: wholeNumber(resolution.min, resolution.max),
  isoDensity: numberAbove(isoDensity.above, isoDensity.max),
  triangles: wholeNumber(triangles.min, triangles.max),
  size: strictObject({ axis: oneOf(SIZE_AXES), metres: numberAbove(size.above, size.max) }),
  matte: oneOf(MATTE_CHOICES),
  preprocess: oneOf(PREPROCESSES),
};

/** All settings; those that came later have their default in files that do not know them. */
export const settingsSchema: z.ZodType<GenerateSettings> = strictObject({
  ...SETTING_SCHEMAS,
  matte: oneOf(MATTE_CHOICES).default(DEFAULT_READING.matte),
  preprocess: oneOf(PREPROCESSES).default(DEFAULT_READING.preprocess),
});

export const settingsPatchSchema: z.ZodType<SettingsPatch> = strictObject({
  resolution: SETTING_SCHEMAS.resolution.exactOptional(),
  isoDensity: SETTING_SCHEMAS.isoDensity.exactOptional(),
  triangles: SETTING_SCHEMAS.triangles.exactOptional(),
  size: SETTING_SCHEMAS.size.exactOptional(),
  matte: SETTING_SCHEMAS.matte.exactOptional(),
  preprocess: SETTING_SCHEMAS.preprocess.exactOptional(),
});

export const settingsChangesSchema: z.ZodType<SettingsChanges> = strictObject({
  resolution: SETTING_SCHEMAS.resolution.nullable().exactOptional(),
  isoDensity: SETTING_SCHEMAS.isoDensity.nullable().exactOptional(),
  triangles: SETTING_SCHEMAS.triangles.nullable().exactOptional(),
  size: SETTING_SCHEMAS.size.nullable().exactOptional(),
  matte: SETTING_SCHEMAS.matte.nullable().exactOptional(),
  preprocess: SETTING_SCHEMAS.preprocess.nullable().exactOptional(),
});
