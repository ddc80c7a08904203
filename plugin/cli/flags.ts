/** Reads flags that are settings or numbers. What is allowed is what the settings allow. */
import { InputError } from "../core/errors.ts";
import { PRECISIONS, type Precision } from "../core/precision.ts";
import { checkedSetting } from "../project/settings.ts";
import type { SettingsPatch } from "../protocol/settings.ts";

export interface SettingsFlags {
  readonly resolution?: string | undefined;
  readonly iso?: string | undefined;
  readonly triangles?: string | undefined;
  readonly size?: string | undefined;
  readonly height?: string | undefined;
  readonly matte?: string | undefined;
  readonly preprocess?: string | undefined;
}

/** @throws InputError "bad-option" naming the flag, the value and what is allowed. */
export function readSettingsFlags(flags: SettingsFlags): SettingsPatch {
  const { resolution, iso, triangles, matte, preprocess } = flags;
  const size = readSize(flags);
  return {
    ...(resolution !== undefined && {
      resolution: checkedSetting("resolution", numberIn(resolution), "--resolution"),
    }),
    ...(iso !== undefined && { isoDensity: checkedSetting("isoDensity", numberIn(iso), "--iso") }),
    ...(triangles !== undefined && {
      triangles: checkedSetting("triangles", numberIn(triangles), "--triangles"),
    }),
    ...(size !== undefined && { size }),
    ...(matte !== undefined && { matte: checkedSetting("matte", matte, "--matte") }),
    ...(preprocess !== undefined && {
      preprocess: checkedSetting("preprocess", preprocess, "--preprocess"),
    }),
  };
}

function readSize({ size, height }: SettingsFlags): SettingsPatch["size"] {
  if (size !== undefined && height !== undefined) {
    throw new InputError(
      "bad-option",
      "--size and --height: both given — --size scales the longest side, --height the height; choose one",
    );
  }
  const [axis, text, flag] =
    height === undefined
      ? (["longest", size, "--size"] as const)
      : (["height", height, "--height"] as const);
  if (text === undefined) return undefined;
  return checkedSetting("size", { axis, metres: numberIn(text) }, flag);
}

/** @throws InputError "bad-option" listing the precisions when `name` is none of them. */
export function readPrecision(name: string, flag = "--precision"): Precision {
  const precision = PRECISIONS.find((candidate) => candidate === name);
  if (precision !== undefined) return precision;
  throw new InputError("bad-option", `${flag} ${name}: unknown — use ${PRECISIONS.join(", ")}`);
}

/** @throws InputError "bad-option" unless `text` is a whole number from `min` to `max`. */
export function readCount(text: string, flag: string, max: number, min = 1): number {
  const count = numberIn(text);
  if (typeof count === "number" && Number.isInteger(count) && count >= min && count <= max) {
    return count;
  }
  throw new InputError(
    "bad-option",
    `${flag}: received ${text} — expected a whole number from ${min} to ${max}`,
  );
}

/**
 * Origins as browsers send them; "null" is that of files and of sandboxed frames.
 *
 * @throws InputError "bad-option" for one that no page has.
 */
export function readOrigins(origins: readonly string[]): readonly string[] {
  const wrong = origins.find((origin) => origin !== "null" && !isOrigin(origin));
  if (wrong === undefined) return origins;
  throw new InputError(
    "bad-option",
    `--allow-origin: received ${wrong} — expected an origin like https://game.example:8443, without a path`,
  );
}

/** Of schemes that the web does not know, say an editor's own, only the form can be checked. */
function isOrigin(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, origin } = new URL(text);
  return /^https?:$/.test(protocol)
    ? origin === text
    : /^[a-z][a-z0-9+.-]*:\/\/[^/\s]*$/.test(text);
}

/** The number that `text` writes; `text` itself when it writes none, for the message. */
function numberIn(text: string): number | string {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : text;
}
