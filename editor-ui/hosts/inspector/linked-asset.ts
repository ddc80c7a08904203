/** Which asset a node that the user points at belongs to. */
import type { Node } from "@babylonjs/core/node.js";
import { notesOf } from "../../swap/notes.ts";

/**
 * The uuid of the asset that `node` shows: as the linked node, an instance of it, something below
 * it, or the root that the loader put above it. Undefined when it shows none.
 */
export function linkedAsset(node: Node): string | undefined {
  return linkAtOrAbove(node) ?? linkOfOnlyChild(node);
}

function linkAtOrAbove(node: Node): string | undefined {
  for (let at: Node | null = node; at; at = at.parent) {
    const uuid = linkOf(at);
    if (uuid !== undefined) return uuid;
  }
  return undefined;
}

function linkOfOnlyChild(node: Node): string | undefined {
  const [child, ...others] = node.getChildren();
  return child && others.length === 0 ? linkOf(child) : undefined;
}

function linkOf(node: Node): string | undefined {
  return notesOf(node).uuid ?? (hasSource(node) ? notesOf(node.sourceMesh).uuid : undefined);
}

function hasSource(node: Node): node is Node & { readonly sourceMesh: Node } {
  return "sourceMesh" in node && node.sourceMesh instanceof Object;
}
