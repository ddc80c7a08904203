/** Adding models, with a hub and folders of the test's own. */
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as assert from "uvu/assert";
import { InputError, ModelError } from "../../plugin/core/errors.ts";
import { type AddOptions, addModel } from "../../plugin/models/add.ts";
import type { HubModel, KnownModel, OnnxModel } from "../../plugin/models/registry.ts";
import { installedIds } from "../../plugin/models/store.ts";
import { withEnvironment } from "./environment.ts";
import { type FakeHub, sha256Of, withHub } from "./fake-hub.ts";
import { writeRandomModel } from "./random-checkpoint.ts";
import { rejection } from "./rejection.ts";
import { SMALL_MODELS } from "./small-models.ts";
import { withFolder } from "./temporary-folder.ts";

export const NON_COMMERCIAL = { spdx: "CC-BY-NC-4.0", commercialUse: false, source: "its page" };
/** Stands for the matte network. */
export const ONNX = Buffer.from("stands for the matte network");

export const RELEASED: HubModel = {
  id: "released",
  name: "Released",
  kind: "lrm",
  preview: false,
  licence: NON_COMMERCIAL,
  weightsBytes: 1e6,
  origin: "hub",
  parameterCount: 1,
  location: { repo: "lab/released", file: "model.safetensors" },
  sizes: SMALL_MODELS.vfusion3d,
};

export interface Scene {
  readonly hub: FakeHub;
  /** Holds the small VFusion3D model as `source/model.safetensors`. */
  readonly folder: string;
  readonly modelsDir: string;
  readonly weights: Uint8Array;
  readonly add: (reference: string, options?: Partial<AddOptions>) => ReturnType<typeof addModel>;
}

export function scene(body: (scene: Scene) => Promise<void>): () => Promise<void> {
  return () =>
    withFolder({}, (folder) =>
      withHub(async (hub) => {
        const source = join(folder, "source");
        await mkdir(source);
        await writeRandomModel(source, SMALL_MODELS.vfusion3d, 1);
        const weights = await readFile(join(source, "model.safetensors"));
        const modelsDir = join(folder, "models");
        const registry: KnownModel[] = [RELEASED, matteAt(hub)];
        const wait = () => Promise.resolve();
        const add: Scene["add"] = (reference, options) =>
          addModel(reference, { cwd: folder, modelsDir, registry, wait, ...options });
        const environment = {
          HF_ENDPOINT: hub.endpoint,
          HF_HOME: join(folder, "hf"),
          HF_HUB_CACHE: undefined,
          HUGGINGFACE_HUB_CACHE: undefined,
          HF_TOKEN: undefined,
          HF_TOKEN_PATH: undefined,
          HF_HUB_OFFLINE: undefined,
        };
        await withEnvironment(environment, () => body({ hub, folder, modelsDir, weights, add }));
      }),
    );
}

function matteAt(hub: FakeHub): OnnxModel {
  return {
    id: "cutter",
    name: "Cutter",
    kind: "matte",
    preview: false,
    licence: { spdx: "Apache-2.0", commercialUse: true, source: "its page" },
    weightsBytes: ONNX.length,
    origin: "web",
    url: hub.contentUrl("releases/cutter.onnx"),
    weightsSha256: sha256Of(ONNX),
  };
}

export async function errorOf(work: Promise<unknown>): Promise<ModelError | InputError> {
  const error = await rejection(work);
  if (error instanceof ModelError || error instanceof InputError) return error;
  return assert.unreachable(`expected another error than ${error}`) as never;
}

/** One line with a remedy, and nothing that another command could see. */
export async function assertRefused(
  { modelsDir, add }: Scene,
  reference: string,
  code: string,
  message: RegExp,
): Promise<void> {
  const error = await errorOf(add(reference));
  assert.is(error.code, code, error.message);
  assert.match(error.message, message);
  assert.match(error.message, /^[^\n]+ — [^\n]+$/);
  assert.equal(await installedIds(modelsDir), []);
  const left = await readdir(modelsDir).catch(() => []);
  assert.equal(
    left.filter((name) => name !== ".downloads"),
    [],
  );
}
