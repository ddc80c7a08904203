/** What the plugin tells in the Editor's console and, when it cannot wait, in a toast. */
import type { Editor } from "babylonjs-editor";

export interface Messages {
  info(message: string): void;
  error(error: unknown): void;
}

/** A line that stays for a moment over everything; undefined in an Editor that has no such. */
export type ShowToast = ((message: string) => void) | undefined;

export function editorMessages({ layout }: Editor, showToast: ShowToast): Messages {
  return {
    info: (message) => layout.console.log(message),
    error: (error) => {
      const message = error instanceof Error ? error.message : String(error);
      layout.console.error(`Maquette: ${message}`);
      showToast?.(message);
    },
  };
}
