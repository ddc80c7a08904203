/** Drags of a kind that only a desktop can begin. */

/** Drops files and absolute paths, as a desktop and the Babylon.js Editor have them. */
export function dropOnPanel(fileNames: readonly string[], paths: readonly string[]): void {
  const dataTransfer = new DataTransfer();
  for (const name of fileNames) dataTransfer.items.add(new File(["bytes"], name));
  if (paths.length > 0) dataTransfer.setData("assets", JSON.stringify(paths));
  const target = document.querySelector(".maquette-workbench");
  for (const type of ["dragover", "drop"]) {
    target?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }
}

/** What a row gives a drag, after it was held over the panel: by type. */
export function dragRow(index: number): Record<string, string> {
  const dataTransfer = new DataTransfer();
  const row = document.querySelectorAll(".maquette-row")[index];
  for (const type of ["dragstart", "dragover"]) {
    row?.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
  }
  return Object.fromEntries(dataTransfer.types.map((type) => [type, dataTransfer.getData(type)]));
}
