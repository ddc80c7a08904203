/**
 * Writes safetensors files: an 8-byte header length, a JSON header, the tensors' bytes. One tensor
 * at a time is in memory, and the file appears whole or not at all.
 */
import { ModelError, throwIfCancelled } from "../../core/errors.ts";
import { floatToBfloat, floatToHalf } from "../../core/half-floats.ts";
import { writeError } from "../../files/file-errors.ts";
import { replaceFile } from "../../files/write.ts";
import { elementCount } from "../../graph/shapes.ts";
import type { Shape } from "../../graph/tensor.ts";

export type FloatType = "F32" | "F16" | "BF16";

export interface TensorToWrite {
  readonly name: string;
  readonly dtype: FloatType;
  readonly shape: Shape;
}

export interface WriteSafetensorsOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with 0..1 after each tensor. */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Free text by key, kept in the header. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

const ELEMENT_BYTES: Record<FloatType, number> = { F32: 4, F16: 2, BF16: 2 };
const METADATA_KEY = "__metadata__";
const HEADER_ALIGNMENT = 8;

/**
 * Writes the tensors, whose values `read` gives one by one as f32, to `path`. The same tensors and
 * metadata give the same bytes in whatever order they come.
 *
 * @throws ModelError "bad-value" when a finite value does not fit F16, InputError when the file
 * cannot be written, CancelledError; a former file is untouched then.
 */
export async function writeSafetensors(
  path: string,
  tensors: Iterable<TensorToWrite>,
  read: (name: string) => Promise<Float32Array>,
  { signal, onProgress, metadata }: WriteSafetensorsOptions = {},
): Promise<void> {
  const ordered = [...tensors].sort(inFileOrder);
  const totalBytes = ordered.reduce((sum, tensor) => sum + byteLengthOf(tensor), 0);
  try {
    await replaceFile(path, async (file) => {
      await file.writeFile(encodeHeader(ordered, metadata));
      let writtenBytes = 0;
      for (const tensor of ordered) {
        throwIfCancelled(signal);
        await file.writeFile(encodeTensor(tensor, await read(tensor.name)));
        writtenBytes += byteLengthOf(tensor);
        onProgress?.(totalBytes === 0 ? 1 : writtenBytes / totalBytes);
      }
    });
  } catch (error) {
    throw writeError(error, path);
  }
}

/** Wide elements first, so that each tensor begins at a multiple of its element's size. */
function inFileOrder(a: TensorToWrite, b: TensorToWrite): number {
  const byWidth = ELEMENT_BYTES[b.dtype] - ELEMENT_BYTES[a.dtype];
  return byWidth === 0 ? Number(a.name > b.name) - Number(a.name < b.name) : byWidth;
}

function byteLengthOf({ dtype, shape }: TensorToWrite): number {
  return ELEMENT_BYTES[dtype] * elementCount(shape);
}

function encodeHeader(
  tensors: readonly TensorToWrite[],
  metadata: WriteSafetensorsOptions["metadata"],
): Uint8Array {
  const header = new Map<string, unknown>();
  if (metadata !== undefined) {
    header.set(METADATA_KEY, Object.fromEntries(Object.entries(metadata).sort()));
  }
  let end = 0;
  for (const tensor of tensors) {
    const { name, dtype, shape } = tensor;
    if (name === METADATA_KEY || header.has(name)) {
      const problem = name === METADATA_KEY ? "is reserved" : "occurs twice";
      throw new ModelError("mismatch", `tensor ${name}: the name ${problem} — rename it`);
    }
    const begin = end;
    end += byteLengthOf(tensor);
    header.set(name, { dtype, shape, data_offsets: [begin, end] });
  }
  const text = Buffer.from(JSON.stringify(Object.fromEntries(header)));
  const padded = Math.ceil(text.length / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  const bytes = Buffer.alloc(8 + padded, " ");
  bytes.writeBigUInt64LE(BigInt(padded));
  text.copy(bytes, 8);
  return bytes;
}

function encodeTensor({ name, dtype, shape }: TensorToWrite, values: Float32Array): Uint8Array {
  if (values.length !== elementCount(shape)) {
    throw new RangeError(`tensor ${name}: ${values.length} values for the shape (${shape})`);
  }
  if (dtype === "F32") return bytesOf(values);
  if (dtype === "BF16") return bytesOf(floatToBfloat(values));
  const halves = floatToHalf(values);
  const overflow = halves.findIndex(
    (bits, i) => (bits & 0x7fff) === 0x7c00 && Number.isFinite(values[i]),
  );
  if (overflow >= 0) {
    throw new ModelError(
      "bad-value",
      `tensor ${name}: ${values[overflow]} at ${overflow} is beyond F16's 65504 — store it as BF16 or F32`,
    );
  }
  return bytesOf(halves);
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array | Uint16Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
