/** What a session and its worker process say to each other. */
import type { Provider } from "./providers.ts";

export interface CreateRequest {
  readonly type: "create";
  /** Path of an ONNX file, or its bytes. */
  readonly model: string | Uint8Array;
  readonly provider: Provider;
  /** Threads of one operator; 0 means one per physical core. */
  readonly threads: number;
}

/** Values by name, f32. */
export type Feeds = Readonly<Record<string, { shape: readonly number[]; data: Float32Array }>>;
export type Outputs = Readonly<Record<string, Float32Array>>;

export interface RunRequest {
  readonly type: "run";
  readonly feeds: Feeds;
}

/** Asks which providers this build of ONNX Runtime contains or can load. */
export interface ProvidersRequest {
  readonly type: "providers";
}

export type Request = CreateRequest | RunRequest | ProvidersRequest;

/** The answer to each kind of request. */
export interface Answers {
  readonly create: null;
  readonly run: Outputs;
  readonly providers: readonly string[];
}

export type Answer = Answers[Request["type"]];

export type RequestMessage = Request & { readonly id: number };

export type AnswerMessage =
  | { readonly id: number; readonly value: Answer }
  | { readonly id: number; readonly failure: string };
