import { useEffect, useState } from "react";
import { messageOf } from "../swap/message-of.ts";

export interface LoadedUrl {
  readonly url?: string;
  /** Why there is none. */
  readonly problem?: string;
}

/**
 * An object URL of what `load` brings, revoked when it is replaced or no longer shown. A new `load`
 * loads again, and the former picture stays until then; undefined leaves things as they are.
 *
 * @param delayMs Waited before loading, so that what is shown only in passing loads nothing.
 */
export function useBlobUrl(load: (() => Promise<Blob>) | undefined, delayMs = 0): LoadedUrl {
  const [loaded, setLoaded] = useState<LoadedUrl>({});
  useEffect(() => {
    if (load === undefined) return;
    let isWanted = true;
    const timer = setTimeout(async () => {
      try {
        const blob = await load();
        if (isWanted) setLoaded({ url: URL.createObjectURL(blob) });
      } catch (error) {
        if (isWanted) setLoaded({ problem: messageOf(error) });
      }
    }, delayMs);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [load, delayMs]);
  const { url } = loaded;
  useEffect(() => (url === undefined ? undefined : () => URL.revokeObjectURL(url)), [url]);
  return loaded;
}
