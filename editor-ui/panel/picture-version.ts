import type { Asset } from "../../plugin/protocol/service.ts";

/**
 * Differs from the former one when the picture may have changed: that begins a job, which ends in
 * another result or another state.
 */
export function pictureVersion({ job, result, state }: Asset): string {
  return job?.id ?? `${state} ${result?.pictureSha256 ?? ""}`;
}
