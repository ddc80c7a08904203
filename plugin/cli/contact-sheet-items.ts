/** Which pictures a contact sheet shows, and where it goes. */
import { dirname, join, resolve, sep } from "node:path";
import type { ImportReport } from "../project/import.ts";
import type { ContactSheetItem } from "./context.ts";
import { meshFacts } from "./format.ts";

/** The pictures that have a mesh now. */
export function sheetItems(report: ImportReport): ContactSheetItem[] {
  return report.items.flatMap(({ picture, outcome }) => {
    if (outcome.status !== "imported" && outcome.status !== "unchanged") return [];
    const { result } = outcome;
    return {
      name: picture.name,
      picturePath: picture.path,
      glbPath: picture.glbPath,
      facts: [...meshFacts(result), ...result.warnings],
    };
  });
}

/** @param file As given on the command line; true puts the page where the meshes are. */
export function contactSheetPath(
  file: string | true,
  items: readonly ContactSheetItem[],
  out: string | undefined,
  cwd: string,
): string {
  if (file !== true) return resolve(cwd, file);
  const folder = out ?? commonFolder(items.map(({ glbPath }) => dirname(glbPath)));
  return join(folder, "contact-sheet.html");
}

function commonFolder(folders: readonly string[]): string {
  const [first = [], ...others] = folders.map((folder) => folder.split(sep));
  const end = first.findIndex((name, i) => others.some((other) => other[i] !== name));
  return (end === -1 ? first : first.slice(0, end)).join(sep) || sep;
}
