/**
 * The table of contents of a zip archive whose entries are stored, not compressed, as PyTorch
 * writes them: an entry's bytes are a range of the file.
 */
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from "yauzl";
import { ModelError } from "../../core/errors.ts";
import type { ByteRange, CheckpointFile } from "./checkpoint-file.ts";
import { printable } from "./printable.ts";

/** A checkpoint has a few for each tensor. */
const MAX_ENTRIES = 100_000;
const STORED = 0;

export class ZipArchive {
  readonly #file: CheckpointFile;
  readonly #zip: ZipFile;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(file: CheckpointFile, zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#file = file;
    this.#zip = zip;
    this.#entries = entries;
  }

  /** `file` stays the caller's. @throws ModelError when it is not a sound archive. */
  static async read(file: CheckpointFile): Promise<ZipArchive> {
    const zip = await explained(file, "has no end as a zip archive should", () =>
      fromRandomAccessReaderPromise(new Reader(file), file.byteLength, {
        autoClose: false,
        strictFileNames: true,
      }),
    );
    if (zip.entryCount > MAX_ENTRIES) throw file.unsound(`${zip.entryCount} files in one archive`);
    const entries = await explained(file, "its table of contents is damaged", () =>
      listEntries(zip),
    );
    return new ZipArchive(file, zip, entries);
  }

  names(): Iterable<string> {
    return this.#entries.keys();
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /**
   * Where the bytes of an entry are.
   *
   * @throws ModelError when there is no such entry or it is compressed or encrypted.
   */
  async locate(name: string): Promise<ByteRange> {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw this.#file.unsound(`no ${printable(name)} in the archive`);
    if (entry.compressionMethod !== STORED || entry.isEncrypted()) {
      const problem = "is compressed or encrypted, as PyTorch never writes it";
      throw this.#file.unsound(`${printable(name)} in the archive ${problem}`);
    }
    const { fileDataStart } = await explained(this.#file, `${printable(name)} is not there`, () =>
      this.#zip.readLocalFileHeaderPromise(entry, { minimal: true }),
    );
    return { begin: fileDataStart, byteLength: entry.uncompressedSize };
  }
}

async function listEntries(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) {
    if (entries.has(entry.fileName)) throw new Error(`${entry.fileName} occurs twice`);
    entries.set(entry.fileName, entry);
  }
  return entries;
}

/** Adds `problem` and the file's name to an error of yauzl or of {@link listEntries}. */
async function explained<T>(
  file: CheckpointFile,
  problem: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ModelError || !(error instanceof Error)) throw error;
    throw file.unsound(`${problem} (${printable(error.message)})`, error);
  }
}

/** yauzl's own readers let a position beyond 2^63, which the archive may state, crash the process. */
class Reader extends RandomAccessReader {
  readonly #file: CheckpointFile;

  constructor(file: CheckpointFile) {
    super();
    this.#file = file;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    this.#file.read(position, length).then((bytes) => {
      buffer.set(bytes, offset);
      callback(null, length);
    }, callback);
  }
}
