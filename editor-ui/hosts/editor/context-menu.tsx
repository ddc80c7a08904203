/**
 * "Generate 3D" in the context menu of the assets browser's pictures. The Editor has no place to
 * register entries, so the method that makes the menu is wrapped; an Editor that makes it in
 * another way goes without the entry.
 */
import { AssetsBrowserItem, ContextMenuItem } from "babylonjs-editor";
import {
  Children,
  cloneElement,
  isValidElement,
  type PropsWithChildren,
  type ReactNode,
} from "react";

interface Item {
  readonly props?: { readonly absolutePath?: unknown };
}

interface ItemPrototype {
  _getContextMenuContent?: (this: Item) => ReactNode;
}

/** `generate` is given the picture's absolute path. @returns what takes the entry away. */
export function addContextMenuEntry(
  isPicture: (path: string) => boolean,
  generate: (path: string) => void,
): () => void {
  const prototype = AssetsBrowserItem?.prototype as ItemPrototype | undefined;
  const original = prototype?._getContextMenuContent;
  const MenuItem = ContextMenuItem;
  if (!prototype || typeof original !== "function" || !MenuItem) return () => undefined;

  const entryFor = (path: string): ReactNode => (
    <MenuItem key="maquette" className="flex items-center gap-2" onClick={() => generate(path)}>
      Generate 3D
    </MenuItem>
  );
  let isEnded = false;
  function withEntry(this: Item): ReactNode {
    const menu = original?.call(this);
    const path = this.props?.absolutePath;
    if (isEnded || typeof path !== "string" || !isPicture(path)) return menu;
    if (!isValidElement<PropsWithChildren>(menu)) return menu;
    return cloneElement(menu, {}, ...Children.toArray(menu.props.children), entryFor(path));
  }

  prototype._getContextMenuContent = withEntry;
  return () => {
    // Wrapped once more by another plugin, it has to stay.
    isEnded = true;
    if (prototype._getContextMenuContent === withEntry) prototype._getContextMenuContent = original;
  };
}
