/** What a session and its worker process say to each other. */
import type { Device } from "./providers.ts";

export interface CreateRequest {
  readonly type: "create";
  /** Path of an ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  readonly device: Device;
  /** Threads of one operator on the CPU; 0 means one per physical core. */
  readonly threads: number;
  /** ONNX Runtime's session configuration: `{ session: { disable_prepacking: "1" } }`. */
  readonly extra?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Inputs by name. */
export type Feeds = Readonly<Record<string, Feed>>;

export interface Feed {
  readonly shape: readonly number[];
  readonly data: Float32Array;
  /** Has the worker keep the values: the same array in later runs is not sent again. */
  readonly keep?: boolean;
}

/** What is sent for an input that the worker has kept. */
export const KEPT = "kept";

/** f32 values by name. */
export type Outputs = Readonly<Record<string, Float32Array>>;

export interface RunRequest {
  readonly type: "run";
  readonly feeds: Readonly<Record<string, Feed | typeof KEPT>>;
  /** Names of the outputs that are wanted; all by default. */
  readonly outputs?: readonly string[] | undefined;
}

/** Asks for the worker's largest resident memory so far. */
export interface PeakMemoryRequest {
  readonly type: "peak-memory";
}

export type Request = CreateRequest | RunRequest | PeakMemoryRequest;

/** A network's inputs and outputs, in its own order. */
export interface Signature {
  readonly inputs: readonly TensorInfo[];
  readonly outputs: readonly TensorInfo[];
}

export interface TensorInfo {
  readonly name: string;
  /** Sizes, or names of sizes that are free. */
  readonly shape: readonly (number | string)[];
}

/** The answer to each kind of request. */
export interface Answers {
  readonly create: Signature;
  readonly run: Outputs;
  /** Bytes. */
  readonly "peak-memory": number;
}

export type Answer = Answers[Request["type"]];

export type RequestMessage = Request & { readonly id: number };

export type AnswerMessage =
  | { readonly id: number; readonly value: Answer }
  | { readonly id: number; readonly failure: string };
