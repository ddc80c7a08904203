export type SwapErrorCode =
  /** The bytes are no GLB that Babylon can load, or hold nothing to show. */
  | "unreadable"
  /** The node cannot be linked to an asset. */
  | "unlinkable"
  /** The swapper has been disposed. */
  | "closed";

/** The scene is as it was; the message reads `<subject>: <what> — <remedy>` on one line. */
export class SwapError extends Error {
  override readonly name = "SwapError";
  readonly code: SwapErrorCode;

  constructor(code: SwapErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
