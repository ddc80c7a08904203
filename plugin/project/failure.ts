import { basename, parse } from "node:path";
import { isExpectedError } from "../core/errors.ts";
import type { Picture } from "./scan.ts";
import type { Failure } from "./sidecar.ts";

/**
 * An error as plain data. The message leaves out the picture when it is the subject, as the reader
 * knows it already, and names other files of the picture's folder without the folder.
 */
export function failureOf(error: unknown, picture: Picture): Failure {
  return { code: failureCode(error), message: messageAbout(picture, errorMessage(error)) };
}

function failureCode(error: unknown): string {
  if (!isExpectedError(error)) return "bug";
  return error.name === "CancelledError" ? "cancelled" : error.code;
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `message` without absolute paths and without the picture as its subject. */
export function messageAbout(picture: Picture, message: string): string {
  const files = [picture.path, picture.glbPath];
  const named = files.reduce((text, file) => text.replaceAll(file, basename(file)), message);
  const folders = files.map((file) => file.slice(0, -basename(file).length));
  // A root alone, say a slash, stands in more than paths.
  const relative = folders
    .filter((folder) => folder !== parse(folder).root)
    .reduce((text, folder) => text.replaceAll(folder, ""), named);
  const subject = `${basename(picture.path)}: `;
  return relative.startsWith(subject) ? relative.slice(subject.length) : relative;
}
