const CHARACTERS = 4096;

/** The last few thousand characters of a stream of text, when it has ended. */
export async function tailOf(chunks: AsyncIterable<unknown> | Iterable<unknown>): Promise<string> {
  let tail = "";
  for await (const chunk of chunks) tail = `${tail}${chunk}`.slice(-CHARACTERS);
  return tail;
}
