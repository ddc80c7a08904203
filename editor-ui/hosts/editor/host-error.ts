export type HostErrorCode =
  /** No scene is open, or one is being loaded or saved. */
  | "no-scene"
  /** The Editor could not import a mesh. */
  | "import-failed"
  /** The asset has no mesh yet. */
  | "no-mesh"
  /** None of the chosen files is a picture. */
  | "no-picture";

/** The Editor cannot do what was asked; the message reads `<subject>: <what> — <remedy>`. */
export class HostError extends Error {
  override readonly name = "HostError";
  readonly code: HostErrorCode;

  constructor(code: HostErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
