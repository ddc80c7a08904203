/** Pictures on their way to the service, one after the other. */
import { MAX_UPLOAD_BYTES, type SavedPicture } from "../../plugin/protocol/service.ts";
import { createListeners } from "../client/listeners.ts";
import { messageOf } from "../swap/message-of.ts";
import { formatBytes } from "./words.ts";

export interface UploadProgress {
  readonly name: string;
  /** Of the file under way, from 1, among all since the queue was last empty. */
  readonly index: number;
  readonly total: number;
}

export interface UploadQueue {
  /** Undefined when nothing is under way; replaced, never changed. */
  readonly progress: UploadProgress | undefined;
  subscribe(listener: () => void): () => void;
  add(files: readonly File[]): void;
}

export interface UploadQueueOptions {
  upload(name: string, bytes: Blob): Promise<SavedPicture>;
  /** Told of each file that was refused; the others go on. */
  onFailed(error: Error): void;
  /** Told of a file that was added alone. */
  onSavedAlone(saved: SavedPicture): void;
}

export function createUploadQueue(options: UploadQueueOptions): UploadQueue {
  const listeners = createListeners();
  const waiting: File[] = [];
  let progress: UploadProgress | undefined;
  let total = 0;

  function show(next: UploadProgress | undefined): void {
    progress = next;
    listeners.tell();
  }

  async function run(): Promise<void> {
    for (let index = 1; ; index++) {
      const file = waiting.shift();
      if (file === undefined) break;
      show({ name: file.name, index, total });
      try {
        refuseTooLarge(file);
        const saved = await options.upload(file.name, file);
        if (total === 1) options.onSavedAlone(saved);
      } catch (error) {
        options.onFailed(failureOf(file, error));
      }
    }
    total = 0;
    show(undefined);
  }

  return {
    get progress() {
      return progress;
    },
    subscribe: listeners.add,
    add(files) {
      const isIdle = total === 0;
      waiting.push(...files);
      total += files.length;
      if (isIdle && total > 0) void run();
    },
  };
}

/** Here, because the service ends the connection of a body that is too large. */
function refuseTooLarge({ size }: File): void {
  if (size <= MAX_UPLOAD_BYTES) return;
  const limit = formatBytes(MAX_UPLOAD_BYTES);
  throw new Error(`${formatBytes(size)}, more than ${limit} — save it into the watched folder`);
}

function failureOf(file: File, error: unknown): Error {
  const message = messageOf(error);
  const named = message.startsWith(file.name) ? message : `${file.name}: ${message}`;
  return new Error(named, { cause: error });
}
