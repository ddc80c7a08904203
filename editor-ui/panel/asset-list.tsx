import {
  type CSSProperties,
  type KeyboardEvent,
  type ReactElement,
  useLayoutEffect,
  useRef,
} from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import { AssetRow } from "./asset-row.tsx";
import { useRowWindow } from "./use-row-window.ts";

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
export function AssetList(props: AssetListProps): ReactElement {
  const { assets, chosen, onChoose, onShowAll } = props;
  const list = useRef<HTMLDivElement>(null);
  const { first, end, onScroll } = useRowWindow(list, assets.length);
  const isFocusWanted = useRef(false);
  const at = assets.findIndex(({ uuid }) => uuid === chosen);
  const tabStop = Math.max(0, at);

  useLayoutEffect(() => {
    const row = list.current?.querySelector(`[aria-posinset="${tabStop + 1}"]`);
    if (isFocusWanted.current && row instanceof HTMLElement) row.focus();
    isFocusWanted.current = false;
  }, [tabStop]);

  // A host's selection and a new upload choose rows that may be out of view.
  useLayoutEffect(() => {
    const row = list.current?.querySelector('[aria-selected="true"]');
    if (chosen !== undefined && row instanceof HTMLElement) scrollTo(row, list.current);
  }, [chosen]);

  if (assets.length === 0) return <NoMatch onShowAll={onShowAll} />;

  function onKeyDown(event: KeyboardEvent): void {
    const next = rowAfter(event.key, at, assets.length);
    const asset = next === undefined ? undefined : assets[next];
    if (asset === undefined) return;
    event.preventDefault();
    isFocusWanted.current = next !== tabStop;
    onChoose(asset.uuid);
  }

  return (
    <div
      ref={list}
      className="maquette-list"
      role="listbox"
      aria-label="Pictures"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      onScroll={onScroll}
    >
      <div
        className="maquette-rows"
        role="presentation"
        style={{ "--maquette-count": assets.length } as CSSProperties}
      >
        {rowsToDraw(first, Math.min(end, assets.length), tabStop).map((index) => {
          const asset = assets[index];
          return (
            asset && (
              <AssetRow
                key={asset.uuid}
                asset={asset}
                index={index}
                count={assets.length}
                isChosen={index === at}
                isTabStop={index === tabStop}
                onChoose={onChoose}
              />
            )
          );
        })}
      </div>
    </div>
  );
}

/** Unlike `scrollIntoView`, leaves what is around the list where it is. */
function scrollTo(row: HTMLElement, list: HTMLElement | null): void {
  if (list === null) return;
  const end = row.offsetTop + row.offsetHeight - list.clientHeight;
  list.scrollTop = Math.min(row.offsetTop, Math.max(end, list.scrollTop));
}

/** Those in view, and the tab stop wherever it is: it may have the keyboard. */
function rowsToDraw(first: number, end: number, tabStop: number): number[] {
  const inView = Array.from({ length: Math.max(0, end - first) }, (_, index) => first + index);
  if (tabStop < first) return [tabStop, ...inView];
  return tabStop < end ? inView : [...inView, tabStop];
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
