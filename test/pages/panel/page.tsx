/** The panel over a client and a host that do as the test says. */
import { createRoot } from "react-dom/client";
import type { ClientState, ServiceClient } from "../../../editor-ui/client/service-client.ts";
import type { HostBridge } from "../../../editor-ui/panel/host-bridge.ts";
import { Panel } from "../../../editor-ui/panel/panel.tsx";
import { dragRow, dropOnPanel } from "./drag.ts";
import { sight } from "./observe.ts";
import type { PageCall, PageFile, PageFiles, PanelPage } from "./panel-page.ts";

declare global {
  interface Window {
    panelPage: PanelPage;
  }
}

const PLAIN_PICTURE: PageFile = {
  type: "image/svg+xml",
  base64: btoa(
    '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100" fill="#fff"/><circle cx="50" cy="60" r="30" fill="#c33"/></svg>',
  ),
};

let state: ClientState = {
  connection: "connecting",
  problem: undefined,
  project: undefined,
  model: undefined,
  folders: [],
  assets: new Map(),
  log: [],
};
let theme: "light" | "dark" | undefined;
const files = new Map<string, PageFiles>();
const placed = new Map<string, number>();
const refusals = new Map<string, string>();
const held = new Map<string, Promise<void>>();
const release = new Map<string, () => void>();
const calls: PageCall[] = [];
const strayErrors: string[] = [];
const listeners = new Set<() => void>();
const followers = new Set<(uuid: string) => void>();
let isBroken = false;

const tell = () => {
  for (const listener of [...listeners]) listener();
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

async function asked<T>(name: string, args: readonly unknown[], answer: () => T): Promise<T> {
  calls.push({ name, args });
  await held.get(name);
  const refusal = refusals.get(name);
  if (refusal !== undefined) throw new Error(refusal);
  return answer();
}

function blobOf({ type, base64 }: PageFile): Blob {
  return new Blob([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], { type });
}

const client: ServiceClient = {
  get state() {
    if (isBroken) throw new Error("panel: broken by the test — repair it");
    return state;
  },
  subscribe,
  generate: (uuid) => asked("generate", [uuid], () => undefined),
  cancel: (jobId) => asked("cancel", [jobId], () => undefined),
  changeSettings: (uuid, changes) => asked("changeSettings", [uuid, changes], () => undefined),
  reveal: (uuid) => asked("reveal", [uuid], () => undefined),
  upload: (name, bytes) =>
    asked("upload", [name, bytes.size], () => ({ picture: `concept-art/${name}` })),
  picture: (uuid) =>
    asked("picture", [uuid], () => blobOf(files.get(uuid)?.picture ?? PLAIN_PICTURE)),
  thumbnail: (uuid) =>
    asked("thumbnail", [uuid], () => blobOf(files.get(uuid)?.thumbnail ?? PLAIN_PICTURE)),
  mesh: (uuid) => asked("mesh", [uuid], () => new TextEncoder().encode(uuid)),
  close() {
    throw new Error("panel page: the panel may not close its client");
  },
};

const host: HostBridge = {
  place: (asset) => asked("place", [asset.uuid], () => undefined),
  countPlaced: (asset) => placed.get(asset.uuid) ?? 0,
  subscribe,
  select(asset) {
    calls.push({ name: "select", args: [asset.uuid] });
  },
  followSelection(listener) {
    followers.add(listener);
    return () => followers.delete(listener);
  },
  renderFront: (glb, sizePixels) => {
    const uuid = new TextDecoder().decode(glb);
    return asked("renderFront", [uuid, sizePixels], () =>
      blobOf(files.get(uuid)?.render ?? PLAIN_PICTURE),
    );
  },
  importPaths: (paths) => asked("importPaths", [paths], () => undefined),
};

const openUrls = new Set<string>();
const createObjectURL = URL.createObjectURL.bind(URL);
const revokeObjectURL = URL.revokeObjectURL.bind(URL);
URL.createObjectURL = (object) => {
  const url = createObjectURL(object);
  openUrls.add(url);
  return url;
};
URL.revokeObjectURL = (url) => {
  openUrls.delete(url);
  revokeObjectURL(url);
};

addEventListener("unhandledrejection", ({ reason }) => strayErrors.push(String(reason)));

const element = document.createElement("div");
element.style.blockSize = "100vh";
document.body.style.margin = "0";
document.body.append(element);
const root = createRoot(element);
const render = () => root.render(<Panel client={client} host={host} theme={theme} />);
render();

window.panelPage = {
  setState({ assets, ...changes }) {
    state = {
      ...state,
      ...changes,
      ...(assets && { assets: new Map(assets.map((asset) => [asset.uuid, asset])) }),
    };
    tell();
  },
  setTheme(next) {
    theme = next;
    render();
  },
  setFiles: (uuid, ofAsset) => void files.set(uuid, ofAsset),
  setPlaced(uuid, count) {
    placed.set(uuid, count);
    tell();
  },
  selectInScene(uuid) {
    for (const listener of followers) listener(uuid);
  },
  refuse(name, message) {
    if (message === undefined) refusals.delete(name);
    else refusals.set(name, message);
  },
  hold(name) {
    held.set(name, new Promise((resolve) => release.set(name, resolve)));
  },
  release(name) {
    release.get(name)?.();
    held.delete(name);
  },
  calls,
  get openUrls() {
    return openUrls.size;
  },
  strayErrors,
  breakRendering(next) {
    isBroken = next;
    tell();
  },
  unmount: () => root.unmount(),
  drop: dropOnPanel,
  dragRow,
  sight,
};
