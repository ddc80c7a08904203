import type { ReactElement } from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import { CommandButton } from "./command-button.tsx";
import { useOffline, usePanel } from "./panel-services.ts";
import { usePlacedCount } from "./use-client-state.ts";
import { formatCount } from "./words.ts";

/** What can be done with an asset. */
export function AssetActions({ asset }: { readonly asset: Asset }): ReactElement {
  const { client, host } = usePanel();
  const offline = useOffline();
  const placed = usePlacedCount(host, asset);
  const { uuid, job, result, state } = asset;
  const noMesh = result === undefined ? "There is no mesh yet" : undefined;
  const noPicture = state === "orphaned" ? "The picture was deleted" : undefined;
  return (
    <div className="maquette-actions">
      <CommandButton
        look={result === undefined ? "plain" : "primary"}
        hindrance={noMesh ?? offline}
        run={() => host.place(asset)}
      >
        Place in scene
      </CommandButton>
      {job === undefined ? (
        <CommandButton
          look={result === undefined ? "primary" : "plain"}
          hindrance={offline ?? noPicture}
          run={() => client.generate(uuid)}
        >
          {result === undefined ? "Generate" : "Regenerate"}
        </CommandButton>
      ) : (
        <CommandButton hindrance={offline} run={() => client.cancel(job.id)}>
          Cancel
        </CommandButton>
      )}
      {placed > 0 && (
        <p className="maquette-placed">
          {`${formatCount(placed)} in the scene`}
          {host.select !== undefined && (
            <CommandButton look="link" run={() => host.select?.(asset)}>
              Select
            </CommandButton>
          )}
        </p>
      )}
    </div>
  );
}
