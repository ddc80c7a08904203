import { type ReactElement, useMemo } from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import { usePanel } from "./panel-services.ts";
import { pictureVersion } from "./picture-version.ts";
import { useBlobUrl } from "./use-blob-url.ts";

export interface ThumbnailProps {
  readonly asset: Asset;
  /** It loads once it is. */
  readonly isSeen: boolean;
}

export function Thumbnail({ asset, isSeen }: ThumbnailProps): ReactElement {
  const { client, isConnected } = usePanel();
  const { uuid } = asset;
  const version = pictureVersion(asset);
  const load = useMemo(
    () => (isSeen && isConnected && version ? () => client.thumbnail(uuid) : undefined),
    [client, uuid, version, isSeen, isConnected],
  );
  const { url, problem } = useBlobUrl(load);
  return (
    <span className="maquette-thumbnail" title={problem}>
      {url !== undefined && <img src={url} alt="" draggable={false} />}
    </span>
  );
}
