/** Which assets the list shows. */
import type { Asset, AssetState } from "../../plugin/protocol/service.ts";

export type Filter = "all" | "busy" | "ready" | "failed" | "idle";

export const FILTERS: Readonly<
  Record<Filter, { readonly words: string; readonly states: readonly AssetState[] | undefined }>
> = {
  all: { words: "All", states: undefined },
  busy: { words: "In work", states: ["waiting", "working"] },
  ready: { words: "Up to date", states: ["ready"] },
  failed: { words: "Failed", states: ["failed"] },
  idle: { words: "Inactive", states: ["cancelled", "orphaned"] },
};

/** Those in a state of `filter` whose path or name has every word of `query`. */
export function filterAssets(
  assets: Iterable<Asset>,
  filter: Filter,
  query: string,
): readonly Asset[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const { states } = FILTERS[filter];
  return [...assets].filter((asset) => {
    if (states !== undefined && !states.includes(asset.state)) return false;
    const text = `${asset.picture}\n${asset.name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export function countByFilter(assets: Iterable<Asset>): Readonly<Record<Filter, number>> {
  const counts = { all: 0, busy: 0, ready: 0, failed: 0, idle: 0 };
  for (const { state } of assets) {
    counts.all++;
    counts[FILTER_OF_STATE[state]]++;
  }
  return counts;
}

const FILTER_OF_STATE: Readonly<Record<AssetState, Exclude<Filter, "all">>> = {
  waiting: "busy",
  working: "busy",
  ready: "ready",
  failed: "failed",
  cancelled: "idle",
  orphaned: "idle",
};
