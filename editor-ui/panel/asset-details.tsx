import type { ReactElement } from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import { AssetActions } from "./asset-actions.tsx";
import { CommandButton } from "./command-button.tsx";
import { Comparison } from "./comparison.tsx";
import { JobProgress } from "./job-progress.tsx";
import { Message } from "./message.tsx";
import { useOffline, usePanel } from "./panel-services.ts";
import { Readout } from "./readout.tsx";
import { SettingsForm } from "./settings-form.tsx";
import { STATE_NOTES, STATE_WORDS, titleOf } from "./words.ts";

/** Everything about one asset. */
export function AssetDetails({ asset }: { readonly asset: Asset }): ReactElement {
  const { picture, state, job, problem, result, settings, uuid } = asset;
  const { client, host } = usePanel();
  const offline = useOffline();
  const note = STATE_NOTES.get(state);
  return (
    <article className="maquette-details" aria-label={titleOf(asset)}>
      <header className="maquette-details-header">
        <h2 className="maquette-title" title={titleOf(asset)}>
          {titleOf(asset)}
        </h2>
        <span className="maquette-state" data-state={state}>
          {STATE_WORDS[state]}
        </span>
        <p className="maquette-quiet maquette-path">
          {picture}{" "}
          <CommandButton
            look="link"
            hindrance={offline}
            run={() => (host.reveal === undefined ? client.reveal(uuid) : host.reveal(asset))}
          >
            Reveal
          </CommandButton>
        </p>
      </header>
      <AssetActions asset={asset} />
      {job !== undefined && <JobProgress state={state} job={job} />}
      {note !== undefined && <p className="maquette-quiet">{note}</p>}
      {problem !== undefined && <Message tone="error" message={problem.message} />}
      {job?.retryAfter !== undefined && (
        <Message
          tone="warning"
          title="The last attempt failed; it is tried again"
          message={job.retryAfter.message}
        />
      )}
      <div className="maquette-view">
        <Comparison asset={asset} />
        {result !== undefined && <Readout mesh={asset.mesh} result={result} />}
      </div>
      {result?.warnings.map((warning) => (
        <Message key={warning} tone="warning" message={warning} />
      ))}
      <SettingsForm uuid={uuid} settings={settings} />
    </article>
  );
}
