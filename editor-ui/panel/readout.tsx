import type { ReactElement } from "react";
import type { AssetResult } from "../../plugin/protocol/service.ts";
import { LicenceNote } from "./model-note.tsx";
import { formatBytes, formatCount, formatExtent, MATTE_WORDS } from "./words.ts";

export interface ReadoutProps {
  /** Path from the project's folder. */
  readonly mesh: string;
  readonly result: AssetResult;
}

/** The mesh in figures, and what it was made with. */
export function Readout({ mesh, result }: ReadoutProps): ReactElement {
  const { triangles, bounds, bytes, matte, model } = result;
  return (
    <dl className="maquette-facts" aria-label="Mesh">
      <dt>Triangles</dt>
      <dd>
        {formatCount(triangles.achieved)}
        {triangles.achieved !== triangles.requested &&
          ` of ${formatCount(triangles.requested)} asked for`}
      </dd>
      <dt>Size</dt>
      <dd>{formatExtent(bounds)}</dd>
      <dt>File</dt>
      <dd>
        {mesh}, <span className="maquette-unbroken">{formatBytes(bytes)}</span>
      </dd>
      <dt>Cut-out</dt>
      <dd>{MATTE_WORDS[matte]}</dd>
      <dt>Model</dt>
      <dd>
        {model.id}, {model.precision}
      </dd>
      <dt>Licence</dt>
      <dd>
        <LicenceNote licence={model.licence} />
      </dd>
    </dl>
  );
}
