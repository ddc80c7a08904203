import { type CSSProperties, type ReactElement, useMemo, useState } from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import type { ServiceClient } from "../client/service-client.ts";
import { framePicture } from "./frame-picture.ts";
import { Message } from "./message.tsx";
import { usePanel } from "./panel-services.ts";
import { pictureVersion } from "./picture-version.ts";
import { type LoadedUrl, useBlobUrl } from "./use-blob-url.ts";
import { titleOf } from "./words.ts";

/** Enough for the largest frame on a dense screen. */
const FRAME_PIXELS = 640;

/** Time an asset is chosen before its picture and mesh are loaded: the arrow keys may go on. */
const SETTLE_MS = 150;

/** The picture and its mesh from the same view, one over the other, with a wipe between them. */
export function Comparison({ asset }: { readonly asset: Asset }): ReactElement | null {
  const picture = useFramedPicture(asset);
  const mesh = useFramedMesh(asset);
  const [share, setShare] = useState(50);
  // A picture that cannot be read has said so already, as the reason for its failure.
  if (picture.problem !== undefined && asset.problem !== undefined && !asset.result) return null;
  const isWipe = picture.url !== undefined && mesh.url !== undefined;
  const isCurrent = asset.state === "ready" || asset.state === "orphaned";
  return (
    <>
      <div
        className="maquette-comparison"
        data-wipe={isWipe}
        style={{ "--maquette-share": `${share}%` } as CSSProperties}
      >
        {picture.url !== undefined && (
          <img
            className="maquette-before"
            src={picture.url}
            alt={`Concept art of ${titleOf(asset)}`}
          />
        )}
        {mesh.url !== undefined && (
          <img className="maquette-after" src={mesh.url} alt={`Mesh of ${titleOf(asset)}`} />
        )}
        {isWipe && (
          <input
            type="range"
            className="maquette-wipe"
            aria-label="Wipe between picture and mesh"
            aria-valuetext={`${share} % picture`}
            value={share}
            onChange={({ target }) => setShare(target.valueAsNumber)}
          />
        )}
        {picture.url !== undefined && <span className="maquette-caption-before">Picture</span>}
        {mesh.url !== undefined && (
          <span className="maquette-caption-after">{isCurrent ? "Mesh" : "Former mesh"}</span>
        )}
      </div>
      {picture.problem !== undefined && <Message tone="warning" message={picture.problem} />}
      {mesh.problem !== undefined && <Message tone="warning" message={mesh.problem} />}
    </>
  );
}

function useFramedPicture(asset: Asset): LoadedUrl {
  const { client, isConnected } = usePanel();
  const { uuid } = asset;
  const version = pictureVersion(asset);
  const load = useMemo(
    () => (isConnected && version !== undefined ? () => loadPicture(client, uuid) : undefined),
    [client, uuid, version, isConnected],
  );
  return useBlobUrl(load, SETTLE_MS);
}

/** Of formats that browsers do not know, say TIFF, the service's thumbnail has to do. */
async function loadPicture(client: ServiceClient, uuid: string): Promise<Blob> {
  const picture = await client.picture(uuid);
  try {
    return await framePicture(picture, FRAME_PIXELS);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    return await framePicture(await client.thumbnail(uuid), FRAME_PIXELS);
  }
}

function useFramedMesh({ uuid, result }: Asset): LoadedUrl {
  const { client, host, isConnected } = usePanel();
  const sha256 = result?.sha256;
  const load = useMemo(() => {
    if (!isConnected || sha256 === undefined) return undefined;
    return async () => {
      const render = await host.renderFront(await client.mesh(uuid), FRAME_PIXELS);
      return await framePicture(render, FRAME_PIXELS);
    };
  }, [client, host, uuid, sha256, isConnected]);
  return useBlobUrl(load, SETTLE_MS);
}
