import { useMemo, useSyncExternalStore } from "react";
import type { SavedPicture } from "../../plugin/protocol/service.ts";
import type { ServiceClient } from "../client/service-client.ts";
import { createUploadQueue } from "./upload-queue.ts";
import { formatCount } from "./words.ts";

/** Takes pictures to the service; `words` tell how far it is while some are under way. */
export function useUploads(
  client: ServiceClient,
  onFailed: (error: Error) => void,
  onSavedAlone: (saved: SavedPicture) => void,
): { readonly words: string | undefined; add(files: readonly File[]): void } {
  const queue = useMemo(
    () =>
      createUploadQueue({
        upload: (name, bytes) => client.upload(name, bytes),
        onFailed,
        onSavedAlone,
      }),
    [client, onFailed, onSavedAlone],
  );
  const progress = useSyncExternalStore(queue.subscribe, () => queue.progress);
  if (progress === undefined) return { words: undefined, add: queue.add };
  const { name, index, total } = progress;
  const count = total === 1 ? "" : ` ${formatCount(index)} of ${formatCount(total)}`;
  return { words: `Adding${count}: ${name}`, add: queue.add };
}
