/** Maquette in the Babylon.js Editor: everything that is there between `main` and `close`. */
import * as babylon from "babylonjs";
import { type Editor, onSelectedAssetChanged } from "babylonjs-editor";
import type { Locate } from "../../client/address.ts";
import { connectService } from "../../client/connect.ts";
import type { HostBridge } from "../../panel/host-bridge.ts";
import { createFrontRenderer, type FrontRenderer } from "../../scene/front-renderer.ts";
import { refreshAssetsBrowser } from "./assets-browser.ts";
import { addPaletteEntries } from "./command-palette.ts";
import { addContextMenuEntry } from "./context-menu.tsx";
import { EditorScene } from "./editor-scene.ts";
import { generatePictures } from "./generate-pictures.ts";
import { editorMessages, type Messages, type ShowToast } from "./messages.ts";
import type { ProjectFiles } from "./project-files.ts";
import { MaquetteTab } from "./tab.tsx";

/** The Editor remembers where the user has put the tab of this id. */
const TAB_ID = "maquette";

export interface EditorHostOptions {
  readonly editor: Editor;
  readonly locate: Locate;
  readonly files: ProjectFiles;
  readonly showToast: ShowToast;
}

/**
 * Works from now on, also while the tab has never been shown: the Editor mounts tabs lazily.
 *
 * @returns what undoes all of it; placed meshes stay.
 */
export function openEditorHost(options: EditorHostOptions): () => void {
  const messages = editorMessages(options.editor, options.showToast);
  const undo: (() => void)[] = [];
  const close = () => {
    for (const step of undo.splice(0).reverse()) {
      try {
        step();
      } catch (error) {
        // The Editor may have changed under us; what else there is to undo has to be undone.
        messages.error(error);
      }
    }
  };
  try {
    addEverything(options, messages, (step) => undo.push(step));
    return close;
  } catch (error) {
    close();
    throw error;
  }
}

function addEverything(
  { editor, locate, files }: EditorHostOptions,
  messages: Messages,
  onClose: (step: () => void) => void,
): void {
  const client = connectService({ locate });
  onClose(() => client.close());
  const scene = new EditorScene({ editor, client, files, messages });
  onClose(() => scene.dispose());
  const front = createFrontRenderer(babylon);
  onClose(() => front.dispose());
  onClose(refreshAssetsBrowser(editor, client, files));

  const generate = (paths: readonly string[]) => generatePictures(paths, client, files, messages);
  const host = hostBridge(scene, front, files, generate);
  editor.layout.addLayoutTab(<MaquetteTab client={client} host={host} />, {
    id: TAB_ID,
    title: "Maquette",
    neighborId: "assets-browser",
    enableClose: false,
  });
  onClose(() => editor.layout.removeLayoutTab(TAB_ID));

  const generateOrTell = (paths: readonly string[]) => void generate(paths).catch(messages.error);
  onClose(
    addContextMenuEntry(files.isPicture, (path) => generateOrTell(withSelection(path, editor))),
  );
  onClose(
    addPaletteEntries(editor, [
      {
        key: "maquette-generate",
        text: "Generate 3D from the selected pictures",
        action: () => generateOrTell(editor.layout.assets.state.selectedKeys),
      },
      {
        key: "maquette-show",
        text: "Show Maquette",
        action: () => editor.layout.selectTab(TAB_ID),
      },
    ]),
  );
}

function hostBridge(
  scene: EditorScene,
  front: FrontRenderer,
  files: ProjectFiles,
  importPaths: (paths: readonly string[]) => Promise<void>,
): HostBridge {
  return {
    place: (asset) => scene.place(asset),
    countPlaced: ({ uuid }) => scene.find(uuid).length,
    subscribe: (listener) => scene.subscribe(listener),
    select: ({ uuid }) => {
      const [node] = scene.find(uuid);
      if (node) scene.select(node);
    },
    reveal: async ({ mesh, picture, result }) => {
      onSelectedAssetChanged.notifyObservers(files.absolute(result ? mesh : picture));
    },
    renderFront: (glb, sizePixels) => front.render(glb, sizePixels),
    importPaths,
  };
}

/** A menu opened on one of several selected files means all of them. */
function withSelection(path: string, { layout }: Editor): readonly string[] {
  const { selectedKeys } = layout.assets.state;
  return selectedKeys.includes(path) ? selectedKeys : [path];
}
