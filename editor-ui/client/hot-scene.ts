/** A game's scene that is kept fresh from a service, whoever has connected to it. */
import { LoadAssetContainerAsync, SceneLoader } from "@babylonjs/core/Loading/sceneLoader.js";
import { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import type { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { RandomGUID } from "@babylonjs/core/Misc/guid.js";
import type { Scene } from "@babylonjs/core/scene.js";
import "@babylonjs/loaders/glTF/2.0/index.js";
import type { Asset } from "../../plugin/protocol/service.ts";
import { observe } from "../swap/observe.ts";
import type { PlaceOptions } from "../swap/swapper.ts";
import { ClientError } from "./client-error.ts";
import { linkByName } from "./link-by-name.ts";
import { createLiveScene } from "./live-scene.ts";
import type { ServiceClient } from "./service-client.ts";

export interface HotScene {
  readonly client: ServiceClient;
  /**
   * Puts a picture's mesh into the scene, as soon as there is one; from then on it follows the
   * picture.
   *
   * @param picture Its path from the project's folder, such as "art/hero.png".
   * @returns The node to move: the root, which also converts the GLB's axes.
   * @throws ClientError, "closed" after `dispose`; SwapError when the mesh cannot be loaded.
   */
  place(picture: string, options?: PlaceOptions): Promise<TransformNode>;
  /**
   * Makes a mesh that the game has loaded itself follow a picture, as soon as that is known.
   *
   * @param node The mesh, or a node with it below.
   */
  link(node: TransformNode, picture: string): void;
  /** Ends the connection; meshes stay. Happens by itself when the scene is disposed. */
  dispose(): void;
}

const BABYLON = { LoadAssetContainerAsync, Mesh, RandomGUID, SceneLoader };

/** Takes the client over. */
export function createHotScene(
  scene: Scene,
  client: ServiceClient,
  options: { readonly linkByName: boolean },
): HotScene {
  const said = new Set<string>();
  const sayOnce = (message: string) => {
    if (!said.has(message)) console.info(`Maquette: ${message}`);
    said.add(message);
  };
  const live = createLiveScene({ babylon: BABYLON, scene, client, onProblem: sayOnce });
  const onProblem = sayOnce;
  const stopLinking = options.linkByName
    ? linkByName({ babylon: BABYLON, scene, client, live, onProblem })
    : undefined;
  const unsubscribe = client.subscribe(() => {
    if (client.state.problem !== undefined) sayOnce(client.state.problem);
  });

  const dispose = () => {
    stopObserving();
    unsubscribe();
    stopLinking?.();
    live.dispose();
    client.close();
  };
  const stopObserving = observe(scene.onDisposeObservable, dispose);

  return {
    client,
    place: async (picture, where) => {
      const { uuid } = await whenListed(client, picture, sayOnce, ({ result }) => !!result);
      const { root } = await live.place(uuid, where);
      return root;
    },
    link: (node, picture) => {
      whenListed(client, picture, sayOnce)
        .then(({ uuid }) => void (node.isDisposed() || live.link(node, uuid)))
        .catch((error: unknown) => {
          if (client.state.connection !== "closed") sayOnce(String(error));
        });
    },
    dispose,
  };
}

/** A picture's asset, as soon as the service has it and it `suits`. */
function whenListed(
  client: ServiceClient,
  picture: string,
  sayOnce: (message: string) => void,
  suits: (asset: Asset) => boolean = () => true,
): Promise<Asset> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const { connection, assets } = client.state;
      const asset = [...assets.values()].find((asset) => asset.picture === picture);
      if (asset && suits(asset)) {
        unsubscribe();
        resolve(asset);
      } else if (connection === "closed") {
        unsubscribe();
        reject(new ClientError("closed", `${picture}: hot loading has ended — begin it anew`));
      } else if (connection === "open" && !asset) {
        sayOnce(
          `${picture}: the project has no such picture — put it there, or see that its path begins in the project's folder`,
        );
      }
    };
    const unsubscribe = client.subscribe(check);
    check();
  });
}
