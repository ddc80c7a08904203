/** What the page says over the scene; replaced, never changed, so that React can compare it. */
import { createListeners } from "../../client/listeners.ts";

export interface Status {
  /** Why there is no scene, and what to do. */
  readonly sceneProblem?: string | undefined;
  /** The latest thing that went wrong, until it is dismissed. */
  readonly problem?: string | undefined;
  /** Metres between the grid's stronger lines. */
  readonly gridSpacing?: number;
}

export interface StatusStore {
  readonly current: () => Status;
  readonly subscribe: (listener: () => void) => () => void;
  update(changes: Partial<Status>): void;
}

export function createStatus(): StatusStore {
  let status: Status = {};
  const listeners = createListeners();
  return {
    current: () => status,
    subscribe: listeners.add,
    update(changes) {
      status = { ...status, ...changes };
      listeners.tell();
    },
  };
}
