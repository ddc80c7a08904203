import type { ReactElement } from "react";
import { FILTERS, type Filter } from "./filter-assets.ts";
import { formatCount } from "./words.ts";

export interface FilterBarProps {
  readonly counts: Readonly<Record<Filter, number>>;
  readonly filter: Filter;
  readonly query: string;
  onFilter(filter: Filter): void;
  onQuery(query: string): void;
}

const NAMES: readonly Filter[] = ["all", "busy", "ready", "failed", "idle"];

export function FilterBar(props: FilterBarProps): ReactElement {
  const { counts, filter, query, onFilter, onQuery } = props;
  return (
    <search className="maquette-filter">
      <input
        type="search"
        className="maquette-field"
        placeholder="Search pictures"
        aria-label="Search pictures"
        value={query}
        onChange={({ target }) => onQuery(target.value)}
      />
      <select
        className="maquette-field"
        aria-label="Show"
        value={filter}
        onChange={({ target }) => onFilter(NAMES.find((name) => name === target.value) ?? "all")}
      >
        {NAMES.map((name) => (
          <option key={name} value={name}>
            {`${FILTERS[name].words} (${formatCount(counts[name])})`}
          </option>
        ))}
      </select>
    </search>
  );
}
