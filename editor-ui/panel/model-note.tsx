import type { ReactElement } from "react";
import type { ModelLicence, ServiceModel } from "../../plugin/protocol/service.ts";
import { webAddress } from "./words.ts";

export interface ModelNoteProps {
  readonly project: string | undefined;
  readonly model: ServiceModel | undefined;
}

/** The model that makes new meshes: what it runs on, what its meshes are good for and may be used for. */
export function ModelNote({ project, model }: ModelNoteProps): ReactElement {
  if (model === undefined) {
    return <p className="maquette-project maquette-strong">{project ?? "Maquette"}</p>;
  }
  const { name, precision, device, deviceInUse, preview, licence } = model;
  return (
    <details className="maquette-model">
      <summary>
        <span className="maquette-strong maquette-model-name">{name}</span>
        <span className="maquette-model-tags">
          {preview && <span className="maquette-tag maquette-warning">Preview</span>}
          {!licence.commercialUse && (
            <span className="maquette-tag maquette-warning">Non-commercial</span>
          )}
          <span className="maquette-quiet">{deviceInUse ?? device}</span>
        </span>
      </summary>
      <dl className="maquette-facts">
        <dt>Project</dt>
        <dd>{project}</dd>
        <dt>Precision</dt>
        <dd>{precision}</dd>
        <dt>Device</dt>
        <dd>
          {deviceInUse === undefined
            ? `${device}, not in use yet`
            : `${deviceInUse}${deviceInUse === device ? "" : ` (asked for: ${device})`}`}
        </dd>
        <dt>Licence</dt>
        <dd>
          <LicenceNote licence={licence} />
        </dd>
        {preview && (
          <>
            <dt>Quality</dt>
            <dd>Its meshes are drafts; choose another model for final ones.</dd>
          </>
        )}
      </dl>
    </details>
  );
}

export function LicenceNote({ licence }: { readonly licence: ModelLicence }): ReactElement {
  const address = webAddress(licence.source);
  return (
    <>
      {licence.spdx === "NOASSERTION" ? "Not stated" : licence.spdx},{" "}
      {licence.commercialUse ? (
        "commercial use allowed"
      ) : (
        <span className="maquette-tag maquette-warning">no commercial use</span>
      )}
      {address !== undefined && (
        <>
          {" "}
          <span className="maquette-unbroken">
            (
            <a className="maquette-link" href={address} target="_blank" rel="noreferrer">
              source
            </a>
            )
          </span>
        </>
      )}
    </>
  );
}
