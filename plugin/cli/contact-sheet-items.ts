/** Which pictures a contact sheet shows, and where it goes. */
import { dirname, join, resolve, sep } from "node:path";
import type { ContactSheetItem } from "../contact-sheet/write.ts";
import type { ImportedItem, ImportReport } from "../project/import.ts";
import { meshFacts } from "./format.ts";

/** The pictures that have a mesh now, and those that failed. */
export function sheetItems(report: ImportReport): ContactSheetItem[] {
  return report.items.flatMap((item) => sheetItem(item) ?? []);
}

function sheetItem({ picture, outcome }: ImportedItem): ContactSheetItem | undefined {
  const { name, path: picturePath, glbPath } = picture;
  switch (outcome.status) {
    case "imported":
    case "unchanged": {
      const { result } = outcome;
      return { name, picturePath, glbPath, facts: meshFacts(result), warnings: result.warnings };
    }
    case "failed":
      return { name, picturePath, facts: [], error: outcome.failure.message };
    case "cancelled":
      return undefined;
  }
}

/** @param file As given on the command line; true puts the page where the meshes are. */
export function contactSheetPath(
  file: string | true,
  report: ImportReport,
  out: string | undefined,
  cwd: string,
): string {
  if (file !== true) return resolve(cwd, file);
  const folder = out ?? commonFolder(report.items.map(({ picture }) => dirname(picture.glbPath)));
  return join(folder, "contact-sheet.html");
}

function commonFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder) => folder.split(sep));
  const end = first.findIndex((name, i) => others.some((other) => other[i] !== name));
  return (end === -1 ? first : first.slice(0, end)).join(sep) || sep;
}
