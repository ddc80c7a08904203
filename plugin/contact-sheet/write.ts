/**
 * A contact sheet: one HTML file, with all pictures inside, that shows each concept picture beside
 * four views of its mesh.
 */

import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { InputError, throwIfCancelled } from "../core/errors.ts";
import { readError, writeError } from "../files/file-errors.ts";
import { replaceFile } from "../files/write.ts";
import { type Card, type EmbeddedPicture, sheetCard, sheetEnd, sheetStart } from "./html.ts";
import { openPhotographer, type Photographer, STANDARD_VIEWS } from "./photographer.ts";

const PICTURE_SIDE = 640;
const VIEW_SIDE = 400;

const ALPHABETICAL = new Intl.Collator("en", { numeric: true });

export interface ContactSheetItem {
  readonly name: string;
  readonly picturePath: string;
  /** Absent when there is no mesh. */
  readonly glbPath?: string | undefined;
  /** Short texts for people: triangles, size, model. */
  readonly facts: readonly string[];
  readonly warnings?: readonly string[] | undefined;
  /** Why the picture gave no mesh, or no new one. */
  readonly error?: string | undefined;
}

export interface ContactSheetRequest {
  readonly title: string;
  /** Shown in alphabetical order. */
  readonly items: readonly ContactSheetItem[];
  /** Replaced only when the whole sheet is written. */
  readonly outFile: string;
  /** Told how many items are done. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes the sheet. Pictures and meshes that cannot be shown are replaced by the reason. Only one
 * item is in memory at a time.
 *
 * @throws InputError when no browser starts or `outFile` cannot be written, CancelledError.
 */
export async function writeContactSheet(request: ContactSheetRequest): Promise<void> {
  const { items, outFile, onProgress, signal } = request;
  const sorted = [...items].sort((a, b) => ALPHABETICAL.compare(a.name, b.name));
  const photographer = await openPhotographer(signal);
  try {
    await replaceFile(outFile, async (file) => {
      await file.appendFile(sheetStart(request.title, summary(items)));
      for (const [done, item] of sorted.entries()) {
        onProgress?.(done, sorted.length);
        throwIfCancelled(signal);
        await file.appendFile(sheetCard(await photograph(item, photographer)));
      }
      await file.appendFile(sheetEnd());
    });
    onProgress?.(sorted.length, sorted.length);
  } catch (error) {
    throw writeError(error, outFile, "--contact-sheet");
  } finally {
    await photographer.close();
  }
}

function summary(items: readonly ContactSheetItem[]): string {
  const meshes = items.filter(({ glbPath }) => glbPath !== undefined).length;
  const failed = items.filter(({ error }) => error !== undefined).length;
  const parts = [`${items.length} ${items.length === 1 ? "picture" : "pictures"}`];
  parts.push(`${meshes} ${meshes === 1 ? "mesh" : "meshes"}`);
  if (failed > 0) parts.push(`${failed} failed`);
  return parts.join(" · ");
}

async function photograph(item: ContactSheetItem, photographer: Photographer): Promise<Card> {
  const picture = await orReason(() => embedPicture(item, photographer));
  const views =
    item.glbPath === undefined ? [] : await orReason(() => embedViews(item, photographer));
  const problems = typeof views === "string" ? [views] : [];
  return {
    name: item.name,
    picture,
    views: typeof views === "string" ? [] : views,
    facts: item.facts,
    warnings: [...(item.warnings ?? []), ...problems],
    error: item.error,
  };
}

async function embedPicture(
  { name, picturePath }: ContactSheetItem,
  photographer: Photographer,
): Promise<EmbeddedPicture> {
  const picture = await read(picturePath);
  const type = extname(picturePath).toLowerCase() === ".svg" ? "image/svg+xml" : "";
  const bytes = await photographer.shrinkPicture({ picture, type, longestSide: PICTURE_SIDE });
  return { type: "image/webp", bytes, alt: `Concept picture of ${name}`, caption: "Concept" };
}

async function embedViews(
  { name, glbPath = "" }: ContactSheetItem,
  photographer: Photographer,
): Promise<EmbeddedPicture[]> {
  const type = "image/webp";
  const pictures = await photographer.renderViews(await read(glbPath), {
    size: VIEW_SIDE,
    format: type,
  });
  return STANDARD_VIEWS.map(({ caption }, i) => ({
    type,
    bytes: pictures[i] ?? new Uint8Array(),
    alt: `Mesh of ${name}: ${caption.toLowerCase()}`,
    caption,
  }));
}

async function read(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw readError(error, path);
  }
}

/** The result, or the message of an error that the user can act on. */
async function orReason<T>(work: () => Promise<T>): Promise<T | string> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}
