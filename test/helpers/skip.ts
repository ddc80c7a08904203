import type { Test } from "uvu";

/** Names of the tests this machine cannot run; `test/run.ts` bounds their number. */
export const skippedTests: string[] = [];

/**
 * Registers `body` as a test of `suite`, or, when `unavailable` says why the machine cannot run it,
 * as a skipped test that prints the reason.
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
  skippedTests.push(name);
  suite.skip(name, body);
}
