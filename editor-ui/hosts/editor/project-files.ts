/** What the Editor's host does with files of the open project; Node's part of the plugin does it. */
export interface ProjectFiles {
  /** Path with forward slashes of what the service calls `path`. Absolute. */
  absolute(path: string): string;
  /** What the service would call an absolute path; undefined outside the served folder. */
  relative(absolutePath: string): string | undefined;
  /** Whether the name is one of a picture that can become a mesh. */
  isPicture(path: string): boolean;
  /** @throws InputError when it cannot be read. */
  read(absolutePath: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Copies a file to a hidden one beside it, whose name differs whenever the content does.
   *
   * @throws InputError when the file cannot be read or the copy not be written.
   */
  copyHidden(absolutePath: string): Promise<HiddenCopy>;
}

export interface HiddenCopy {
  /** Absolute, with forward slashes. */
  readonly path: string;
  /** Hexadecimal; of the content. */
  readonly sha256: string;
  /** @throws InputError when the copy cannot be removed. */
  remove(): Promise<void>;
}
