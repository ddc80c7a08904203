/** What the pipeline takes and gives, as plain data, apart from the stages it would load. */
import type { Bounds } from "../core/mesh.ts";
import type { ModelInfo } from "../core/model-info.ts";
import type { ProgressListener, Stage } from "../core/progress.ts";

/** Part of every fingerprint: raised when the same input would give a different GLB. */
export const PIPELINE_VERSION = 1;

/** Everything that shapes the mesh of one picture; plain data, stored in sidecars. */
export interface GenerateSettings {
  /** Lattice points per axis for the iso-surface; 16..1024. */
  readonly resolution: number;
  /** Activated density of the iso-surface; > 0. */
  readonly isoDensity: number;
  /** Triangle budget; >= 4. */
  readonly triangles: number;
  /** Which extent of the mesh is scaled to how many metres. */
  readonly size: { readonly axis: "longest" | "height"; readonly metres: number };
}

export interface GenerateRequest {
  readonly picturePath: string;
  /** Names node, mesh and material. */
  readonly name: string;
  readonly settings: GenerateSettings;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

export interface GenerateReport {
  readonly matte: "alpha" | "backdrop" | "none";
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
  /** Floaters and inner shells that were dropped. */
  readonly dropped: { readonly components: number; readonly volumeShare: number };
  readonly warnings: readonly string[];
  readonly timingsMs: Readonly<Record<Stage, number>>;
}

export interface GenerateResult {
  readonly glb: Uint8Array;
  readonly report: GenerateReport;
}

/** Turns pictures into GLBs with one model on one device. */
export interface Generator {
  readonly model: ModelInfo;
  /**
   * @throws InputError for the picture's faults, ModelError for the model's, CancelledError.
   */
  generate(request: GenerateRequest): Promise<GenerateResult>;
  /** Frees the model and ends its process; a picture that is being encoded fails. */
  close(): Promise<void>;
}

export interface GeneratorOptions {
  /** A model id or a folder with `config.json` and `model.safetensors`. */
  readonly model: string;
  /** `auto`, or an execution provider: cpu, webgpu, cuda, dml or coreml. */
  readonly device: string;
  /** Told, in one line, what was not as wished but could be helped. */
  readonly onWarning: (message: string) => void;
}
