/**
 * Reads safetensors files: an 8-byte header length, a JSON header, the tensors' bytes. Only the
 * header is read on opening; tensors are read one at a time. Nothing in the header is believed
 * before it has been checked against the file.
 */
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { z } from "zod";
import { ModelError } from "../../core/errors.ts";
import { findDuplicateKey } from "./duplicate-key.ts";
import { bfloatToFloat, halfToFloat } from "../../core/half-floats.ts";

const LENGTH_BYTES = 8;
const MAX_HEADER_BYTES = 100e6;
const MAX_RANK = 8;
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

const HEADER_ENTRY = z.strictObject({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()).max(MAX_RANK),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
});

export class SafetensorsFile {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly #file: FileHandle;
  readonly #name: string;

  private constructor(file: FileHandle, name: string, tensors: ReadonlyMap<string, StoredTensor>) {
    this.#file = file;
    this.#name = name;
    this.tensors = tensors;
  }

  /** @throws ModelError when there is no such file or its header is not sound. */
  static async open(path: string): Promise<SafetensorsFile> {
    const name = basename(path);
    const file = await openFile(path, name);
    try {
      const status = await file.stat();
      if (!status.isFile()) throw unsound(name, "is not a file");
      return new SafetensorsFile(file, name, await readHeader(file, name, status.size));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * A tensor's values as f32, row-major; F16 and BF16 are widened.
   *
   * @throws ModelError when there is no such tensor or the file has been cut short.
   */
  async read(name: string): Promise<Float32Array> {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw unsound(this.#name, `no tensor ${name}`);
    const bytes = await readRange(this.#file, this.#name, tensor.begin, tensor.byteLength);
    if (tensor.dtype === "F32") return new Float32Array(bytes.buffer);
    const bits = new Uint16Array(bytes.buffer);
    return tensor.dtype === "F16" ? halfToFloat(bits) : bfloatToFloat(bits);
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function unsound(file: string, problem: string, cause?: unknown): ModelError {
  const message = `${file}: ${problem} — not a sound safetensors file, copy it again`;
  return new ModelError("unreadable", message, { cause });
}

async function openFile(path: string, name: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (cause) {
    throw new ModelError(
      "unreadable",
      `${name}: cannot be opened (${cause instanceof Error ? cause.message : cause}) — check the model's folder`,
      { cause },
    );
  }
}

async function readHeader(
  file: FileHandle,
  name: string,
  fileBytes: number,
): Promise<Map<string, StoredTensor>> {
  if (fileBytes < LENGTH_BYTES) throw unsound(name, `only ${fileBytes} bytes long`);
  const prefix = await readRange(file, name, 0, LENGTH_BYTES);
  const headerBytes = Number(new DataView(prefix.buffer).getBigUint64(0, true));
  const dataBegin = LENGTH_BYTES + headerBytes;
  if (headerBytes > MAX_HEADER_BYTES || dataBegin > fileBytes) {
    throw unsound(name, `a header of ${headerBytes} bytes in a file of ${fileBytes}`);
  }

  const entries = parseHeader(
    new TextDecoder().decode(await readRange(file, name, LENGTH_BYTES, headerBytes)),
    name,
  );
  const tensors = new Map<string, StoredTensor>();
  for (const [tensor, entry] of entries) {
    if (tensor !== "__metadata__") tensors.set(tensor, checkEntry(entry, tensor, name, dataBegin));
  }
  checkCoverage(tensors, name, dataBegin, fileBytes);
  return tensors;
}

function parseHeader(text: string, name: string): [string, unknown][] {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw unsound(name, "the header is not JSON", cause);
  }
  if (typeof header !== "object" || header === null || Array.isArray(header)) {
    throw unsound(name, "the header is not a JSON object");
  }
  const duplicate = findDuplicateKey(text);
  if (duplicate !== undefined) throw unsound(name, `the header names ${duplicate} twice`);
  return Object.entries(header);
}

function checkEntry(entry: unknown, tensor: string, name: string, dataBegin: number): StoredTensor {
  const parsed = HEADER_ENTRY.safeParse(entry);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw unsound(name, `tensor ${tensor}: ${[...path, message].join(" ")}`);
  }
  const {
    dtype,
    shape,
    data_offsets: [begin, end],
  } = parsed.data;
  const elementBytes = ELEMENT_BYTES.get(dtype);
  if (elementBytes === undefined) {
    throw new ModelError(
      "mismatch",
      `${name}: tensor ${tensor} is ${dtype} — weights must be ${[...ELEMENT_BYTES.keys()].join(", ")}`,
    );
  }
  // A product of sizes may overflow to infinity; it then differs from every range.
  const byteLength = shape.reduce((product, size) => product * size, elementBytes);
  if (end - begin !== byteLength) {
    throw unsound(
      name,
      `tensor ${tensor}: (${shape}) of ${dtype} takes ${byteLength} bytes, its range ${begin}..${end} does not`,
    );
  }
  return { dtype, shape, begin: dataBegin + begin, byteLength };
}

/** The ranges, in order, must fill the rest of the file without a gap or an overlap. */
function checkCoverage(
  tensors: ReadonlyMap<string, StoredTensor>,
  name: string,
  dataBegin: number,
  fileBytes: number,
): void {
  const inOrder = [...tensors].sort(
    ([, a], [, b]) => a.begin - b.begin || a.byteLength - b.byteLength,
  );
  let end = dataBegin;
  for (const [tensor, { begin, byteLength }] of inOrder) {
    if (begin < end) throw unsound(name, `tensor ${tensor} overlaps the one before it`);
    if (begin > end) throw unsound(name, `${begin - end} unused bytes before tensor ${tensor}`);
    end = begin + byteLength;
    if (end > fileBytes) {
      throw unsound(
        name,
        `tensor ${tensor} ends ${end - fileBytes} bytes past the end of the file`,
      );
    }
  }
  if (end < fileBytes) throw unsound(name, `${fileBytes - end} unused bytes at the end`);
}

async function readRange(
  file: FileHandle,
  name: string,
  begin: number,
  byteLength: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(byteLength);
  let done = 0;
  while (done < byteLength) {
    const { bytesRead } = await file.read(bytes, done, byteLength - done, begin + done);
    if (bytesRead === 0)
      throw unsound(name, `ends at byte ${begin + done}, in the middle of a tensor`);
    done += bytesRead;
  }
  return bytes;
}
