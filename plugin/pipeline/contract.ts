/** What the pipeline takes and gives, as plain data, apart from the stages it would load. */
import type { Camera } from "../core/camera.ts";
import type { FoldedField } from "../core/field.ts";
import type { FrameAxes } from "../core/frame.ts";
import type { GenerateSettings } from "../core/generate-settings.ts";
import type { Bounds } from "../core/mesh.ts";
import type { ModelInfo } from "../core/model-info.ts";
import type { MatteMethod, PictureReading } from "../core/picture-reading.ts";
import type { Precision } from "../core/precision.ts";
import type { ProgressListener, Stage } from "../core/progress.ts";
import type { RenderedView } from "../core/rendering.ts";
import type { ViewConvention } from "../core/view-convention.ts";

/** Part of every fingerprint: raised when the same input would give a different GLB. */
export const PIPELINE_VERSION = 1;

export interface GenerateRequest {
  readonly picturePath: string;
  /** Names node, mesh and material. */
  readonly name: string;
  readonly settings: GenerateSettings;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

export interface GenerateReport {
  readonly matte: MatteMethod;
  /** The matte network would have been used, had it been installed. */
  readonly lacksMatteNetwork?: true;
  readonly triangles: {
    readonly requested: number;
    readonly achieved: number;
    /** Geometric error of the simplification relative to the mesh's extent. */
    readonly error: number;
    /** Why fewer than 98% of the budget were used, or what it took to meet it. */
    readonly reason?: string;
  };
  /** Metres, in the GLB's frame. */
  readonly bounds: Bounds;
  readonly dropped: {
    /** Floaters and inner shells. */
    readonly components: number;
    /** Of the floaters alone, in the solid volume, 0..1: inner shells are no loss. */
    readonly volumeShare: number;
  };
  readonly warnings: readonly string[];
  readonly timingsMs: Readonly<Record<Stage, number>>;
}

export interface GenerateResult {
  readonly glb: Uint8Array;
  readonly report: GenerateReport;
}

export interface ReadFieldRequest
  extends Pick<GenerateRequest, "picturePath" | "signal" | "onProgress"> {
  readonly reading: PictureReading;
}

/** What a model sees in a picture, before a mesh is made of it. */
export interface PictureField {
  readonly field: FoldedField;
  readonly axes: FrameAxes;
  readonly view: ViewConvention;
  readonly matte: MatteMethod;
  readonly warnings: readonly string[];
  /**
   * The field from each camera, as the family's own volume renderer shows it. `orbitCamera` and
   * `overGrey` of core belong to it.
   */
  render(cameras: readonly Camera[], options: RenderViewOptions): Promise<readonly RenderedView[]>;
}

export interface RenderViewOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  /** Per ray; the family's own number by default. Even, 8..1024. */
  readonly samples?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((fraction: number) => void) | undefined;
}

/** A mesh and what it was made from, for those who judge the stages. */
export interface StagedResult extends GenerateResult {
  /** The mesh before it was simplified, in the same frame. */
  readonly fullGlb: Uint8Array;
  readonly picture: PictureField;
  /** From the model's frame and units to the GLBs', (4, 4) column-major. */
  readonly toGlb: Float64Array;
}

/** Turns pictures into GLBs with one model on one device. */
export interface MeshGenerator {
  readonly model: ModelInfo;
  /**
   * @throws InputError for the picture's faults, ModelError for the model's, CancelledError.
   */
  generate(request: GenerateRequest): Promise<GenerateResult>;
  /** Frees the model and ends its process; a picture that is being encoded fails. */
  close(): Promise<void>;
}

/** A generator that also shows what its meshes are made of. */
export interface Generator extends MeshGenerator {
  /** How the model's family looks at its fields. */
  readonly view: ViewConvention;
  /**
   * The first half of `generate`, for renderings.
   *
   * @throws InputError for the picture's faults, ModelError for the model's, CancelledError.
   */
  readField(request: ReadFieldRequest): Promise<PictureField>;
  /** `generate` and `readField` in one, the mesh and its field being of the same reading. */
  generateInStages(request: GenerateRequest): Promise<StagedResult>;
}

export interface GeneratorOptions {
  /** A model id or a folder with `config.json` and `model.safetensors`. */
  readonly model: string;
  /** `auto`, or an execution provider, with a GPU's number where there are several: `cuda:1`. */
  readonly device: string;
  /** How weights are stored and multiplied; see `maquette bench model`. Default f32. */
  readonly precision?: Precision | undefined;
  /** Told, in one line, what was not as wished but could be helped. */
  readonly onWarning: (message: string) => void;
  /** Told which execution provider has the model, whenever it was loaded: `cpu`, `cuda:1`. */
  readonly onDevice?: ((device: string) => void) | undefined;
}
