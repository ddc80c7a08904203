import { setTimeout as wait } from "node:timers/promises";

const LOOK_MS = 10;
/** Far longer than anything here takes, so that a test ends rather than hangs. */
const GIVE_UP_MS = 60_000;

/** Waits for what tells nobody when it comes true. */
export async function eventually(isTrue: () => boolean, what: string): Promise<void> {
  const start = performance.now();
  while (!isTrue()) {
    if (performance.now() - start > GIVE_UP_MS) throw new Error(`never came true: ${what}`);
    await wait(LOOK_MS);
  }
}
