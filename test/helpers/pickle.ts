/** Writes pickles for tests, sound ones and others, as PyTorch's are. */

/** A value to pickle; arrays are lists, bytes go into the pickle as they are. */
export type ToPickle =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly ToPickle[]
  | { readonly tuple: readonly ToPickle[] }
  | { readonly dict: readonly (readonly [ToPickle, ToPickle])[] }
  | { readonly global: readonly [module: string, name: string] }
  | { readonly call: ToPickle; readonly args: readonly ToPickle[]; readonly isNew?: boolean }
  | { readonly build: ToPickle; readonly state: ToPickle }
  | { readonly persistent: ToPickle };

export const tuple = (...items: ToPickle[]): ToPickle => ({ tuple: items });
export const dict = (entries: Readonly<Record<string, ToPickle>>): ToPickle => ({
  dict: Object.entries(entries),
});
export const global = (module: string, name: string): ToPickle => ({ global: [module, name] });
export const call = (callee: ToPickle, ...args: ToPickle[]): ToPickle => ({ call: callee, args });

/** An object as `__new__` makes it. */
export const create = (type: ToPickle, ...args: ToPickle[]): ToPickle => ({
  call: type,
  args,
  isNew: true,
});

export const ORDERED_DICT = global("collections", "OrderedDict");

/** `torch.<type>Storage` of that many elements, the bytes of which are `data/<key>`. */
export function storage(type: string, key: string, elements: number): ToPickle {
  return {
    persistent: tuple("storage", global("torch", `${type}Storage`), key, "cpu", elements),
  };
}

export interface View {
  readonly offset?: number;
  readonly strides?: readonly number[];
}

/** A tensor on `of`, row-major from its begin unless `view` says otherwise. */
export function tensor(of: ToPickle, shape: readonly number[], view: View = {}): ToPickle {
  const rowMajor = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  return call(
    global("torch._utils", "_rebuild_tensor_v2"),
    of,
    view.offset ?? 0,
    tuple(...shape),
    tuple(...(view.strides ?? rowMajor)),
    false,
    call(ORDERED_DICT),
  );
}

/** "python2" is 2, written by Python 2, whose text is bytes. */
export type Protocol = 2 | 4 | "python2";

/** The pickle of `value` with the opcodes that Python's own pickler takes for it. */
export function encodePickle(value: ToPickle, protocol: Protocol = 2): Uint8Array {
  const body = Buffer.from(new Pickler(protocol).encode(value));
  const header = protocol === 4 ? [0x80, 4, 0x95, ...uint64(body.length + 1)] : [0x80, 2];
  return Buffer.concat([Buffer.from(header), body, Buffer.from(".")]);
}

class Pickler {
  readonly #protocol: Protocol;
  /** Index by text, of strings and imported names. */
  readonly #memo = new Map<string, number>();

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
  }

  encode(value: ToPickle): readonly number[] {
    if (value === null) return bytes("N");
    if (value === true) return [0x88];
    if (value === false) return [0x89];
    if (typeof value === "number") return encodeNumber(value);
    if (typeof value === "bigint") return encodeLong(value);
    if (typeof value === "string") return this.#once(value, () => this.#text(value));
    if (value instanceof Uint8Array) return [...value];
    if (isArray(value)) return [...bytes("]"), ...this.#marked(value), ...bytes("e")];
    if ("tuple" in value) return this.#tuple(value.tuple);
    if ("dict" in value) {
      return [...bytes("}"), ...this.#marked(value.dict.flat()), ...bytes("u")];
    }
    if ("global" in value) return this.#global(...value.global);
    if ("call" in value) {
      const opcode = value.isNew ? 0x81 : 0x52;
      return [...this.encode(value.call), ...this.#tuple(value.args), opcode];
    }
    if ("build" in value) {
      return [...this.encode(value.build), ...this.encode(value.state), ...bytes("b")];
    }
    return [...this.encode(value.persistent), ...bytes("Q")];
  }

  #marked(items: readonly ToPickle[]): readonly number[] {
    return [...bytes("("), ...items.flatMap((item) => this.encode(item))];
  }

  #tuple(items: readonly ToPickle[]): readonly number[] {
    if (items.length === 0) return bytes(")");
    if (items.length > 3) return [...this.#marked(items), ...bytes("t")];
    return [...items.flatMap((item) => this.encode(item)), 0x84 + items.length];
  }

  #text(text: string): readonly number[] {
    const encoded = Buffer.from(text);
    const isShort = encoded.length < 256;
    if (this.#protocol === 4 && isShort) return [0x8c, encoded.length, ...encoded];
    if (this.#protocol === "python2") {
      const head = isShort
        ? [...bytes("U"), encoded.length]
        : [...bytes("T"), ...uint32(encoded.length)];
      return [...head, ...encoded];
    }
    return [...bytes("X"), ...uint32(encoded.length), ...encoded];
  }

  #global(module: string, name: string): readonly number[] {
    return this.#once(`${module}\n${name}\n`, () =>
      this.#protocol === 4
        ? [...this.encode(module), ...this.encode(name), 0x93]
        : bytes(`c${module}\n${name}\n`),
    );
  }

  /** The second time a string or name occurs, it is recalled. */
  #once(key: string, encode: () => readonly number[]): readonly number[] {
    const known = this.#memo.get(key);
    if (known !== undefined) return [...bytes("j"), ...uint32(known)];
    const encoded = encode();
    const index = this.#memo.size;
    this.#memo.set(key, index);
    return [...encoded, ...(this.#protocol === 4 ? [0x94] : [...bytes("r"), ...uint32(index)])];
  }
}

function isArray(value: object): value is readonly ToPickle[] {
  return Array.isArray(value);
}

function encodeNumber(value: number): readonly number[] {
  if (!Number.isInteger(value) || Math.abs(value) >= 2 ** 31) {
    const bytes = Buffer.alloc(9, "G");
    bytes.writeDoubleBE(value, 1);
    return [...bytes];
  }
  if (value >= 0 && value < 256) return [...bytes("K"), value];
  if (value >= 0 && value < 65536) return [...bytes("M"), ...uint32(value).slice(0, 2)];
  return [...bytes("J"), ...uint32(value >>> 0)];
}

function bytes(text: string): readonly number[] {
  return [...Buffer.from(text, "latin1")];
}

function uint32(value: number): readonly number[] {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value);
  return [...buffer];
}

function uint64(value: number): readonly number[] {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64LE(BigInt(value));
  return [...buffer];
}

/** As few bytes of two's complement as hold it. */
function encodeLong(value: bigint): readonly number[] {
  const encoded: number[] = [];
  for (let rest = value; ; rest >>= 8n) {
    encoded.push(Number(BigInt.asUintN(8, rest)));
    if (BigInt.asIntN(8, rest) === rest) return [0x8a, encoded.length, ...encoded];
  }
}
