import type { ReactElement } from "react";
import type { Job } from "../../plugin/protocol/service.ts";
import { useCountdown } from "./use-countdown.ts";
import { describeJob, jobShare, STAGE_WORDS, stageFractions } from "./words.ts";

const STAGES = Object.keys(STAGE_WORDS);

/** A part of the bar for each stage, filled as far as it is. */
export function JobProgress({ job }: { readonly job: Job }): ReactElement {
  const words = describeJob(job, useCountdown(job.remainingMs));
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
    </div>
  );
}
