import { readFile } from "node:fs/promises";
import { parse } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { CancelledError, InputError, throwIfCancelled } from "../../plugin/core/errors.ts";
import type { ModelInfo } from "../../plugin/core/model-info.ts";
import { STAGES, type Stage } from "../../plugin/core/progress.ts";
import type { ViewConvention } from "../../plugin/core/view-convention.ts";
import type {
  GenerateRequest,
  GenerateResult,
  Generator,
  PictureField,
  ReadFieldRequest,
  StagedResult,
} from "../../plugin/pipeline/contract.ts";
import { sumField } from "./fields.ts";

export const FAKE_MODEL: ModelInfo = {
  id: "fake",
  name: "Fake (preview)",
  preview: true,
  licence: { spdx: "Apache-2.0", commercialUse: true, source: "its author" },
  weightsSha256: "a".repeat(64),
  precision: "f32",
  defaults: { resolution: 128, isoDensity: 1 },
};

export interface FakeOptions {
  readonly model?: ModelInfo;
  /** The picture, by its asset's name, whose work goes on until it is cancelled. */
  readonly holdAt?: string | undefined;
  /** Goes on when it resolves, whether or not the work is cancelled meanwhile. */
  readonly pauseIn?: (request: GenerateRequest) => Promise<void>;
  /** Thrown instead of a result when it returns one. */
  readonly fail?: (request: GenerateRequest) => Error | undefined;
  readonly warnings?: readonly string[];
}

/**
 * A generator without a network. Its "GLB" is the picture's bytes and the settings; a picture that
 * starts with "bad" is refused, as a decoder would.
 */
export class FakeGenerator implements Generator {
  readonly model: ModelInfo;
  readonly view: ViewConvention = {
    marcher: "uniform",
    samples: 8,
    boxRadius: 1,
    fieldOfView: 1,
    orbitRadius: 2,
    orbitElevation: 0,
  };
  /** Pictures that were asked for, by asset name. */
  readonly requests: string[] = [];
  isClosed = false;
  readonly #options: FakeOptions;

  constructor(options: FakeOptions = {}) {
    this.model = options.model ?? FAKE_MODEL;
    this.#options = options;
  }

  async generate(request: GenerateRequest): Promise<GenerateResult> {
    const { picturePath, settings, signal } = request;
    this.requests.push(request.name);
    throwIfCancelled(signal);
    const picture = await readFile(picturePath, "utf8");
    for (const stage of STAGES) request.onProgress?.(stage, 0);
    if (request.name === this.#options.holdAt) await untilCancelled(signal);
    await this.#options.pauseIn?.(request);
    const failure = this.#options.fail?.(request);
    if (failure !== undefined) throw failure;
    if (picture.startsWith("bad")) {
      throw new InputError(
        "unreadable",
        `${picturePath}: is damaged — export it again from your image editor`,
      );
    }
    return {
      glb: Buffer.from(
        `glTF{"asset":{"generator":"Maquette"}}${picture}${JSON.stringify(settings)}`,
      ),
      report: {
        matte: "alpha",
        triangles: { requested: settings.triangles, achieved: settings.triangles, error: 0.01 },
        bounds: { min: [-0.5, 0, -0.25], max: [0.5, 1, 0.25] },
        dropped: { components: 0, volumeShare: 0 },
        warnings: this.#options.warnings ?? [],
        timingsMs: Object.fromEntries(STAGES.map((stage) => [stage, 10])) as Record<Stage, number>,
      },
    };
  }

  /** Renders every view as one colour of its own; the input view is the brightest. */
  async readField({ picturePath, signal }: ReadFieldRequest): Promise<PictureField> {
    throwIfCancelled(signal);
    const picture = await readFile(picturePath, "utf8");
    if (picture.startsWith("bad")) {
      throw new InputError(
        "unreadable",
        `${picturePath}: is damaged — export it again from your image editor`,
      );
    }
    return {
      field: sumField(2, {}),
      axes: ["y", "z", "x"],
      view: this.view,
      matte: "alpha",
      warnings: this.#options.warnings ?? [],
      render: async (cameras, { width, height, signal: stop, onProgress }) => {
        if (parse(picturePath).name === this.#options.holdAt) await untilCancelled(stop);
        onProgress?.(1);
        const pixels = width * height;
        return cameras.map(({ pose }) => ({
          width,
          height,
          rgb: new Float32Array(3 * pixels).fill(0.5 + 0.1 * pose[12] + 0.03 * pose[13]),
          opacity: new Float32Array(pixels).fill(1),
          depth: new Float32Array(pixels).fill(2),
        }));
      },
    };
  }

  async generateInStages(request: GenerateRequest): Promise<StagedResult> {
    const { picturePath, settings: reading, signal } = request;
    const result = await this.generate(request);
    return {
      ...result,
      fullGlb: result.glb,
      picture: await this.readField({ picturePath, reading, signal }),
      toGlb: Float64Array.of(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1),
    };
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

/** The longest a timer may take; unlike a mere promise it keeps the process alive. */
const FOREVER_MS = 2 ** 31 - 1;

async function untilCancelled(signal: AbortSignal | undefined): Promise<never> {
  try {
    await wait(FOREVER_MS, undefined, { ...(signal && { signal }) });
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  }
  throw new CancelledError();
}
