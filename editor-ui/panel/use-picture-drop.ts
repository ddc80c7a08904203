import { type DragEvent, type DragEventHandler, useState } from "react";

/** Type under which the Babylon.js Editor drags assets: a JSON array of absolute paths. */
const PATHS_TYPE = "assets";

export interface PictureDropOptions {
  onFiles(files: readonly File[]): void;
  /** Absent where the host has no browser of assets to drag from. */
  readonly onPaths: ((paths: readonly string[]) => void) | undefined;
  onRefused(error: Error): void;
}

export interface PictureDrop {
  /** True while something that can be dropped is held over the element. */
  readonly isOver: boolean;
  readonly handlers: {
    readonly onDragOver: DragEventHandler;
    readonly onDragLeave: DragEventHandler;
    readonly onDrop: DragEventHandler;
  };
}

/** Makes an element take pictures from the desktop and from the host. */
export function usePictureDrop({ onFiles, onPaths, onRefused }: PictureDropOptions): PictureDrop {
  const [isOver, setIsOver] = useState(false);
  const isOurs = ({ dataTransfer: { types } }: DragEvent): boolean =>
    types.includes("Files") || (onPaths !== undefined && types.includes(PATHS_TYPE));

  function onDragOver(event: DragEvent): void {
    if (!isOurs(event)) return;
    event.preventDefault();
    event.stopPropagation();
    event.dataTransfer.dropEffect = "copy";
    setIsOver(true);
  }

  function onDragLeave({ currentTarget, relatedTarget }: DragEvent): void {
    if (!(relatedTarget instanceof Node && currentTarget.contains(relatedTarget))) setIsOver(false);
  }

  function onDrop(event: DragEvent): void {
    setIsOver(false);
    if (!isOurs(event)) return;
    event.preventDefault();
    event.stopPropagation();
    const paths = readPaths(event.dataTransfer.getData(PATHS_TYPE));
    const { files, folders } = sortItems(event.dataTransfer);
    if (onPaths !== undefined && paths.length > 0) onPaths(paths);
    else if (files.length > 0) onFiles(files);
    for (const name of folders) {
      onRefused(new Error(`${name}: a folder — drop the pictures in it, or watch it`));
    }
  }

  return { isOver, handlers: { onDragOver, onDragLeave, onDrop } };
}

/** Other programs may use the same type for something else: then there are none. */
function readPaths(text: string): string[] {
  if (!text.startsWith("[")) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter((path) => typeof path === "string") : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** A folder comes as a file that cannot be read; only its entry tells. */
function sortItems({ items }: DataTransfer): { files: File[]; folders: string[] } {
  const files: File[] = [];
  const folders: string[] = [];
  for (const item of items) {
    const file = item.getAsFile();
    if (file === null) continue;
    if (item.webkitGetAsEntry()?.isDirectory) folders.push(file.name);
    else files.push(file);
  }
  return { files, folders };
}
