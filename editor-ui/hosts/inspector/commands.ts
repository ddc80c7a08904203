/** What Maquette adds to the menus of the Inspector's scene explorer. */
import { Node } from "@babylonjs/core/node.js";
import type { SceneExplorerCommandProvider } from "@babylonjs/inspector";
import { MeshIcon } from "./icon.tsx";
import { linkedAsset } from "./linked-asset.ts";

/** After the Inspector's own commands. */
const ORDER = 1000;

/** On whatever shows an asset's mesh, see `linkedAsset`. */
export function regenerateCommand(
  regenerate: (uuid: string) => void,
): SceneExplorerCommandProvider<Node, "contextMenu", "action"> {
  return {
    order: ORDER,
    predicate: (entity): entity is Node =>
      entity instanceof Node && linkedAsset(entity) !== undefined,
    getCommand: (node) => ({
      type: "action",
      mode: "contextMenu",
      displayName: "Regenerate from concept art",
      icon: MeshIcon,
      execute() {
        const uuid = linkedAsset(node);
        if (uuid !== undefined) regenerate(uuid);
      },
    }),
  };
}

/** On the heading of the scene's nodes. */
export function importCommand(
  importPictures: () => Promise<void>,
): SceneExplorerCommandProvider<string, "contextMenu", "action"> {
  return {
    order: ORDER,
    predicate: (section): section is string => section === "Nodes",
    getCommand: () => ({
      type: "action",
      mode: "contextMenu",
      displayName: "Import concept art…",
      icon: MeshIcon,
      execute: importPictures,
    }),
  };
}
