/** Checks on data that people write: flags, configuration, sidecars. Messages say what is allowed. */
import * as z from "zod";
import { InputError, type InputErrorCode } from "../core/errors.ts";

/** An object whose unknown keys are refused by name, with the known ones listed. */
export function strictObject<Shape extends z.ZodRawShape>(
  shape: Shape,
): z.ZodObject<Shape, z.core.$strict> {
  const allowed = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: (issue) => (issue.code === "unrecognized_keys" ? allowed : "an object"),
  });
}

export function wholeNumber(min: number, max: number): z.ZodNumber {
  const expected = `a whole number from ${min} to ${max}`;
  return z.int(expected).min(min, expected).max(max, expected);
}

/** A finite number above `min`, at most `max`. */
export function numberAbove(min: number, max: number): z.ZodNumber {
  const expected = `a number above ${min}, at most ${max}`;
  return z.number(expected).gt(min, expected).max(max, expected);
}

export function oneOf<const Values extends readonly [string, ...string[]]>(
  values: Values,
): z.ZodEnum<{ [Value in Values[number]]: Value }> {
  return z.enum(values, `one of ${values.join(", ")}`);
}

/**
 * The value as `schema` reads it.
 *
 * @param subject Who is at fault: a flag or a file.
 * @throws InputError naming the first field that does not fit.
 */
export function checked<Value>(
  schema: z.ZodType<Value>,
  value: unknown,
  subject: string,
  code: InputErrorCode,
): Value {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError(code, `${subject}: ${describeIssue(parsed.error, value)}`);
}

function describeIssue(error: z.ZodError, value: unknown): string {
  const issue = error.issues[0];
  if (issue === undefined) return error.message;
  const where = placeOf(issue.path);
  if (issue.code === "unrecognized_keys") {
    const keys = issue.keys.map((key) => JSON.stringify(key)).join(", ");
    const inside = where === "" ? "" : ` in ${where}`;
    return `unknown ${issue.keys.length > 1 ? "keys" : "key"} ${keys}${inside} — allowed: ${issue.message}`;
  }
  const field = where === "" ? "" : `${where}: `;
  return `${field}received ${shown(valueAt(value, issue.path))} — expected ${issue.message}`;
}

/** "presets[0].match" */
function placeOf(path: readonly PropertyKey[]): string {
  return path
    .map((key, i) => (typeof key === "number" ? `[${key}]` : `${i > 0 ? "." : ""}${String(key)}`))
    .join("");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    at = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
  }
  return at;
}

function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  return typeof value === "number" ? String(value) : JSON.stringify(value);
}
