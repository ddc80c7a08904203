import type { ReactElement } from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import { AssetActions } from "./asset-actions.tsx";
import { Comparison } from "./comparison.tsx";
import { JobProgress } from "./job-progress.tsx";
import { Message } from "./message.tsx";
import { Readout } from "./readout.tsx";
import { SettingsForm } from "./settings-form.tsx";
import { STATE_WORDS, titleOf } from "./words.ts";

/** Everything about one asset. */
export function AssetDetails({ asset }: { readonly asset: Asset }): ReactElement {
  const { picture, state, job, problem, result, settings, uuid } = asset;
  return (
    <article className="maquette-details" aria-label={titleOf(asset)}>
      <header className="maquette-details-header">
        <h2 className="maquette-title">{titleOf(asset)}</h2>
        <span className="maquette-state" data-state={state}>
          {STATE_WORDS[state]}
        </span>
        <p className="maquette-quiet maquette-path">{picture}</p>
      </header>
      <AssetActions asset={asset} />
      {job !== undefined && <JobProgress job={job} />}
      {problem !== undefined && <Message tone="error" message={problem.message} />}
      {job?.retryAfter !== undefined && (
        <Message
          tone="warning"
          title="The last attempt failed; it is tried again"
          message={job.retryAfter.message}
        />
      )}
      <Comparison asset={asset} />
      {result?.warnings.map((warning) => (
        <Message key={warning} tone="warning" message={warning} />
      ))}
      {result !== undefined && <Readout mesh={asset.mesh} result={result} />}
      <SettingsForm uuid={uuid} settings={settings} />
    </article>
  );
}
