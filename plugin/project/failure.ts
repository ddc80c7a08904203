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
  const folders = [picture.path, picture.glbPath].map((path) => path.replace(/[^/\\]+$/, ""));
  const relative = folders.reduce((text, folder) => text.replaceAll(folder, ""), message);
  const subject = `${picture.path.slice(folders[0]?.length)}: `;
  return relative.startsWith(subject) ? relative.slice(subject.length) : relative;
}
