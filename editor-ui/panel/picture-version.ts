import type { Asset } from "../../plugin/protocol/service.ts";

/**
 * Differs from the former one when the picture may have changed: that begins a job, which ends in
 * another result or another state. Undefined when there is no picture any more.
 */
export function pictureVersion({ job, result, state }: Asset): string | undefined {
  if (state === "orphaned") return undefined;
  return job?.id ?? `${state} ${result?.pictureSha256 ?? ""}`;
}
