import { type ReactElement, useCallback, useEffect, useMemo, useState } from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import type { ServiceClient } from "../client/service-client.ts";
import { AssetDetails } from "./asset-details.tsx";
import { AssetList } from "./asset-list.tsx";
import { ConnectionNote } from "./connection-note.tsx";
import { EmptyProject } from "./empty-project.tsx";
import { countByFilter, type Filter, filterAssets } from "./filter-assets.ts";
import { FilterBar } from "./filter-bar.tsx";
import type { HostBridge } from "./host-bridge.ts";
import { LogView } from "./log-view.tsx";
import { ModelNote } from "./model-note.tsx";
import { NoticeList } from "./notice-list.tsx";
import { PanelContext, type PanelServices } from "./panel-services.ts";
import { PictureButton } from "./picture-button.tsx";
import type { SettingsDraft } from "./settings-form-model.ts";
import { useAnnouncement } from "./use-announcement.ts";
import { useClientState } from "./use-client-state.ts";
import { useNotices } from "./use-notices.ts";
import { usePictureDrop } from "./use-picture-drop.ts";
import { useUploads } from "./use-uploads.ts";

/** A picture that was just uploaded has no uuid yet. */
type Choice = { readonly uuid: string } | { readonly picture: string };

export interface WorkbenchProps {
  readonly client: ServiceClient;
  readonly host: HostBridge;
}

export function Workbench({ client, host }: WorkbenchProps): ReactElement {
  const state = useClientState(client);
  const announcement = useAnnouncement(state);
  const { notices, report, dismiss, dismissAll } = useNotices();
  const { assets, model } = state;
  const isConnected = state.connection === "open";
  const [drafts] = useState(() => new Map<string, SettingsDraft>());
  const services = useMemo<PanelServices>(
    () => ({ client, host, isConnected, model, drafts, report }),
    [client, host, isConnected, model, drafts, report],
  );

  const [choice, setChoice] = useState<Choice>();
  useEffect(
    () =>
      host.followSelection?.((uuid) => {
        // A scene may hold meshes of other projects, and of assets that are gone.
        if (client.state.assets.has(uuid)) setChoice({ uuid });
      }),
    [client, host],
  );
  const [filter, setFilter] = useState<Filter>("all");
  const [query, setQuery] = useState("");
  const counts = useMemo(() => countByFilter(assets.values()), [assets]);
  const shown = useMemo(
    () => filterAssets(assets.values(), filter, query),
    [assets, filter, query],
  );
  const choose = useCallback((uuid: string) => setChoice({ uuid }), []);
  const found = findChosen(assets, choice);
  const chosen = found ?? shown[0];
  // What stands first changes with every new picture; what somebody looks at does not.
  const isAwaited = found === undefined && choice !== undefined && "picture" in choice;
  if (chosen !== undefined && !isAwaited && !isChoice(choice, chosen)) choose(chosen.uuid);

  const uploads = useUploads(client, report, setChoice);
  const { importPaths } = host;
  const drop = usePictureDrop({
    onFiles: uploads.add,
    onPaths: importPaths && ((paths) => importPaths.call(host, paths).catch(report)),
    onRefused: report,
  });

  return (
    <PanelContext.Provider value={services}>
      <div className="maquette-workbench" {...drop.handlers}>
        <header className="maquette-header">
          <ModelNote project={state.project} model={model} />
          <PictureButton onFiles={uploads.add} />
        </header>
        <ConnectionNote connection={state.connection} problem={state.problem} />
        <NoticeList notices={notices} onDismiss={dismiss} onDismissAll={dismissAll} />
        {assets.size === 0 ? (
          <EmptyProject isConnected={isConnected} folders={state.folders} />
        ) : (
          <div className="maquette-columns">
            <nav className="maquette-pictures" aria-label="Pictures">
              <FilterBar
                counts={counts}
                filter={filter}
                query={query}
                onFilter={setFilter}
                onQuery={setQuery}
              />
              <AssetList
                assets={shown}
                chosen={chosen?.uuid}
                onChoose={choose}
                onShowAll={() => {
                  setFilter("all");
                  setQuery("");
                }}
              />
            </nav>
            {chosen !== undefined && <AssetDetails key={chosen.uuid} asset={chosen} />}
          </div>
        )}
        {uploads.words !== undefined && <p className="maquette-uploading">{uploads.words}</p>}
        <LogView lines={state.log} />
        <p className="maquette-spoken" aria-live="polite">
          {announcement}
        </p>
        {drop.isOver && <div className="maquette-drop">Drop to add the pictures</div>}
      </div>
    </PanelContext.Provider>
  );
}

function isChoice(choice: Choice | undefined, { uuid }: Asset): boolean {
  return choice !== undefined && "uuid" in choice && choice.uuid === uuid;
}

function findChosen(
  assets: ReadonlyMap<string, Asset>,
  choice: Choice | undefined,
): Asset | undefined {
  if (choice === undefined) return undefined;
  if ("uuid" in choice) return assets.get(choice.uuid);
  return [...assets.values()].find(({ picture }) => picture === choice.picture);
}
