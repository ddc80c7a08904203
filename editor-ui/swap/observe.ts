import type { Observable } from "@babylonjs/core/Misc/observable.js";

/**
 * Adds a listener; returns what takes it off, which may be called while the observable notifies:
 * `Observer.remove` would then make it leave out the listener that comes next, and ever after
 * `hasObservers` would be true.
 */
export function observe<T>(observable: Observable<T>, listener: (value: T) => void): () => void {
  const observer = observable.add(listener);
  return () => void observable.remove(observer);
}
