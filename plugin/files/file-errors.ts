/** Errors of the file system in the user's words. */
import { InputError } from "../core/errors.ts";

/** Held by another program, or too many files open at the moment: it passes. */
const BUSY: ReadonlySet<string | undefined> = new Set([
  "EBUSY",
  "ETXTBSY",
  "EAGAIN",
  "EMFILE",
  "ENFILE",
]);

/** The system's error code, e.g. ENOENT; undefined for anything that did not come from it. */
export function systemErrorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" && "syscall" in error ? error.code : undefined;
}

/** Why `subject` cannot be read; errors that did not come from the file system pass unchanged. */
export function readError(error: unknown, subject: string): unknown {
  const code = systemErrorCode(error);
  if (BUSY.has(code)) return busyError(error, subject, code);
  switch (code) {
    case undefined:
      return error;
    case "ENOENT":
    case "ENOTDIR":
      return new InputError("not-found", `${subject}: does not exist — check the spelling`, {
        cause: error,
      });
    case "EACCES":
    case "EPERM":
      return new InputError(
        "no-permission",
        `${subject}: cannot be read, permission denied — give yourself read access`,
        { cause: error },
      );
    case "EISDIR":
      return new InputError("unreadable", `${subject}: is a folder — name a file`, {
        cause: error,
      });
    case "ELOOP":
      return new InputError(
        "unreadable",
        `${subject}: a symbolic link that leads back to itself — remove the link`,
        { cause: error },
      );
    default:
      return new InputError(
        "unreadable",
        `${subject}: cannot be read (${code}) — check the disk and the file`,
        { cause: error },
      );
  }
}

/**
 * Why `subject` cannot be written; errors that did not come from the file system pass unchanged.
 *
 * @param flag What chooses another folder; undefined where nothing does, or it is not known here.
 */
export function writeError(error: unknown, subject: string, flag?: string): unknown {
  const code = systemErrorCode(error);
  const elsewhere = `choose another folder${flag === undefined ? "" : ` with ${flag}`}`;
  if (BUSY.has(code)) return busyError(error, subject, code);
  switch (code) {
    case undefined:
      return error;
    case "ENOSPC":
    case "EDQUOT":
      return new InputError(
        "disk-full",
        `${subject}: cannot be written, the disk is full — free some space and try again`,
        { cause: error },
      );
    case "EROFS":
      return new InputError(
        "no-permission",
        `${subject}: cannot be written, the disk is read-only — ${elsewhere}`,
        { cause: error },
      );
    case "EACCES":
    case "EPERM":
      return new InputError(
        "no-permission",
        `${subject}: cannot be written, permission denied — give yourself write access or ${elsewhere}`,
        { cause: error },
      );
    case "ENOTDIR":
    case "EEXIST":
      return new InputError(
        "unwritable",
        `${subject}: cannot be written, a file stands where a folder is needed — ${elsewhere}`,
        { cause: error },
      );
    default:
      return new InputError(
        "unwritable",
        `${subject}: cannot be written (${code}) — check the disk and the folder`,
        { cause: error },
      );
  }
}

function busyError(cause: unknown, subject: string, code: string | undefined): InputError {
  return new InputError(
    "busy",
    `${subject}: is in use by another program (${code}) — close it there and try again`,
    { cause },
  );
}
