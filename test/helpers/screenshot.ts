/** Pictures of what a browser test saw. The manual's are among them: `npm run docs:screenshots`. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Locator, Page } from "playwright-core";
import sharp from "sharp";

/** Set while the manual's pictures are made anew; otherwise they go to `test/out/`. */
const RENEW_VARIABLE = "MAQUETTE_RENEW_SCREENSHOTS";

/** @param path Of the WebP file, from the repository's folder. */
export async function saveScreenshot(shown: Page | Locator, path: string): Promise<void> {
  const root = new URL("../../", import.meta.url);
  const folder = process.env[RENEW_VARIABLE] ? root : new URL("test/out/", root);
  const file = fileURLToPath(new URL(path, folder));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    await sharp(await shown.screenshot())
      .webp({ quality: 82 })
      .toBuffer(),
  );
}
