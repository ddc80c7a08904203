/**
 * Entries in the command palette. The Editor has no place to register them, so the method that
 * lists the scene's nodes is wrapped; an Editor that lists them in another way goes without.
 */
import type { Editor } from "babylonjs-editor";

export interface PaletteEntry {
  readonly key: string;
  readonly text: string;
  action(): void;
}

interface PaletteState {
  readonly entities: readonly object[];
}

interface Palette {
  _refreshEntities?: () => void;
  setState?: (change: (state: PaletteState) => PaletteState) => void;
}

/** @returns what takes the entries away. */
export function addPaletteEntries(editor: Editor, entries: readonly PaletteEntry[]): () => void {
  const palette = editor.commandPalette as Palette | undefined;
  const original = palette?._refreshEntities;
  if (!palette?.setState || typeof original !== "function") return () => undefined;

  const items = entries.map((entry) => ({ ...entry, label: entry.text }));
  let isEnded = false;
  const withEntries = () => {
    original.call(palette);
    if (isEnded) return;
    palette.setState?.(({ entities }) => ({ entities: [...items, ...entities] }));
  };
  palette._refreshEntities = withEntries;
  return () => {
    // Wrapped once more by another plugin, it has to stay.
    isEnded = true;
    if (palette._refreshEntities === withEntries) delete palette._refreshEntities;
  };
}
