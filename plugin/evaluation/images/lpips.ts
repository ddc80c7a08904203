/** Runs LPIPS where its weights are installed. */
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { ModelError } from "../../core/errors.ts";
import type { FloatImage } from "../../core/image.ts";
import { fileBytes, serialise } from "../../graph/onnx.ts";
import { formatShape, sameShape } from "../../graph/shapes.ts";
import type { Parameter } from "../../graph/tensor.ts";
import { encodeWeight } from "../../graph/weight-encoding.ts";
import { planar } from "../../image/planar.ts";
import { openCheckpoint } from "../../models/checkpoint/open.ts";
import { readFinite } from "../../models/checkpoint/read-finite.ts";
import { defaultModelsDir } from "../../models/models-folder.ts";
import { Session } from "../../runtime/session.ts";
import { assertComparable, clipped } from "./comparable.ts";
import { LPIPS_BACKBONES, type LpipsBackbone, lpipsGraph } from "./lpips-graph.ts";

const TORCHVISION = "https://download.pytorch.org/models";
const LPIPS = "https://github.com/richzhang/PerceptualSimilarity/raw/master/lpips/weights/v0.1";

/** Where the files are published; they keep their names. */
const ADDRESSES: Readonly<
  Record<LpipsBackbone, { readonly backbone: string; readonly weights: string }>
> = {
  alex: { backbone: `${TORCHVISION}/alexnet-owt-7be5be79.pth`, weights: `${LPIPS}/alex.pth` },
  vgg: { backbone: `${TORCHVISION}/vgg16-397923af.pth`, weights: `${LPIPS}/vgg.pth` },
};

/** The folder below the models folder that holds the weights. */
export function lpipsFolder(modelsDir: string = defaultModelsDir()): string {
  return join(modelsDir, "lpips");
}

/** The first backbone, AlexNet before VGG, whose two files are in `folder`. */
export function findLpips(folder: string): LpipsBackbone | undefined {
  return LPIPS_BACKBONES.find((backbone) => missingFiles(backbone, folder).length === 0);
}

/** What to do to have LPIPS, in one line: with the backbone that lacks fewest files. */
export function lpipsHint(folder: string): string {
  const [missing] = LPIPS_BACKBONES.map((backbone) => missingFiles(backbone, folder)).sort(
    (a, b) => a.length - b.length,
  );
  return `LPIPS: not installed — download ${missing.join(" and ")} into ${folder}`;
}

/** Their addresses. */
function missingFiles(backbone: LpipsBackbone, folder: string): string[] {
  return Object.values(ADDRESSES[backbone]).filter(
    (address) => !existsSync(pathOf(address, folder)),
  );
}

function pathOf(address: string, folder: string): string {
  return join(folder, posix.basename(address));
}

/** LPIPS of square pictures of one size, on the CPU. To be closed. */
export class Lpips {
  readonly backbone: LpipsBackbone;
  readonly #session: Session;

  private constructor(backbone: LpipsBackbone, session: Session) {
    this.backbone = backbone;
    this.#session = session;
  }

  /** @throws ModelError when a file is not what its name says. */
  static async open(backbone: LpipsBackbone, folder: string, size: number): Promise<Lpips> {
    const graph = lpipsGraph(backbone, size);
    const addresses = ADDRESSES[backbone];
    const values = new Map([
      ...(await readTensors(pathOf(addresses.backbone, folder), graph.backbone)),
      ...(await readTensors(pathOf(addresses.weights, folder), graph.weights)),
    ]);
    const model = fileBytes(serialise({ distance: graph.distance }), (weight) =>
      encodeWeight(weight, values.get(weight.parameter.stored) as Float32Array),
    );
    const session = new Session();
    try {
      await session.create({ model, device: "cpu", threads: 0 });
      return new Lpips(backbone, session);
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** 0 for equal pictures; (S, S, 3) sRGB. @throws CancelledError */
  async distance(picture: FloatImage, truth: FloatImage, signal?: AbortSignal): Promise<number> {
    assertComparable("lpips", picture, truth);
    const shape = [1, 3, truth.height, truth.width];
    const feeds = {
      picture: { shape, data: planar(picture).map(clipped) },
      truth: { shape, data: planar(truth).map(clipped) },
    };
    const { distance } = await this.#session.run(feeds, signal);
    return distance[0];
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

async function readTensors(
  path: string,
  parameters: readonly Parameter[],
): Promise<(readonly [string, Float32Array])[]> {
  const checkpoint = await openCheckpoint(path);
  try {
    const tensors: (readonly [string, Float32Array])[] = [];
    for (const { stored, shape } of parameters) {
      const found = checkpoint.tensors.get(stored);
      if (found !== undefined && !sameShape(found.shape, shape)) {
        throw new ModelError(
          "mismatch",
          `${path}: ${stored} is ${formatShape(found.shape)} instead of ${formatShape(shape)} — download the file again`,
        );
      }
      tensors.push([stored, await readFinite(checkpoint, stored)]);
    }
    return tensors;
  } finally {
    await checkpoint.close();
  }
}
