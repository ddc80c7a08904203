/** The Editor's tab, as the Editor mounts it: beside its style sheet, with the UMD Babylon. */
import * as babylon from "babylonjs";
import { createRoot } from "react-dom/client";
import type { ClientState, ServiceClient } from "../../../editor-ui/client/service-client.ts";
import { MaquetteTab } from "../../../editor-ui/hosts/editor/tab.tsx";
import type { SceneBabylon } from "../../../editor-ui/scene/babylon.ts";
import { createFrontRenderer } from "../../../editor-ui/scene/front-renderer.ts";
import type { EditorPage } from "./editor-page.ts";
import "babylonjs-loaders";

declare global {
  interface Window {
    editorPage: EditorPage;
  }
}

const root = createRoot(document.getElementById("tab") ?? document.body);
// The UMD package declares the classes of @babylonjs/core a second time.
const front = createFrontRenderer(babylon as unknown as SceneBabylon);
let glb = new Uint8Array();
let picture = new Blob();

const unasked = () => Promise.reject(new Error("not asked for in this test"));

function clientOf(state: ClientState): ServiceClient {
  return {
    state,
    subscribe: () => () => undefined,
    generate: unasked,
    cancel: unasked,
    changeSettings: unasked,
    reveal: unasked,
    upload: unasked,
    picture: async () => picture,
    thumbnail: async () => picture,
    mesh: async () => glb,
    close: () => undefined,
  };
}

window.editorPage = {
  show: (state, mesh, png) => {
    glb = Uint8Array.from(mesh);
    picture = new Blob([Uint8Array.from(png)], { type: "image/png" });
    const client = clientOf({ ...state, assets: new Map(state.assets) });
    const host = {
      place: unasked,
      countPlaced: () => 0,
      subscribe: () => () => undefined,
      renderFront: front.render,
    };
    root.render(<MaquetteTab client={client} host={host} />);
  },
  renderFront: async (mesh, sizePixels) => {
    const picture = await front.render(Uint8Array.from(mesh), sizePixels);
    return [...new Uint8Array(await picture.arrayBuffer())];
  },
  close: () => {
    front.dispose();
    root.unmount();
  },
};
