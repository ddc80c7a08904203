/** Writes zip archives of stored files for tests, and can spoil single fields of them. */
import { crc32 } from "node:zlib";

export interface ZipFields {
  /** Sizes and offsets in 64-bit fields throughout. */
  readonly zip64?: boolean;
  /** As the table of contents states them, by entry. */
  readonly method?: (name: string) => number;
  readonly flags?: (name: string) => number;
  /** What the table of contents gives as the place of an entry. */
  readonly offset?: (name: string, actual: number) => number;
}

/** PyTorch begins each file of an archive at a multiple of this. */
const ALIGNMENT = 64;
const MAX_32 = 0xffffffff;

export function encodeZip(
  entries: readonly (readonly [name: string, content: Uint8Array])[],
  {
    zip64 = false,
    method = () => 0,
    flags = () => 0,
    offset = (_, actual) => actual,
  }: ZipFields = {},
): Uint8Array {
  const files: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, content] of entries) {
    const common = fields(
      [2, flags(name)],
      [2, method(name)],
      [4, 0],
      [4, crc32(content)],
      [4, zip64 ? MAX_32 : content.length],
      [4, zip64 ? MAX_32 : content.length],
      [2, Buffer.byteLength(name)],
    );
    const stated = offset(name, at);
    const sizes = fields([2, 1], [2, 24], [8, content.length], [8, content.length], [8, stated]);
    const extra = zip64 ? sizes : Buffer.alloc(0);
    const padding = paddingTo(at + 30 + name.length);
    const local = [
      fields([4, 0x04034b50], [2, 45]),
      common,
      fields([2, padding.length]),
      Buffer.from(name),
      padding,
      content,
    ];
    directory.push(
      fields([4, 0x02014b50], [2, 45], [2, 45]),
      common,
      fields([2, extra.length], [2, 0], [2, 0], [2, 0], [4, 0], [4, zip64 ? MAX_32 : stated]),
      Buffer.from(name),
      extra,
    );
    files.push(Buffer.concat(local));
    at += files[files.length - 1].length;
  }
  const table = Buffer.concat(directory);
  return Buffer.concat([...files, table, ending(entries.length, table.length, at, zip64)]);
}

function ending(count: number, size: number, offset: number, zip64: boolean): Buffer {
  const record = fields(
    [4, 0x06064b50],
    [8, 44],
    [2, 45],
    [2, 45],
    [4, 0],
    [4, 0],
    [8, count],
    [8, count],
    [8, size],
    [8, offset],
  );
  const locator = fields([4, 0x07064b50], [4, 0], [8, offset + size], [4, 1]);
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, zip64 ? 0xffff : count],
    [2, zip64 ? 0xffff : count],
    [4, zip64 ? MAX_32 : size],
    [4, zip64 ? MAX_32 : offset],
    [2, 0],
  );
  return zip64 ? Buffer.concat([record, locator, end]) : end;
}

/** An extra field of at least its own 4 bytes, behind which a multiple of the alignment begins. */
function paddingTo(at: number): Buffer {
  const filler = (2 * ALIGNMENT - ((at + 4) % ALIGNMENT)) % ALIGNMENT;
  return Buffer.concat([fields([2, 0x4246], [2, filler]), Buffer.alloc(filler, "Z")]);
}

/** Little-endian fields of the given numbers of bytes. */
function fields(...values: readonly (readonly [bytes: number, value: number])[]): Buffer {
  const buffer = Buffer.alloc(values.reduce((sum, [bytes]) => sum + bytes, 0));
  let at = 0;
  for (const [bytes, value] of values) {
    if (bytes === 8) buffer.writeBigUInt64LE(BigInt(value), at);
    else buffer.writeUIntLE(value, at, bytes);
    at += bytes;
  }
  return buffer;
}
