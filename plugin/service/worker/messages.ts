/** What a service and the process of its model say to each other. */
import type { ModelInfo } from "../../core/model-info.ts";
import type { Stage } from "../../core/progress.ts";
import type { GenerateRequest, GenerateResult, GeneratorOptions } from "../../pipeline/contract.ts";
import type { ErrorData } from "./error-data.ts";

/** The first request. */
export interface OpenRequest {
  readonly type: "open";
  readonly options: Omit<GeneratorOptions, "onWarning" | "onDevice">;
}

export interface MeshRequest {
  readonly type: "generate";
  readonly request: Omit<GenerateRequest, "signal" | "onProgress">;
}

export type Request = OpenRequest | MeshRequest;

/** The answer to each kind of request. */
export interface Answers {
  readonly open: ModelInfo;
  readonly generate: GenerateResult;
}

export type Answer = Answers[Request["type"]];

export type MessageToWorker =
  | (Request & { readonly id: number })
  /** The request with this id is no longer wanted. */
  | { readonly type: "cancel"; readonly id: number };

export type MessageFromWorker =
  | { readonly type: "done"; readonly id: number; readonly value: Answer }
  | { readonly type: "failed"; readonly id: number; readonly error: ErrorData }
  | {
      readonly type: "progress";
      readonly id: number;
      readonly stage: Stage;
      readonly fraction: number;
    }
  | { readonly type: "device"; readonly device: string }
  | { readonly type: "warning"; readonly message: string };
