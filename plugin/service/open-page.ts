import open from "open";

/** Shows a page in the user's browser. @throws when nothing here opens pages. */
export async function openPage(url: string): Promise<void> {
  await open(url);
}
