import { useEffect, useReducer } from "react";
import type { Job } from "../../plugin/protocol/service.ts";

/** When each job should be done, by the page's clock, so that it says the same wherever it is shown. */
const ends = new WeakMap<Job, number>();

/**
 * Time left of a job, in ms: falls second by second until the service has another estimate.
 * Undefined while nothing is known, and once the estimate has passed and the job goes on: how much
 * longer, nobody knows.
 */
export function useCountdown(job: Job | undefined): number | undefined {
  const end = job && endOf(job);
  const [, tick] = useReducer((ticks: number) => ticks + 1, 0);
  useEffect(() => {
    if (end === undefined) return;
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [end]);
  const leftMs = end === undefined ? 0 : end - performance.now();
  return leftMs > 0 ? leftMs : undefined;
}

function endOf(job: Job): number | undefined {
  if (job.remainingMs === undefined) return undefined;
  const end = ends.get(job) ?? performance.now() + job.remainingMs;
  ends.set(job, end);
  return end;
}
