/** A checkpoint's file, read by byte range. */
import { type FileHandle, open } from "node:fs/promises";
import { basename } from "node:path";
import { ModelError } from "../../core/errors.ts";
import { systemErrorCode } from "../../files/file-errors.ts";

/** Far above any tensor of an LRM (300 MB), and what one allocation may take. */
const MAX_RANGE_BYTES = 4 * 2 ** 30;
/** One read call of the operating system takes less than 2 GiB. */
const MAX_READ_BYTES = 2 ** 30;

/** What is needed of an open file; tests read from memory and from failing disks. */
export interface ReadableFile extends Pick<FileHandle, "close"> {
  stat(): Promise<{ readonly size: number; isFile(): boolean }>;
  read(
    bytes: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

export interface ByteRange {
  readonly begin: number;
  readonly byteLength: number;
}

export type OpenFile = (path: string) => Promise<ReadableFile>;

export class CheckpointFile {
  /** File name without folders, for messages. */
  readonly name: string;
  readonly byteLength: number;
  readonly #file: ReadableFile;

  private constructor(name: string, byteLength: number, file: ReadableFile) {
    this.name = name;
    this.byteLength = byteLength;
    this.#file = file;
  }

  /** @throws ModelError when there is no such file. */
  static async open(path: string, openFile: OpenFile = open): Promise<CheckpointFile> {
    const name = basename(path);
    let file: ReadableFile;
    try {
      file = await openFile(path);
    } catch (cause) {
      throw new ModelError(
        "unreadable",
        `${name}: cannot be opened (${systemErrorCode(cause) ?? cause}) — check the model's folder`,
        { cause },
      );
    }
    const status = await file.stat();
    if (status.isFile()) return new CheckpointFile(name, status.size, file);
    await file.close();
    throw new ModelError("unreadable", `${name}: is not a file — give the checkpoint's path`);
  }

  /** @throws ModelError when the range is not in the file or cannot be read. */
  async read(begin: number, byteLength: number): Promise<Uint8Array<ArrayBuffer>> {
    if (byteLength > MAX_RANGE_BYTES) {
      throw this.unsound(`${byteLength} bytes in one piece, at most ${MAX_RANGE_BYTES} are read`);
    }
    // Checked before anything is allocated; a file that shrinks later is noticed below.
    if (begin + byteLength > this.byteLength) throw this.cutShort();
    const bytes = new Uint8Array(byteLength);
    let done = 0;
    while (done < byteLength) {
      const wanted = Math.min(byteLength - done, MAX_READ_BYTES);
      const count = await this.#readInto(bytes, done, wanted, begin + done);
      if (count === 0) throw this.cutShort(begin + done);
      done += count;
    }
    return bytes;
  }

  async #readInto(bytes: Uint8Array, at: number, length: number, begin: number): Promise<number> {
    try {
      return (await this.#file.read(bytes, at, length, begin)).bytesRead;
    } catch (cause) {
      const code = systemErrorCode(cause);
      if (code === undefined) throw cause;
      throw new ModelError(
        "unreadable",
        `${this.name}: cannot be read (${code}) — check the disk`,
        {
          cause,
        },
      );
    }
  }

  /** The error of a file that ends at `at`, where more should follow. */
  cutShort(at: number = this.byteLength): ModelError {
    return this.unsound(`has no byte ${at}, in the middle of its content`);
  }

  /** The error of a file that contradicts itself. */
  unsound(problem: string, cause?: unknown): ModelError {
    const message = `${this.name}: ${problem} — not a sound checkpoint, copy or download it again`;
    return new ModelError("unreadable", message, { cause });
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
