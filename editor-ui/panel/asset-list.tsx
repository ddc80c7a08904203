import { type KeyboardEvent, type ReactElement, useRef } from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import { AssetRow } from "./asset-row.tsx";

export interface AssetListProps {
  readonly assets: readonly Asset[];
  /** Uuid; may be one that is filtered out. */
  readonly chosen: string | undefined;
  onChoose(uuid: string): void;
  onShowAll(): void;
}

/** Rows that the page keys go. */
const PAGE = 8;

/** A listbox with one tab stop: arrows, page keys, Home and End choose. */
export function AssetList({ assets, chosen, onChoose, onShowAll }: AssetListProps): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  if (assets.length === 0) return <NoMatch onShowAll={onShowAll} />;
  const at = assets.findIndex(({ uuid }) => uuid === chosen);

  function onKeyDown(event: KeyboardEvent): void {
    const next = rowAfter(event.key, at, assets.length);
    const asset = next === undefined ? undefined : assets[next];
    if (next === undefined || asset === undefined) return;
    event.preventDefault();
    onChoose(asset.uuid);
    const row = list.current?.children[next];
    if (row instanceof HTMLElement) row.focus();
  }

  return (
    <div
      ref={list}
      className="maquette-list"
      role="listbox"
      aria-label="Pictures"
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      {assets.map((asset, index) => (
        <AssetRow
          key={asset.uuid}
          asset={asset}
          isChosen={index === at}
          isTabStop={index === Math.max(0, at)}
          onChoose={onChoose}
        />
      ))}
    </div>
  );
}

function rowAfter(key: string, at: number, count: number): number | undefined {
  const last = count - 1;
  switch (key) {
    case "ArrowDown":
      return Math.min(last, at + 1);
    case "ArrowUp":
      return Math.max(0, at - 1);
    case "PageDown":
      return Math.min(last, at + PAGE);
    case "PageUp":
      return Math.max(0, at - PAGE);
    case "Home":
      return 0;
    case "End":
      return last;
    default:
      return undefined;
  }
}

function NoMatch({ onShowAll }: { onShowAll(): void }): ReactElement {
  return (
    <div className="maquette-no-match">
      <p>No picture matches.</p>
      <button type="button" className="maquette-link" onClick={onShowAll}>
        Show all
      </button>
    </div>
  );
}
