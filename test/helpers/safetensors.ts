/** Writes safetensors files for tests, sound ones and others. */

export interface TensorToStore {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

/** A sound file with the tensors in the given order. */
export function encodeSafetensors(tensors: ReadonlyMap<string, TensorToStore>): Uint8Array {
  let end = 0;
  const header = Object.fromEntries(
    [...tensors].map(([name, { dtype, shape, bytes }]) => {
      const begin = end;
      end += bytes.length;
      return [name, { dtype, shape, data_offsets: [begin, end] }];
    }),
  );
  return rawSafetensors(JSON.stringify(header), ...[...tensors.values()].map(({ bytes }) => bytes));
}

/** A file with any header. */
export function rawSafetensors(
  header: string | Buffer,
  ...data: readonly Uint8Array[]
): Uint8Array {
  const text = Buffer.from(header);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text, ...data]);
}

/** The same values as f32. */
export function storedFloats(shape: readonly number[], values: Float32Array): TensorToStore {
  const { buffer, byteOffset, byteLength } = values;
  return { dtype: "F32", shape, bytes: new Uint8Array(buffer, byteOffset, byteLength) };
}
