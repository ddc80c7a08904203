import type { Problem } from "../../plugin/protocol/service.ts";

export type ClientErrorCode =
  /** No service runs, as far as can be told. */
  | "no-service"
  /** There is no connection, or it was lost. */
  | "unreachable"
  /** The service speaks another version of the protocol. */
  | "version"
  /** What the service said is no part of the protocol. */
  | "malformed"
  /** The client was closed. */
  | "closed"
  /** The asset has no mesh yet. */
  | "no-mesh";

/**
 * The service cannot be asked, or has refused. The message reads `<subject>: <what> — <remedy>`
 * on one line.
 */
export class ClientError extends Error {
  override readonly name = "ClientError";
  /** The client's own, or that of the service's `Problem`. */
  readonly code: ClientErrorCode | Problem["code"];

  constructor(code: ClientErrorCode | Problem["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
