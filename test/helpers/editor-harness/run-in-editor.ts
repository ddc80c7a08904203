/** The built plugin in a fake Editor, on a project whose service is in the test's hands. */
import { mkdir, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sha256 } from "../../../plugin/files/hash.ts";
import {
  type Asset,
  PROTOCOL_VERSION,
  type ServiceAddress,
} from "../../../plugin/protocol/service.ts";
import { type FakeService, startFakeService } from "../fake-service.ts";
import { helloOf, resultOf } from "../service-data.ts";
import { withFolder } from "../temporary-folder.ts";
import { FakeEditor } from "./fake-editor.ts";
import { redirectModules } from "./redirect-modules.ts";
import { addRendererGlobals } from "./renderer-globals.ts";

const require = createRequire(import.meta.url);

/** Of `npm run build`. */
export const BUILT_PLUGIN: string = fileURLToPath(
  new URL("../../../dist/editor/plugin.cjs", import.meta.url),
);

export interface Plugin {
  readonly title: string;
  readonly description: string;
  main(editor: object): void;
  close(editor?: object): Promise<void>;
}

/** What the tab is given. */
export interface TabProps {
  readonly client: {
    readonly state: {
      readonly connection: string;
      readonly problem: string | undefined;
      readonly assets: ReadonlyMap<string, Asset>;
    };
    subscribe(listener: () => void): () => void;
  };
  readonly host: {
    place(asset: Asset): Promise<void>;
    countPlaced(asset: Asset): number;
    subscribe(listener: () => void): () => void;
    select(asset: Asset): void;
    reveal(asset: Asset): Promise<void>;
    importPaths(paths: readonly string[]): Promise<void>;
  };
}

export interface InEditor {
  readonly editor: FakeEditor;
  readonly plugin: Plugin;
  readonly project: string;
  readonly service: FakeService;
  /** Requests other than for meshes, such as `POST /assets/1/generate`. */
  readonly requests: readonly string[];
  /** Says that an asset has another mesh, which it writes to the asset's file. */
  serve(asset: Asset, glb: Uint8Array): Promise<Asset>;
  tab(): TabProps;
}

/** Loads a plugin as the Editor does: with its own modules, and anew for each Editor. */
export function requirePlugin(path: string): Plugin {
  delete require.cache[require.resolve(path)];
  return require(path);
}

/** `main` is the test's to call; afterwards the plugin is closed, and the Editor with it. */
export async function runInEditor(body: (inside: InEditor) => Promise<void>): Promise<void> {
  await withFolder({ "game.bjseditor": "{}" }, async (project) => {
    const files = new Map<string, Uint8Array>();
    const assets = new Map<string, Asset>();
    const requests: string[] = [];
    const service = await startFakeService({
      greet: () => [helloOf(...assets.values())],
      answer: (request, response) => answer(request, response, files, requests),
    });
    await writeAddress(project, service);
    const editor = new FakeEditor(join(project, "game.bjseditor"));
    const restoreModules = redirectModules(editor.module);
    const restoreGlobals = addRendererGlobals(globalThis.fetch);
    const plugin = requirePlugin(BUILT_PLUGIN);
    try {
      await body({
        editor,
        plugin,
        project,
        service,
        requests,
        serve: async (former, glb) => {
          const asset = { ...former, result: resultOf(sha256(glb)) };
          const path = join(project, asset.mesh);
          await mkdir(join(path, ".."), { recursive: true });
          await writeFile(path, glb);
          files.set(asset.uuid, glb);
          assets.set(asset.uuid, asset);
          service.say({ type: "asset", asset });
          return asset;
        },
        tab: () => {
          const [tab] = editor.tabs.values();
          return (tab.component as { readonly props: TabProps }).props;
        },
      });
    } finally {
      await plugin.close();
      await editor.dispose();
      restoreGlobals();
      restoreModules();
      await service.close();
    }
  });
}

async function writeAddress(project: string, { address }: FakeService): Promise<void> {
  const content: ServiceAddress = { version: PROTOCOL_VERSION, ...address, pid: process.pid };
  await mkdir(join(project, ".maquette"));
  await writeFile(join(project, ".maquette", "service.json"), JSON.stringify(content));
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: ReadonlyMap<string, Uint8Array>,
  requests: string[],
): void {
  const { method = "", url = "" } = request;
  const mesh = /^\/files\/(.+)\/mesh\.glb$/.exec(url)?.[1];
  if (mesh !== undefined) {
    response.writeHead(200).end(files.get(mesh));
  } else if (url === "/assets") {
    response.writeHead(200).end("[]");
  } else {
    requests.push(`${method} ${url}`);
    const isUpload = url.startsWith("/pictures");
    response.writeHead(isUpload ? 201 : 204);
    response.end(isUpload ? JSON.stringify({ picture: "art/uploaded.png" }) : undefined);
  }
}
