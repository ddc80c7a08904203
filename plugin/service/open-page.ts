import open from "open";
import { InputError } from "../core/errors.ts";
import { systemErrorCode } from "../files/file-errors.ts";

/**
 * Shows a page in the user's browser.
 *
 * @throws InputError "not-found" when nothing here opens pages.
 */
export async function openPage(url: string): Promise<void> {
  try {
    await open(url);
  } catch (error) {
    if (systemErrorCode(error) === undefined) throw error;
    throw new InputError("not-found", "browser: cannot be started — open the address yourself", {
      cause: error,
    });
  }
}
