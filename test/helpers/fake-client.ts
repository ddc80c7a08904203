/** A client whose news and meshes are the test's. */
import type { ClientState, ServiceClient } from "../../editor-ui/client/service-client.ts";
import { createStateStore, type StateStore } from "../../editor-ui/client/state.ts";
import type { Asset } from "../../plugin/protocol/service.ts";
import { helloOf } from "./service-data.ts";

export interface FakeClient extends ServiceClient {
  /** The GLB of each asset, or why it cannot be had. */
  readonly meshes: Map<string, Uint8Array | Error | (() => Promise<Uint8Array>)>;
  /** Assets whose mesh was asked for. */
  readonly fetched: string[];
  /** Connects, or does so anew. */
  hello(...assets: readonly Asset[]): void;
  /** Assets that are new or different. */
  news(...assets: readonly Asset[]): void;
  change(changes: Partial<ClientState>): void;
}

export function fakeClient(): FakeClient {
  const store: StateStore = createStateStore();
  const meshes: FakeClient["meshes"] = new Map();
  const fetched: string[] = [];
  const unused = () => Promise.reject(new Error("not asked of this client"));
  return {
    meshes,
    fetched,
    hello: (...assets) => {
      store.apply(helloOf(...assets));
      store.change({});
    },
    news: (...assets) => {
      for (const asset of assets) store.apply({ type: "asset", asset });
      store.change({});
    },
    change: store.change,
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    mesh: async (uuid) => {
      fetched.push(uuid);
      const mesh = meshes.get(uuid);
      if (mesh === undefined) throw new Error(`${uuid} has no mesh in this test`);
      if (mesh instanceof Error) throw mesh;
      return typeof mesh === "function" ? await mesh() : mesh;
    },
    close: () => store.change({ connection: "closed" }),
    generate: unused,
    cancel: unused,
    changeSettings: unused,
    reveal: unused,
    upload: unused,
    picture: unused,
    thumbnail: unused,
  };
}
