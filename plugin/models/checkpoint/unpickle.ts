/**
 * A restricted unpickler: the opcodes of protocols 2 to 5 that plain containers and tensors need,
 * written by Python 2 or 3.
 * Importing is looking a name up in {@link TORCH_GLOBALS}, calling is putting plain data together;
 * a checkpoint cannot run anything.
 */
import type { ModelError } from "../../core/errors.ts";
import { BrokenPickle, type PickleBytes } from "./pickle-bytes.ts";
import { printable } from "./printable.ts";
import { TORCH_GLOBALS } from "./torch-globals.ts";
import { setState } from "./torch-objects.ts";
import {
  isList,
  isTuple,
  TorchFunction,
  type TorchStorage,
  type TorchValue,
} from "./torch-values.ts";

/** A model of 1,000 tensors with its optimiser takes about 150,000. Bounds memory and time. */
const MAX_STEPS = 1_000_000;
const LAST_PROTOCOL = 5;

/** What is not in the pickle itself. */
export interface PickleHost {
  /** The storage that a persistent id stands for, undefined when it stands for none. */
  loadStorage(id: TorchValue): TorchStorage | undefined;
  /** The error of a pickle that imports what it must not. */
  forbidden(name: string): ModelError;
  unsound(problem: string, cause?: unknown): ModelError;
}

/** Reads the pickle at `bytes`, which then stand behind it. @throws ModelError made by `host`. */
export function unpickle(bytes: PickleBytes, host: PickleHost): TorchValue {
  return new Machine(bytes, host).run();
}

class Machine {
  readonly bytes: PickleBytes;
  readonly #host: PickleHost;
  #steps = 0;
  #stack: TorchValue[] = [];
  /** Stacks below the marks that are open. */
  readonly #below: TorchValue[][] = [];
  readonly #memo = new Map<number, TorchValue>();
  #result: TorchValue | undefined;

  constructor(bytes: PickleBytes, host: PickleHost) {
    this.bytes = bytes;
    this.#host = host;
  }

  run(): TorchValue {
    while (this.#result === undefined) {
      this.#countSteps(1);
      try {
        const opcode = String.fromCharCode(this.bytes.uint8());
        const step = STEPS.get(opcode);
        if (step === undefined) throw this.#unsound(`opcode 0x${hex(opcode)} in its pickle`);
        step(this);
      } catch (error) {
        if (!(error instanceof BrokenPickle)) throw error;
        throw this.#unsound(`its pickle has ${error.message}`, error);
      }
    }
    return this.#result;
  }

  push(value: TorchValue): void {
    this.#stack.push(value);
  }

  pop(): TorchValue {
    const value = this.#stack.pop();
    if (value === undefined) throw this.#unsound("its pickle takes from an empty stack");
    return value;
  }

  mark(): void {
    this.#below.push(this.#stack);
    this.#stack = [];
  }

  popToMark(): TorchValue[] {
    const values = this.#stack;
    const below = this.#below.pop();
    if (below === undefined) throw this.#unsound("its pickle takes up to a mark it never set");
    this.#stack = below;
    return values;
  }

  pushTuple(items: TorchValue[]): void {
    this.push(Object.freeze(items));
  }

  tupleOf(length: number): void {
    this.pushTuple(Array.from({ length }, () => this.pop()).reverse());
  }

  checkProtocol(protocol: number): void {
    if (protocol > LAST_PROTOCOL) throw this.#unsound(`pickle protocol ${protocol}`);
  }

  memoise(index: number = this.#memo.size): void {
    const value = this.pop();
    this.push(value);
    this.#memo.set(index, value);
  }

  recall(index: number): void {
    const value = this.#memo.get(index);
    if (value === undefined) throw this.#unsound(`its pickle has no memo ${index}`);
    this.push(value);
  }

  append(items: readonly TorchValue[]): void {
    const list = this.pop();
    if (!isList(list)) throw this.#unsound("its pickle appends to what is not a list");
    for (const item of items) list.push(item);
    this.push(list);
  }

  setItems(items: readonly TorchValue[]): void {
    const dict = this.pop();
    if (!(dict instanceof Map)) throw this.#unsound("its pickle sets keys of what is not a dict");
    if (items.length % 2 !== 0) throw this.#unsound("its pickle has a key without a value");
    for (let i = 0; i < items.length; i += 2) dict.set(items[i], items[i + 1]);
    this.push(dict);
  }

  importGlobal(name: string): void {
    const value = TORCH_GLOBALS.get(name);
    if (value === undefined) throw this.#host.forbidden(printable(name));
    this.push(value);
  }

  importFromStack(): void {
    const [name, module] = [this.pop(), this.pop()];
    if (typeof name !== "string" || typeof module !== "string") {
      throw this.#unsound("its pickle imports what is not a name");
    }
    this.importGlobal(`${module}.${name}`);
  }

  call(): void {
    const [args, callee] = [this.pop(), this.pop()];
    if (!(callee instanceof TorchFunction) || !isTuple(args)) {
      throw this.#unsound("its pickle calls what is not a function");
    }
    // It may copy a list, and a small pickle may call it with the same long one forever.
    if (isList(args[0])) this.#countSteps(args[0].length);
    const result = callee.call(args);
    if (result === undefined) throw this.#unsound(`${callee.name} called with other arguments`);
    this.push(result);
  }

  build(): void {
    const [state, target] = [this.pop(), this.pop()];
    if (!setState(target, state)) throw this.#unsound("its pickle sets a state that nothing has");
    this.push(target);
  }

  loadPersistent(): void {
    const storage = this.#host.loadStorage(this.pop());
    if (storage === undefined) throw this.#unsound("its pickle refers to what is not a storage");
    this.push(storage);
  }

  stop(): void {
    this.#result = this.pop();
  }

  #countSteps(count: number): void {
    this.#steps += count;
    if (this.#steps > MAX_STEPS) throw this.#unsound(`more than ${MAX_STEPS} steps`);
  }

  #unsound(problem: string, cause?: unknown): ModelError {
    return this.#host.unsound(`${problem} (at byte ${this.bytes.at})`, cause);
  }
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).padStart(2, "0");
}

const STEPS: ReadonlyMap<string, (machine: Machine) => void> = new Map([
  ["\x80", (m) => m.checkProtocol(m.bytes.uint8())], // PROTO
  ["\x95", (m) => void m.bytes.uint64()], // FRAME
  [".", (m) => m.stop()], // STOP

  ["N", (m) => m.push(null)], // NONE
  ["\x88", (m) => m.push(true)], // NEWTRUE
  ["\x89", (m) => m.push(false)], // NEWFALSE
  ["K", (m) => m.push(m.bytes.uint8())], // BININT1
  ["M", (m) => m.push(m.bytes.uint16())], // BININT2
  ["J", (m) => m.push(m.bytes.int32())], // BININT
  ["\x8a", (m) => m.push(m.bytes.long(m.bytes.uint8()))], // LONG1
  ["G", (m) => m.push(m.bytes.float64())], // BINFLOAT
  ["\x8c", (m) => m.push(m.bytes.text(m.bytes.uint8()))], // SHORT_BINUNICODE
  ["X", (m) => m.push(m.bytes.text(m.bytes.uint32()))], // BINUNICODE
  ["\x8d", (m) => m.push(m.bytes.text(m.bytes.uint64()))], // BINUNICODE8
  ["U", (m) => m.push(m.bytes.text(m.bytes.uint8()))], // SHORT_BINSTRING
  ["T", (m) => m.push(m.bytes.text(m.bytes.uint32()))], // BINSTRING
  ["C", (m) => m.push(m.bytes.take(m.bytes.uint8()))], // SHORT_BINBYTES
  ["B", (m) => m.push(m.bytes.take(m.bytes.uint32()))], // BINBYTES
  ["\x8e", (m) => m.push(m.bytes.take(m.bytes.uint64()))], // BINBYTES8
  ["\x96", (m) => m.push(m.bytes.take(m.bytes.uint64()))], // BYTEARRAY8

  ["(", (m) => m.mark()], // MARK
  ["0", (m) => void m.pop()], // POP
  ["1", (m) => void m.popToMark()], // POP_MARK
  [")", (m) => m.tupleOf(0)], // EMPTY_TUPLE
  ["\x85", (m) => m.tupleOf(1)], // TUPLE1
  ["\x86", (m) => m.tupleOf(2)], // TUPLE2
  ["\x87", (m) => m.tupleOf(3)], // TUPLE3
  ["t", (m) => m.pushTuple(m.popToMark())], // TUPLE
  ["]", (m) => m.push([])], // EMPTY_LIST
  ["a", (m) => m.append([m.pop()])], // APPEND
  ["e", (m) => m.append(m.popToMark())], // APPENDS
  ["}", (m) => m.push(new Map())], // EMPTY_DICT
  ["s", (m) => m.setItems([m.pop(), m.pop()].reverse())], // SETITEM
  ["u", (m) => m.setItems(m.popToMark())], // SETITEMS
  ["\x8f", (m) => m.push([])], // EMPTY_SET
  ["\x90", (m) => m.append(m.popToMark())], // ADDITEMS
  ["\x91", (m) => m.pushTuple(m.popToMark())], // FROZENSET

  ["q", (m) => m.memoise(m.bytes.uint8())], // BINPUT
  ["r", (m) => m.memoise(m.bytes.uint32())], // LONG_BINPUT
  ["\x94", (m) => m.memoise()], // MEMOIZE
  ["h", (m) => m.recall(m.bytes.uint8())], // BINGET
  ["j", (m) => m.recall(m.bytes.uint32())], // LONG_BINGET

  ["c", (m) => m.importGlobal(`${m.bytes.line()}.${m.bytes.line()}`)], // GLOBAL
  ["\x93", (m) => m.importFromStack()], // STACK_GLOBAL
  ["R", (m) => m.call()], // REDUCE
  ["\x81", (m) => m.call()], // NEWOBJ
  ["b", (m) => m.build()], // BUILD
  ["Q", (m) => m.loadPersistent()], // BINPERSID
]);
