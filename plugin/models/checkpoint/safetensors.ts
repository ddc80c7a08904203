/**
 * Reads safetensors files: an 8-byte header length, a JSON header, the tensors' bytes. Only the
 * header is read on opening; tensors are read one at a time. Nothing in the header is believed
 * before it has been checked against the file.
 */
import { z } from "zod";
import { ModelError } from "../../core/errors.ts";
import { bfloatToFloat, halfToFloat } from "../../core/half-floats.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { CheckpointFile } from "./checkpoint-file.ts";
import { findDuplicateKey } from "./duplicate-key.ts";
import { printable } from "./printable.ts";
import { checkLimits, MAX_RANK } from "./tensor-limits.ts";

const LENGTH_BYTES = 8;
/** A header of 1,000 tensors takes 100 KB. */
const MAX_HEADER_BYTES = 16 * 2 ** 20;
const ELEMENT_BYTES = new Map([
  ["F32", 4],
  ["F16", 2],
  ["BF16", 2],
]);

export interface StoredTensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Position in the file. */
  readonly begin: number;
  readonly byteLength: number;
}

const SIZE = z.number().int().nonnegative();

const HEADER_ENTRY = z.strictObject({
  dtype: z.string(),
  // The length first: millions of wrong sizes would fill the memory with millions of complaints.
  shape: z.array(z.unknown()).max(MAX_RANK).pipe(z.array(SIZE)),
  data_offsets: z.tuple([SIZE, SIZE]),
});

export class SafetensorsFile implements Checkpoint {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly #file: CheckpointFile;

  private constructor(file: CheckpointFile, tensors: ReadonlyMap<string, StoredTensor>) {
    this.#file = file;
    this.tensors = tensors;
  }

  /**
   * Takes over `file`, unless its header is not sound.
   *
   * @throws ModelError
   */
  static async from(file: CheckpointFile): Promise<SafetensorsFile> {
    return new SafetensorsFile(file, await readHeader(file));
  }

  async read(name: string): Promise<Float32Array> {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw this.#file.unsound(`no tensor ${name}`);
    const bytes = await this.#file.read(tensor.begin, tensor.byteLength);
    if (tensor.dtype === "F32") return new Float32Array(bytes.buffer);
    const bits = new Uint16Array(bytes.buffer);
    return tensor.dtype === "F16" ? halfToFloat(bits) : bfloatToFloat(bits);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

async function readHeader(file: CheckpointFile): Promise<Map<string, StoredTensor>> {
  if (file.byteLength < LENGTH_BYTES) throw file.unsound(`only ${file.byteLength} bytes long`);
  const prefix = await file.read(0, LENGTH_BYTES);
  const headerBytes = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  const dataBegin = LENGTH_BYTES + headerBytes;
  if (headerBytes > MAX_HEADER_BYTES || dataBegin > file.byteLength) {
    throw file.unsound(`a header of ${headerBytes} bytes in a file of ${file.byteLength}`);
  }

  const entries = parseHeader(file, await file.read(LENGTH_BYTES, headerBytes));
  const tensors = new Map<string, StoredTensor>();
  for (const [tensor, entry] of entries) {
    if (tensor !== "__metadata__") tensors.set(tensor, checkEntry(file, tensor, entry, dataBegin));
  }
  checkCoverage(file, tensors, dataBegin);
  return tensors;
}

function parseHeader(file: CheckpointFile, bytes: Uint8Array): [string, unknown][] {
  let header: unknown;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (cause) {
    throw file.unsound("the header is not JSON", cause);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw file.unsound("the header is not a JSON object");
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) throw file.unsound(`the header names ${printable(duplicate)} twice`);
  return Object.entries(header);
}

function checkEntry(
  file: CheckpointFile,
  tensor: string,
  entry: unknown,
  dataBegin: number,
): StoredTensor {
  const parsed = HEADER_ENTRY.safeParse(entry);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw file.unsound(`tensor ${printable(tensor)}: ${printable([...path, message].join(" "))}`);
  }
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = parsed.data;
  checkLimits(file, tensor, shape);
  const elementBytes = ELEMENT_BYTES.get(dtype);
  if (elementBytes === undefined) {
    throw new ModelError(
      "mismatch",
      `${file.name}: tensor ${tensor} is ${printable(dtype)} — weights must be ${[...ELEMENT_BYTES.keys()].join(", ")}`,
    );
  }
  // A product of sizes may overflow to infinity; it then differs from every range.
  const byteLength = shape.reduce((product, size) => product * size, elementBytes);
  if (end - begin !== byteLength) {
    throw file.unsound(
      `tensor ${tensor}: (${shape}) of ${dtype} takes ${byteLength} bytes, its range ${begin}..${end} does not`,
    );
  }
  return { dtype, shape, begin: dataBegin + begin, byteLength };
}

/** The ranges, in order, must fill the rest of the file without a gap or an overlap. */
function checkCoverage(
  file: CheckpointFile,
  tensors: ReadonlyMap<string, StoredTensor>,
  dataBegin: number,
): void {
  const inOrder = [...tensors].sort(
    ([, a], [, b]) => a.begin - b.begin || a.byteLength - b.byteLength,
  );
  let end = dataBegin;
  for (const [tensor, { begin, byteLength }] of inOrder) {
    if (begin < end) throw file.unsound(`tensor ${tensor} overlaps the one before it`);
    if (begin > end) throw file.unsound(`${begin - end} unused bytes before tensor ${tensor}`);
    end = begin + byteLength;
    if (end > file.byteLength) {
      throw file.unsound(
        `tensor ${tensor} ends ${end - file.byteLength} bytes past the end of the file`,
      );
    }
  }
  if (end < file.byteLength) throw file.unsound(`${file.byteLength - end} unused bytes at the end`);
}
