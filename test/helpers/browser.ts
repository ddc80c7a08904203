import { openOfflinePage } from "../../plugin/browser/offline-page.ts";
import { InputError } from "../../plugin/core/errors.ts";

/** Why no browser test can run here, or undefined when a browser starts. */
export async function browserUnavailable(): Promise<string | undefined> {
  try {
    const { close } = await openOfflinePage();
    await close();
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}
