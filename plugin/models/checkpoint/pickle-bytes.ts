/** A cursor over a pickle: its opcodes and their operands. */

/** The bytes end too early or are not what the opcode needs. */
export class BrokenPickle extends Error {}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Every method moves on behind what it returns. @throws BrokenPickle */
export class PickleBytes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get at(): number {
    return this.#at;
  }

  take(length: number): Uint8Array {
    return this.#bytes.subarray(this.#advance(length), this.#at);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  /** As a number: a length above 2^53 is past the end anyway. */
  uint64(): number {
    return Number(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** Pickles write floats big-endian. */
  float64(): number {
    return this.#view.getFloat64(this.#advance(8));
  }

  /** Little-endian two's complement; a bigint beyond 2^53. */
  long(length: number): number | bigint {
    const hex = Buffer.from(this.take(length)).reverse().toString("hex");
    const value = BigInt.asIntN(8 * length, BigInt(`0x0${hex}`));
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }

  text(length: number): string {
    const bytes = this.take(length);
    try {
      return UTF8.decode(bytes);
    } catch (cause) {
      throw new BrokenPickle("text that is not UTF-8", { cause });
    }
  }

  /** The text up to a newline, which is passed. */
  line(): string {
    const end = this.#bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new BrokenPickle("a line without an end");
    const line = this.text(end - this.#at);
    this.#at++;
    return line;
  }

  #advance(length: number): number {
    const begin = this.#at;
    if (length > this.#bytes.length - begin) throw new BrokenPickle("an operand past the end");
    this.#at += length;
    return begin;
  }
}
