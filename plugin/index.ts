/**
 * Maquette as a library: concept art to game-ready meshes.
 *
 * ```ts
 * const generator = await openGenerator({ model: "maquette-tiny", device: "auto", onWarning: console.warn });
 * const { resolution, isoDensity } = generator.model.defaults;
 * const { glb, report } = await generator.generate({
 *   picturePath: "art/hero.png",
 *   name: "hero",
 *   settings: {
 *     resolution,
 *     isoDensity,
 *     triangles: 5000,
 *     size: { axis: "longest", metres: 1 },
 *     matte: "auto",
 *     preprocess: "best",
 *   },
 * });
 * await generator.close();
 * ```
 */
export { CancelledError, InputError, isExpectedError, ModelError } from "./core/errors.ts";
export type { GenerateSettings } from "./core/generate-settings.ts";
export type { Bounds, TriangleMesh } from "./core/mesh.ts";
export type { ModelInfo } from "./core/model-info.ts";
export { type ProgressListener, STAGES, type Stage } from "./core/progress.ts";
export { type GlbContents, readGlb } from "./gltf/read.ts";
export { type MeshMeasures, measureMesh } from "./mesh/measure.ts";
export {
  type GenerateReport,
  type GenerateRequest,
  type GenerateResult,
  type Generator,
  type GeneratorOptions,
  PIPELINE_VERSION,
} from "./pipeline/contract.ts";
export { openGenerator } from "./pipeline/generate.ts";
export { loadConfig, loadPresets, type Preset, type ProjectConfig } from "./project/config.ts";
export {
  type ImportEvent,
  type ImportOptions,
  type ImportReport,
  runImport,
} from "./project/import.ts";
export { type ImportPlan, type PlanOptions, planImport } from "./project/plan.ts";
