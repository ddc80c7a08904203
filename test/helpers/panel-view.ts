import type { Page } from "playwright-core";

/**
 * Resolves when the panel shows concept art and mesh over one another, the mesh in another picture
 * than `former`; returns that one's address.
 */
export async function waitForComparison(page: Page, former = ""): Promise<string> {
  await page.locator(".maquette-wipe").waitFor();
  const view = page.locator(`.maquette-after:not([src="${former}"])`);
  await view.waitFor();
  return (await view.getAttribute("src")) ?? "";
}
