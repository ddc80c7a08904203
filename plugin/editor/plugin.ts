/** The plugin of the Babylon.js Editor, as it loads it: one CommonJS module with these exports. */
import { join } from "node:path";
import type { Editor } from "babylonjs-editor";
import { openSession, type Session } from "./session.ts";

export const title = "Maquette";
export const description = "Concept art to game-ready meshes, generated on this machine";

/** Kept here, as the Editor calls `close` without an argument when it updates a plugin. */
let session: Session | undefined;
/** Resolves when the services of former sessions are gone. */
let ended: Promise<void> = Promise.resolve();

/** Opens the plugin for the project that is open in the Editor, in place of a former call. */
export function main(editor: Editor): void {
  const former = close();
  try {
    session = openSession(editor, join(__dirname, "..", "cli", "main.js"), former);
  } catch (error) {
    // The Editor would say no more than that the plugin failed, or nothing.
    const message = error instanceof Error ? error.message : String(error);
    editor.layout.console.error(`Maquette: ${message}`);
  }
}

/**
 * Undoes all of `main`, at any time and any number of times. Resolves when the service is gone, if
 * it was started here.
 */
export function close(): Promise<void> {
  const former = session;
  session = undefined;
  ended = Promise.all([ended, former?.close()]).then(() => undefined);
  return ended;
}
