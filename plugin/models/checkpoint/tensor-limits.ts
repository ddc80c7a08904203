/** What no tensor of a checkpoint may exceed, whatever the file's format. */
import { elementCount } from "../../graph/shapes.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { printable } from "./printable.ts";

export const MAX_RANK = 8;
/** 4 GiB as f32: 100 times the largest tensor of an LRM. */
const MAX_ELEMENTS = 2 ** 30;
const NAME = /^[\x20-\x7e]{0,500}$/;

/** @throws ModelError for a name that would garble messages, or more values than memory takes. */
export function checkLimits(file: CheckpointFile, name: string, shape: readonly number[]): void {
  if (!NAME.test(name)) {
    throw file.unsound(`tensor ${printable(name)}: its name is not short plain text`);
  }
  if (elementCount(shape) > MAX_ELEMENTS) {
    throw file.unsound(`tensor ${name}: (${shape}) is more than ${MAX_ELEMENTS} values`);
  }
}
