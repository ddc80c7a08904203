/** Errors on their way from one process to another, where classes do not survive. */
import {
  CancelledError,
  InputError,
  type InputErrorCode,
  ModelError,
  type ModelErrorCode,
} from "../../core/errors.ts";

export type ErrorData =
  | { readonly kind: "input"; readonly code: InputErrorCode; readonly message: string }
  | { readonly kind: "model"; readonly code: ModelErrorCode; readonly message: string }
  | { readonly kind: "cancelled"; readonly message: string }
  /** With the stack of where it happened. */
  | { readonly kind: "bug"; readonly message: string; readonly stack: string | undefined };

export function errorData(error: unknown): ErrorData {
  if (error instanceof InputError) {
    return { kind: "input", code: error.code, message: error.message };
  }
  if (error instanceof ModelError) {
    return { kind: "model", code: error.code, message: error.message };
  }
  if (error instanceof CancelledError) return { kind: "cancelled", message: error.message };
  if (error instanceof Error) return { kind: "bug", message: error.message, stack: error.stack };
  return { kind: "bug", message: String(error), stack: undefined };
}

export function errorFrom(data: ErrorData): Error {
  switch (data.kind) {
    case "input":
      return new InputError(data.code, data.message);
    case "model":
      return new ModelError(data.code, data.message);
    case "cancelled":
      return new CancelledError(data.message);
    case "bug": {
      const error = new Error(data.message);
      if (data.stack !== undefined) error.stack = data.stack;
      return error;
    }
  }
}
