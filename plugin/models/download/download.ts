/**
 * Downloads a file whose SHA-256 is known, going on where an earlier attempt stopped, in this
 * process or in one before. (`downloadFile` of @huggingface/hub starts from the beginning.)
 */
import { ModelError } from "../../core/errors.ts";
import {
  connectionFault,
  type NetworkOptions,
  PassingFault,
  request,
  withRetries,
} from "./network.ts";
import { PartialFile } from "./partial-file.ts";

export interface RemoteFile {
  /** For messages. */
  readonly subject: string;
  readonly url: string;
  /** Sent to the URL's origin only, not to where it redirects to. */
  readonly authorization?: string | undefined;
  /** Hexadecimal. */
  readonly sha256: string;
  /** Undefined when only the server of `url` knows. */
  readonly bytes?: number | undefined;
}

export interface DownloadOptions extends NetworkOptions {
  readonly onProgress?: ((bytes: number, totalBytes: number) => void) | undefined;
  /** Told how many bytes are to come, before they come; may refuse them. */
  readonly onSize?: ((missingBytes: number) => Promise<void>) | undefined;
}

const STALL_MS = 60_000;
/** The second time it is not an accident of the network. */
const CHECKSUM_ATTEMPTS = 2;

/**
 * Completes `path`; what it holds already counts if the whole fits the hash. After any failure but a
 * wrong hash, what has arrived stays there for the next time.
 *
 * @throws ModelError "network" or "mismatch", CancelledError.
 */
export async function download(
  remote: RemoteFile,
  path: string,
  options: DownloadOptions = {},
): Promise<void> {
  const partial = await PartialFile.open(path);
  try {
    for (let attempt = 1; ; attempt++) {
      await new Transfer(remote, partial, options).complete();
      const { sha256 } = partial;
      if (sha256 === remote.sha256) return;
      await partial.restart();
      if (attempt === CHECKSUM_ATTEMPTS) throw otherContent(remote, sha256);
    }
  } finally {
    await partial.close();
  }
}

function otherContent({ subject, sha256: expected }: RemoteFile, sha256: string): ModelError {
  const hashes = `SHA-256 ${sha256.slice(0, 12)}… instead of ${expected.slice(0, 12)}…`;
  return new ModelError(
    "mismatch",
    `${subject}: the server sent other bytes than were released (${hashes}) — try again later`,
  );
}

class Transfer {
  readonly #remote: RemoteFile;
  readonly #partial: PartialFile;
  readonly #options: DownloadOptions;
  #totalBytes: number | undefined;
  /** Strong entity tag of what is in the partial file, when this process fetched it. */
  #etag: string | undefined;
  #received = 0;

  constructor(remote: RemoteFile, partial: PartialFile, options: DownloadOptions) {
    this.#remote = remote;
    this.#partial = partial;
    this.#options = options;
    this.#totalBytes = remote.bytes;
  }

  async complete(): Promise<void> {
    if (this.#partial.bytes > this.#mostBytes) await this.#partial.restart();
    const attempt = async (): Promise<void> => {
      while (this.#partial.bytes !== this.#totalBytes) await this.#fetchRest();
    };
    await withRetries(attempt, this.#options, () => this.#received);
  }

  get #mostBytes(): number {
    return this.#totalBytes ?? Number.POSITIVE_INFINITY;
  }

  async #fetchRest(): Promise<void> {
    const { signal, stallMs = STALL_MS } = this.#options;
    const stall = new AbortController();
    const timer = setTimeout(() => stall.abort(), stallMs);
    const signals = signal === undefined ? [stall.signal] : [signal, stall.signal];
    try {
      const response = await this.#request(AbortSignal.any(signals));
      timer.refresh();
      if (response.status === 416) return await this.#settleEnd(rangeOf(response)?.totalBytes);
      await this.#settleStart(response);
      await this.#receive(response, () => timer.refresh());
    } catch (error) {
      if (stall.signal.aborted) throw this.#passing("sends nothing any more", error);
      throw connectionFault(this.#remote.subject, this.#remote.url, error);
    } finally {
      clearTimeout(timer);
      stall.abort(); // an answer that was refused is not left open
    }
  }

  #request(signal: AbortSignal): Promise<Response> {
    const { subject, url, authorization } = this.#remote;
    const start = this.#partial.bytes;
    const headers = {
      "accept-encoding": "identity",
      ...(authorization !== undefined && { authorization }),
      ...(start > 0 && { range: `bytes=${start}-` }),
      ...(start > 0 && this.#etag !== undefined && { "if-range": this.#etag }),
    };
    const answers = start > 0 ? [200, 206, 416] : [200];
    return request(subject, url, { headers, signal }, (status) => answers.includes(status));
  }

  /** Nothing comes after what is here: it is all there is, or not the beginning of it. */
  async #settleEnd(totalBytes: number | undefined): Promise<void> {
    if (totalBytes === this.#partial.bytes) this.#totalBytes = totalBytes;
    else await this.#partial.restart();
  }

  /** Where the answer begins, and how long the whole is. */
  async #settleStart(response: Response): Promise<void> {
    const range = response.status === 206 ? rangeOf(response) : undefined;
    if (range === undefined) await this.#partial.restart();
    else if (range.start !== this.#partial.bytes) {
      throw this.#passing("answers with another range than was asked for");
    }
    const totalBytes = range === undefined ? lengthOf(response) : range.totalBytes;
    if (totalBytes !== undefined && totalBytes !== (this.#totalBytes ?? totalBytes)) {
      throw new ModelError(
        "mismatch",
        `${this.#remote.subject}: the server offers ${totalBytes} bytes instead of ${this.#totalBytes} — try again later`,
      );
    }
    this.#totalBytes ??= totalBytes;
    const etag = response.headers.get("etag");
    this.#etag = etag?.startsWith('"') ? etag : undefined;
    await this.#options.onSize?.((this.#totalBytes ?? 0) - this.#partial.bytes);
  }

  async #receive(response: Response, onBytes: () => void): Promise<void> {
    for await (const chunk of response.body ?? []) {
      onBytes();
      if (this.#partial.bytes + chunk.length > this.#mostBytes) {
        throw this.#passing("sends more than it announced");
      }
      await this.#partial.append(chunk);
      this.#received += chunk.length;
      this.#options.onProgress?.(this.#partial.bytes, this.#totalBytes ?? this.#partial.bytes);
    }
    this.#totalBytes ??= this.#partial.bytes;
    if (this.#partial.bytes < this.#totalBytes) throw this.#passing("ended its answer early");
  }

  #passing(what: string, cause?: unknown): PassingFault {
    const { subject, url } = this.#remote;
    return new PassingFault(`${subject}: ${new URL(url).host} ${what}`, { cause });
  }
}

/** Of "bytes 100-199/500" or "bytes * /500"; undefined when the server does not state it so. */
function rangeOf({ headers }: Response): { start: number; totalBytes: number } | undefined {
  const match = /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(headers.get("content-range") ?? "");
  return match === null ? undefined : { start: Number(match[1]), totalBytes: Number(match[2]) };
}

function lengthOf({ headers }: Response): number | undefined {
  const length = headers.get("content-length");
  return length === null ? undefined : Number(length);
}
