import type { ProgressListener, Stage } from "../../core/progress.ts";

/** Steps of a stage that people can tell apart on a bar. */
const STEP = 0.01;

/** `listener`, told only of stages that begin and of steps that can be seen: kernels tell of thousands. */
export function visibleProgress(listener: ProgressListener): ProgressListener {
  let shown: { readonly stage: Stage; readonly fraction: number } | undefined;
  return (stage, fraction) => {
    if (stage === shown?.stage && Math.abs(fraction - shown.fraction) < STEP) return;
    shown = { stage, fraction };
    listener(stage, fraction);
  };
}
