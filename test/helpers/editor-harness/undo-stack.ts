/** The Editor's history: what is lost tells so, but what falls off the far end does not. */

export interface UndoRedoItem {
  undo(): void;
  redo(): void;
  action?(): void;
  onLost?(): void;
  executeRedo?: boolean;
}

const DEPTH = 200;

export class UndoStack {
  readonly items: UndoRedoItem[] = [];
  /** False while a game is played. */
  isEnabled = true;
  /** How many of the items are done. */
  #done = 0;

  register(item: UndoRedoItem): void {
    if (!this.isEnabled) return;
    for (const lost of this.items.splice(this.#done)) lost.onLost?.();
    this.items.push(item);
    if (this.items.length > DEPTH) this.items.shift();
    this.#done = this.items.length;
    if (!item.executeRedo) return;
    item.redo();
    item.action?.();
  }

  undo(): void {
    if (this.#done === 0) return;
    this.#done -= 1;
    this.items[this.#done].undo();
    this.items[this.#done].action?.();
  }

  redo(): void {
    if (this.#done === this.items.length) return;
    this.items[this.#done].redo();
    this.items[this.#done].action?.();
    this.#done += 1;
  }

  clear(): void {
    for (const item of this.items.splice(0)) item.onLost?.();
    this.#done = 0;
  }
}
