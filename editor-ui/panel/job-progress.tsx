import type { ReactElement } from "react";
import type { AssetState, Job } from "../../plugin/protocol/service.ts";
import { usePanel } from "./panel-services.ts";
import { useCountdown } from "./use-countdown.ts";
import { describeWork, formatTimeLeft, jobShare, STAGE_WORDS, stageFractions } from "./words.ts";

const STAGES = Object.keys(STAGE_WORDS);

/** A part of the bar for each stage, filled as far as it is. */
export function JobProgress({
  state,
  job,
}: {
  readonly state: AssetState;
  readonly job: Job;
}): ReactElement {
  const { model } = usePanel();
  const remainingMs = useCountdown(job);
  const work = describeWork(state, job);
  const words = remainingMs === undefined ? work : `${work}, about ${formatTimeLeft(remainingMs)}`;
  const isFirst = state === "working" && model !== undefined && model.deviceInUse === undefined;
  const fractions = stageFractions(job);
  return (
    <div className="maquette-progress">
      <p>{words}</p>
      <div
        className="maquette-stages"
        role="progressbar"
        aria-label="Progress"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(jobShare(job) * 100)}
        aria-valuetext={words}
      >
        {STAGES.map((stage, index) => (
          <span key={stage} className="maquette-stage">
            <span style={{ inlineSize: `${(fractions[index] ?? 0) * 100}%` }} />
          </span>
        ))}
      </div>
      {isFirst && (
        <p className="maquette-quiet">
          The model is being loaded for the first mesh; the next ones are faster.
        </p>
      )}
    </div>
  );
}
