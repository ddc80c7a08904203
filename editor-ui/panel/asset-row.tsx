import { type CSSProperties, type DragEvent, memo, type ReactElement } from "react";
import type { Asset } from "../../plugin/protocol/service.ts";
import { ASSET_DRAG_TYPE } from "./host-bridge.ts";
import { Thumbnail } from "./thumbnail.tsx";
import { useCountdown } from "./use-countdown.ts";
import { describeAsset, formatTimeLeft, jobShare, titleOf } from "./words.ts";

export interface AssetRowProps {
  readonly asset: Asset;
  /** Place in the list, from 0. */
  readonly index: number;
  readonly count: number;
  readonly isChosen: boolean;
  readonly isTabStop: boolean;
  onChoose(uuid: string): void;
}

/** One picture of the list; once it has a mesh it can be dragged into a scene. */
export const AssetRow = memo(function AssetRow(props: AssetRowProps): ReactElement {
  const { asset, index, count, isChosen, isTabStop, onChoose } = props;
  const remainingMs = useCountdown(asset.job);

  function onDragStart({ dataTransfer }: DragEvent): void {
    dataTransfer.setData(ASSET_DRAG_TYPE, asset.uuid);
    dataTransfer.effectAllowed = "copy";
  }

  return (
    <div
      className="maquette-row"
      role="option"
      aria-selected={isChosen}
      aria-setsize={count}
      aria-posinset={index + 1}
      style={{ "--maquette-index": index } as CSSProperties}
      tabIndex={isTabStop ? 0 : -1}
      title={asset.picture}
      draggable={asset.result !== undefined}
      onDragStart={onDragStart}
      onClick={() => onChoose(asset.uuid)}
      onKeyDown={({ key }) => {
        if (key === "Enter" || key === " ") onChoose(asset.uuid);
      }}
    >
      <Thumbnail asset={asset} />
      <span className="maquette-row-text">
        <span className="maquette-name">{titleOf(asset)}</span>
        <span className="maquette-state maquette-row-state" data-state={asset.state}>
          <span className="maquette-row-words">{describeAsset(asset)}</span>
          {remainingMs !== undefined && (
            <span className="maquette-row-time">{formatTimeLeft(remainingMs)}</span>
          )}
        </span>
        {asset.state === "working" && asset.job !== undefined && (
          <span className="maquette-row-bar">
            <span style={{ inlineSize: `${jobShare(asset.job) * 100}%` }} />
          </span>
        )}
      </span>
    </div>
  );
});
