/** Decides which meshes a scene needs, and gets them one after another. */
import type { Scene } from "@babylonjs/core/scene.js";
import type { Asset } from "../../plugin/protocol/service.ts";
import { linkedNodes } from "../swap/links.ts";
import { messageOf } from "../swap/message-of.ts";
import { notesOf } from "../swap/notes.ts";
import type { PlaceOptions } from "../swap/swapper.ts";
import type { ServiceClient } from "./service-client.ts";

export interface CatchUpOptions {
  readonly scene: Scene;
  readonly client: ServiceClient;
  /** Shows the asset's newest mesh on the nodes that are linked to it. */
  readonly refresh: (uuid: string, sha256: string) => Promise<void>;
  readonly place: (uuid: string, where: PlaceOptions) => Promise<unknown>;
  readonly placeNew: ((asset: Asset) => PlaceOptions | undefined) | undefined;
  readonly onProblem: (message: string) => void;
}

export interface CatchUp {
  /** Something may have changed. */
  check(): void;
  stop(): void;
}

interface Task {
  readonly uuid: string;
  /** Of the mesh that the asset should be shown with. */
  readonly sha256: string;
  run(): Promise<void>;
}

export function createCatchUp(options: CatchUpOptions): CatchUp {
  const { scene, client, refresh, place, placeNew, onProblem } = options;
  /** Assets that are, or have been, in the scene, or were not wanted there. */
  const known = new Set<string>();
  /** Hashes of meshes that could not be shown, by uuid; tried again after a reconnection. */
  const failed = new Map<string, string>();
  /** The latest problem of each asset. */
  const told = new Map<string, string>();
  let isOpen = false;
  let isBusy = false;
  let isStopped = false;

  /** Undefined when there is none, or it has failed. */
  const meshHash = ({ uuid, result }: Asset): string | undefined =>
    failed.get(uuid) === result?.sha256 ? undefined : result?.sha256;

  const nextStale = (): Task | undefined => {
    let stale: Task | undefined;
    for (const node of linkedNodes(scene)) {
      const { uuid = "", sha256: shown } = notesOf(node);
      known.add(uuid);
      const asset = client.state.assets.get(uuid);
      const sha256 = asset && meshHash(asset);
      if (sha256 === undefined || sha256 === shown) continue;
      stale ??= { uuid, sha256, run: () => refresh(uuid, sha256) };
    }
    return stale;
  };

  const nextNew = (): Task | undefined => {
    if (!placeNew) return undefined;
    for (const asset of client.state.assets.values()) {
      const { uuid, state } = asset;
      const sha256 = meshHash(asset);
      if (state !== "ready" || sha256 === undefined || known.has(uuid)) continue;
      const where = placeNew(asset);
      if (where)
        return { uuid, sha256, run: () => place(uuid, where).then(() => void known.add(uuid)) };
      known.add(uuid);
    }
    return undefined;
  };

  const perform = async ({ uuid, sha256, run }: Task) => {
    try {
      await run();
      told.delete(uuid);
    } catch (error) {
      if (isStopped) return;
      failed.set(uuid, sha256);
      const message = messageOf(error);
      if (told.get(uuid) !== message) onProblem(message);
      told.set(uuid, message);
    }
  };

  /** Decides anew each time, so that of many changes to an asset only the last is loaded. */
  const catchUp = async () => {
    if (isBusy) return;
    isBusy = true;
    try {
      const next = () => (isOpen && !isStopped ? (nextStale() ?? nextNew()) : undefined);
      for (let task = next(); task; task = next()) await perform(task);
    } finally {
      isBusy = false;
    }
  };

  return {
    check: () => {
      const wasOpen = isOpen;
      isOpen = client.state.connection === "open";
      if (isOpen && !wasOpen) failed.clear();
      catchUp().catch((error: unknown) => onProblem(messageOf(error)));
    },
    stop: () => {
      isStopped = true;
    },
  };
}
