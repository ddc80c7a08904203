/** What a screen reader says when the service's state changes: ends and failures, no progress. */
import type { ClientState } from "../client/service-client.ts";
import { formatQuantity, splitMessage, titleOf } from "./words.ts";

/** More names than these are told as a number. */
const MAX_NAMED = 2;

/** "" when there is nothing worth saying. */
export function announce(before: ClientState, after: ClientState): string {
  return [announceConnection(before, after), ...announceAssets(before, after)]
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function announceConnection(before: ClientState, after: ClientState): string {
  if (before.connection === after.connection) return "";
  if (after.connection === "lost") return "Connection to the service lost.";
  if (after.connection === "open" && before.connection === "lost") return "Connected again.";
  return "";
}

function announceAssets(before: ClientState, after: ClientState): string[] {
  const ready: string[] = [];
  const failed: string[] = [];
  const reasons: string[] = [];
  for (const [uuid, asset] of after.assets) {
    const former = before.assets.get(uuid);
    if (former === undefined || former.state === asset.state) continue;
    if (asset.state === "ready") ready.push(titleOf(asset));
    if (asset.state !== "failed") continue;
    failed.push(titleOf(asset));
    if (asset.problem !== undefined) reasons.push(splitMessage(asset.problem).what);
  }
  const reason = failed.length === 1 && reasons[0] !== undefined ? `: ${reasons[0]}` : "";
  return [sentence(ready, "mesh is up to date", ""), sentence(failed, "failed", reason)];
}

function sentence(names: readonly string[], what: string, reason: string): string {
  if (names.length === 0) return "";
  const who = names.length > MAX_NAMED ? formatQuantity(names.length, "asset") : names.join(", ");
  return `${who}: ${what}${reason}.`;
}
