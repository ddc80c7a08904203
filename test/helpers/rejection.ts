import * as assert from "uvu/assert";

/** What `work` is rejected with; undefined when it succeeds. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  return undefined;
}

/** The same; it must be of this class. */
export async function rejectionOf<Kind extends Error>(
  kind: new (...args: never[]) => Kind,
  work: Promise<unknown>,
): Promise<Kind> {
  const error = await rejection(work);
  assert.instance(error, kind);
  return error as Kind;
}
