/**
 * The page of `maquette studio`: a scene with the project's meshes, and the panel. In the browser's
 * console, `maquetteStudio.scene` is the Babylon scene.
 */
import type { Scene } from "@babylonjs/core/scene.js";
import { createRoot } from "react-dom/client";
import type { Address } from "../../client/address.ts";
import { ClientError } from "../../client/client-error.ts";
import { connectService } from "../../client/connect.ts";
import type { ServiceClient } from "../../client/service-client.ts";
import type { HostBridge } from "../../panel/host-bridge.ts";
import { Panel } from "../../panel/panel.tsx";
import { messageOf } from "../../swap/message-of.ts";
import { makeResizable } from "./divider.ts";
import { openScene } from "./open-scene.ts";
import { Overlay } from "./overlay.tsx";
import { createStatus, type StatusStore } from "./status.ts";
import styles from "./studio.css";
import { takeToken } from "./token.ts";

declare global {
  var maquetteStudio: { readonly scene: Scene };
}

const byId = (id: string): HTMLElement => {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`studio: index.html has no #${id}`);
  return element;
};

document.head.append(Object.assign(document.createElement("style"), { textContent: styles }));
const token = takeToken();
if (token === undefined) {
  document.body.className = "keyless";
  document.body.textContent =
    "This address lacks the key to the project. Run maquette studio and open the address it prints.";
} else {
  await openStudio(token);
}

async function openStudio(token: string): Promise<void> {
  const client = connectService({ locate: (signal) => locateOwn(token, signal) });
  const status = createStatus();
  createRoot(byId("notice")).render(<Overlay client={client} status={status} />);
  makeResizable(byId("divider"), document.body, byId("panel"));
  const host = await openHost(client, status);
  createRoot(byId("panel")).render(<Panel client={client} host={host} />);
}

/** The service that the page came from; one that is started anew has another address. */
async function locateOwn(token: string, signal: AbortSignal): Promise<Address> {
  try {
    await fetch(location.origin, { method: "HEAD", cache: "no-store", signal });
  } catch (cause) {
    const message = "service: has ended — run maquette studio again and open the address it prints";
    throw new ClientError("no-service", message, { cause });
  }
  return { url: location.origin, token };
}

/** Without a scene, pictures can still be turned into meshes. */
async function openHost(client: ServiceClient, status: StatusStore): Promise<HostBridge> {
  try {
    const canvas = byId("scene") as HTMLCanvasElement;
    const { scene, host } = await openScene(canvas, client, status);
    globalThis.maquetteStudio = { scene };
    return host;
  } catch (error) {
    const sceneProblem = `${messageOf(error)} — switch on hardware acceleration, or use another browser`;
    status.update({ sceneProblem });
    const refuse = () => Promise.reject(new Error(`3D view: ${sceneProblem}`));
    return {
      place: refuse,
      countPlaced: () => 0,
      subscribe: () => () => undefined,
      renderFront: refuse,
    };
  }
}
