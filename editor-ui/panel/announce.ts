/**
 * What a screen reader says of the service: why something failed, at once, and what became ready,
 * once nothing is under way any more, as a thousand pictures may be. No progress.
 */
import type { Asset, AssetState } from "../../plugin/protocol/service.ts";
import type { ClientState } from "../client/service-client.ts";
import { formatQuantity, splitMessage, titleOf } from "./words.ts";

/** More names than these are told as a number. */
const MAX_NAMED = 2;

/** Given each state in turn, says what is new in it; "" when that is nothing worth saying. */
export function createAnnouncer(): (state: ClientState) => string {
  let connection: ClientState["connection"] | undefined;
  let told = new Map<string, AssetState>();

  return (state) => {
    const ready: Asset[] = [];
    const failed: Asset[] = [];
    const assets = [...state.assets.values()];
    const isBusy = assets.some((asset) => asset.state === "waiting" || asset.state === "working");
    const telling = new Map<string, AssetState>();
    for (const asset of assets) {
      const former = told.get(asset.uuid);
      const isNews = former !== undefined && former !== asset.state;
      const isLater = isNews && asset.state === "ready" && isBusy;
      telling.set(asset.uuid, isLater ? former : asset.state);
      if (isNews && asset.state === "failed") failed.push(asset);
      if (isNews && asset.state === "ready" && !isBusy) ready.push(asset);
    }
    const sentences = [
      describeConnection(connection, state.connection),
      sentence(ready, "mesh is up to date"),
      sentence(failed, `failed${reasonOf(failed)}`),
    ];
    told = telling;
    connection = state.connection;
    return sentences.filter((words) => words !== "").join(" ");
  };
}

function describeConnection(
  before: ClientState["connection"] | undefined,
  after: ClientState["connection"],
): string {
  if (before === after) return "";
  if (after === "lost") return "Connection to the service lost.";
  return after === "open" && before === "lost" ? "Connected again." : "";
}

/** Of one failure; of several, the list shows the reasons. */
function reasonOf([asset, ...others]: readonly Asset[]): string {
  if (asset?.problem === undefined || others.length > 0) return "";
  return `: ${splitMessage(asset.problem).what}`;
}

function sentence(assets: readonly Asset[], what: string): string {
  if (assets.length === 0) return "";
  const isMany = assets.length > MAX_NAMED;
  const who = isMany ? formatQuantity(assets.length, "asset") : assets.map(titleOf).join(", ");
  return `${who}: ${what}.`;
}
