export interface Listeners {
  /** Returns what takes the listener off again. */
  add(listener: () => void): () => void;
  /** Those that are added or taken off meanwhile make no difference. */
  tell(): void;
  clear(): void;
}

export function createListeners(): Listeners {
  const listeners = new Map<symbol, () => void>();
  return {
    add: (listener) => {
      const key = Symbol();
      listeners.set(key, listener);
      return () => void listeners.delete(key);
    },
    tell: () => {
      for (const listener of [...listeners.values()]) listener();
    },
    clear: () => listeners.clear(),
  };
}
