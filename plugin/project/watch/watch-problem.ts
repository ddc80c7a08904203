import { InputError } from "../../core/errors.ts";
import { readError, systemErrorCode } from "../../files/file-errors.ts";

/** Why changes are not heard of, in the user's words; anything unforeseen passes unchanged. */
export function watchProblem(error: unknown): unknown {
  const code = systemErrorCode(error);
  if (code !== "ENOSPC" && code !== "EMFILE") return readError(error, "watched folder");
  return new InputError(
    "busy",
    `watched folder: the system watches no more files (${code}) — raise its limit, on Linux fs.inotify.max_user_watches, or watch a smaller folder`,
    { cause: error },
  );
}
