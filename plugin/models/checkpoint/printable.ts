const LONGEST = 100;

/** Text from a file as one line of plain ASCII for a message, cut when it is long. */
export function printable(text: string): string {
  const cut = text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text;
  return cut.replace(/[^\x20-\x7e]/g, "?");
}
