import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";

/** A file that grows, with the hash of what is in it. */
export class PartialFile {
  readonly #file: FileHandle;
  #hash: Hash;
  #bytes: number;

  private constructor(file: FileHandle, hash: Hash, bytes: number) {
    this.#file = file;
    this.#hash = hash;
    this.#bytes = bytes;
  }

  /** Goes on with what is in `path`. */
  static async open(path: string): Promise<PartialFile> {
    await mkdir(dirname(path), { recursive: true });
    const file = await open(path, "a");
    try {
      const hash = createHash("sha256");
      let bytes = 0;
      for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
        hash.update(chunk);
        bytes += chunk.length;
      }
      return new PartialFile(file, hash, bytes);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Hexadecimal, of everything so far. */
  get sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  async append(chunk: Uint8Array): Promise<void> {
    await this.#file.writeFile(chunk);
    this.#hash.update(chunk);
    this.#bytes += chunk.length;
  }

  async restart(): Promise<void> {
    await this.#file.truncate();
    this.#hash = createHash("sha256");
    this.#bytes = 0;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
