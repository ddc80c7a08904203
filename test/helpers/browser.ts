import { openOfflinePage } from "../../plugin/browser/offline-page.ts";
import { InputError } from "../../plugin/core/errors.ts";

let answer: Promise<string | undefined> | undefined;

/** Why no browser test can run here, or undefined when a browser starts; found out once a process. */
export function browserUnavailable(): Promise<string | undefined> {
  answer ??= startBrowser();
  return answer;
}

async function startBrowser(): Promise<string | undefined> {
  try {
    const { close } = await openOfflinePage();
    await close();
    return undefined;
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}
