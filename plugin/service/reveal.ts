import { dirname } from "node:path";
import open from "open";
import { InputError } from "../core/errors.ts";
import { systemErrorCode } from "../files/file-errors.ts";

/** Shows where the file at an absolute path is. */
export type Reveal = (path: string) => Promise<void>;

/** Opens its folder in the machine's file manager. @throws InputError when none can be started. */
export const revealInFileManager: Reveal = async (path) => {
  try {
    await open(dirname(path));
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    throw new InputError(
      "unsupported",
      "file manager: cannot be started here — open the folder yourself",
      { cause: error },
    );
  }
};
