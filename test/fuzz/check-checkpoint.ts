/** The property that the checkpoint readers keep for any bytes whatever. */
import { ModelError } from "../../plugin/core/errors.ts";
import type { Checkpoint } from "../../plugin/models/checkpoint/checkpoint.ts";
import type { ReadableFile } from "../../plugin/models/checkpoint/checkpoint-file.ts";
import { openCheckpoint } from "../../plugin/models/checkpoint/open.ts";

/** What one tensor of a file of a few KB may repeat its storage to. */
const MAX_TENSOR_VALUES = 2 ** 24;
/** Read in one file, so that many such tensors do not slow the search down. */
const MAX_VALUES = 2 ** 25;

/**
 * Reads `bytes` as a checkpoint: either each tensor has as many values as
 * its shape says, or the file is refused with a ModelError of one line.
 *
 * @returns "read", or why it was refused with numbers and names left out.
 * @throws Error when neither holds.
 */
export async function checkCheckpoint(bytes: Uint8Array): Promise<string> {
  const file = new MemoryFile(bytes);
  try {
    const checkpoint = await openCheckpoint("input", () => Promise.resolve(file));
    try {
      await checkTensors(checkpoint);
    } finally {
      await checkpoint.close();
    }
    return "read";
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    if (!/^[\x20-\x7e]+ — [\x20-\x7e]+$/.test(error.message)) {
      throw new Error(`not one plain line: ${JSON.stringify(error.message)}`);
    }
    if (!file.isClosed) throw new Error("the refused file stays open");
    return error.message.replace(
      /tensor .*:|tensor .* is .*? —|imports .* —|names \S+|no \S+ in|storage \S+|\(.*\)|0x..|[0-9.]+/g,
      "#",
    );
  }
}

async function checkTensors(checkpoint: Checkpoint): Promise<void> {
  let total = 0;
  for (const [name, { shape }] of checkpoint.tensors) {
    const expected = shape.reduce((product, size) => product * size, 1);
    if (expected > MAX_TENSOR_VALUES) throw new Error(`tensor ${name}: (${shape}) is too large`);
    if (/[^\x20-\x7e]/.test(name)) throw new Error(`a tensor is called ${JSON.stringify(name)}`);
    total += expected;
    if (total > MAX_VALUES) break;
    const { length } = await checkpoint.read(name);
    if (length !== expected) throw new Error(`tensor ${name}: ${length} values of (${shape})`);
  }
}

/** A file of the given bytes: ten times faster than one on a busy disk. */
class MemoryFile implements ReadableFile {
  readonly #bytes: Uint8Array;
  isClosed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  stat(): Promise<{ size: number; isFile(): boolean }> {
    return Promise.resolve({ size: this.#bytes.length, isFile: () => true });
  }

  read(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ bytesRead: number }> {
    const range = this.#bytes.subarray(position, position + length);
    bytes.set(range, offset);
    return Promise.resolve({ bytesRead: range.length });
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}
