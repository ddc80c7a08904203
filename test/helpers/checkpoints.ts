/** What tests of the checkpoint readers share. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { ModelError } from "../../plugin/core/errors.ts";
import type { Checkpoint } from "../../plugin/models/checkpoint/checkpoint.ts";
import { openCheckpoint } from "../../plugin/models/checkpoint/open.ts";
import { rejection } from "./rejection.ts";
import { withFolder } from "./temporary-folder.ts";

const base = Array.from({ length: 24 }, (_, i) => i);

/** The tensors that PyTorch has written into `views.pt` and `legacy.pth` of test/fixtures/torch. */
export const TORCH_VIEWS: Readonly<Record<string, readonly number[]>> = {
  base,
  transposed: Array.from({ length: 24 }, (_, i) => (i % 4) * 6 + Math.floor(i / 4)),
  column: [2, 8, 14, 20],
  stepped: [1, 4, 13, 16],
  repeated: Array(12).fill(5),
  scalar: [3.5],
  empty: [],
  half: base,
  bfloat: base,
  double: base.map((i) => Math.fround(i / 3)),
  long: base,
  char: base.map((i) => i - 5),
  bool: base.map((i) => Number(i > 5)),
};

/** Opens the bytes as a file. */
export async function withCheckpoint(
  bytes: Uint8Array,
  use: (checkpoint: Checkpoint) => Promise<void>,
): Promise<void> {
  await withFolder({}, async (folder) => {
    const path = join(folder, "model.ckpt");
    await writeFile(path, bytes);
    const checkpoint = await openCheckpoint(path);
    try {
      await use(checkpoint);
    } finally {
      await checkpoint.close();
    }
  });
}

/** Opens the bytes as a file and expects one line that says `says`. */
export async function refuses(bytes: Uint8Array, says: string): Promise<void> {
  await withFolder({}, async (folder) => {
    const path = join(folder, "model.ckpt");
    await writeFile(path, bytes);
    const error = await rejection(openCheckpoint(path));
    assert.instance(error, ModelError);
    const { message } = error as ModelError;
    assert.ok(message.startsWith("model.ckpt: ") && message.includes(says), message);
    assert.match(message, / — /);
    assert.not.match(message, /[^\x20-\x7e—]/);
  });
}
