import type { Test } from "uvu";

/**
 * Registers `body` as a test of `suite`, or, when `unavailable` says why the machine cannot run it,
 * as a skipped test that prints the reason. `test/run.ts` bounds the number of skips.
 */
export function testUnless(
  unavailable: string | undefined,
  suite: Test,
  name: string,
  body: () => void | Promise<void>,
): void {
  if (unavailable === undefined) {
    suite(name, body);
    return;
  }
  console.log(`skipped: ${name} (${unavailable})`);
  suite.skip(name, body);
}
