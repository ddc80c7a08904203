/**
 * The errors Maquette raises on purpose. Anything else that is thrown is a bug.
 *
 * Messages read `<subject>: <what, with the value> — <remedy>` and fit on one line. Code decides by
 * class and `code`, never by message text.
 */

export type InputErrorCode =
  | "bad-option"
  | "not-found"
  | "no-permission"
  | "unreadable"
  /** Another program has the file in its hands; later it may be free. */
  | "busy"
  | "unsupported"
  | "too-large"
  | "empty-picture"
  | "unwritable"
  | "disk-full"
  | "bad-config"
  | "licence";

export type ModelErrorCode =
  | "unreadable"
  | "mismatch"
  | "unknown-model"
  | "network"
  | "device"
  | "matte"
  | "no-surface"
  | "bad-value";

/** Something the user gave or owns is wrong: a flag, a picture, a folder. */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly code: InputErrorCode;

  constructor(code: InputErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** A checkpoint, a compiled model or an execution provider does not do what it should. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The work was cancelled by the user or overtaken by newer work. */
export class CancelledError extends Error {
  override readonly name = "CancelledError";

  constructor(message = "cancelled") {
    super(message);
  }
}

/** @throws CancelledError when `signal` has been aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/** True for the errors a user can act on; their message is shown without a stack. */
export function isExpectedError(error: unknown): error is InputError | ModelError | CancelledError {
  return (
    error instanceof InputError || error instanceof ModelError || error instanceof CancelledError
  );
}
