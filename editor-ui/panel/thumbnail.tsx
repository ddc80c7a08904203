import { type ReactElement, useMemo } from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import { usePanel } from "./panel-services.ts";
import { pictureVersion } from "./picture-version.ts";
import { useBlobUrl } from "./use-blob-url.ts";

/** Time a row is in view before its thumbnail is loaded: the list may be scrolled on. */
const SETTLE_MS = 80;

export function Thumbnail({ asset }: { readonly asset: Asset }): ReactElement {
  const { client, isConnected } = usePanel();
  const { uuid } = asset;
  const version = pictureVersion(asset);
  const load = useMemo(
    () => (isConnected && version !== undefined ? () => client.thumbnail(uuid) : undefined),
    [client, uuid, version, isConnected],
  );
  const { url, problem } = useBlobUrl(load, SETTLE_MS);
  return (
    <span className="maquette-thumbnail" title={problem}>
      {url !== undefined && <img src={url} alt="" draggable={false} />}
    </span>
  );
}
