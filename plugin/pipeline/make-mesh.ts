/** Picture -> GLB: the only place that knows the order of the stages. */
import { mat4 } from "gl-matrix";
import type { ColouredMesh } from "../core/mesh.ts";
import { writeGlb } from "../gltf/write.ts";
import { cleanMesh } from "../mesh/clean.ts";
import { frameMesh, transformMesh } from "../mesh/frame.ts";
import { addNormals } from "../mesh/normals.ts";
import { orderMesh } from "../mesh/order.ts";
import { simplifyMesh } from "../mesh/simplify.ts";
import {
  type GenerateRequest,
  type GenerateResult,
  PIPELINE_VERSION,
  type StagedResult,
} from "./contract.ts";
import { extractSurface, surfaceColours } from "./extract-surface.ts";
import { pictureField } from "./picture-field.ts";
import { type Reading, type ReadingTools, readPicture } from "./read-picture.ts";
import { StageClock } from "./stage-clock.ts";

/** @throws InputError for the picture's faults, ModelError for the model's, CancelledError. */
export async function makeMesh(
  request: GenerateRequest,
  tools: ReadingTools,
): Promise<GenerateResult> {
  const { glb, report } = await reconstruct(request, tools);
  return { glb, report };
}

/** @throws as {@link makeMesh} does. */
export async function makeMeshInStages(
  request: GenerateRequest,
  tools: ReadingTools,
): Promise<StagedResult> {
  const { glb, report, reading, full, transform } = await reconstruct(request, tools);
  const { boxRadius } = tools.lrm.architecture.view;
  const unit = 1 / boxRadius;
  return {
    glb,
    report,
    fullGlb: await meshToGlb(transformMesh(full, transform), request.name),
    picture: pictureField(reading, tools),
    toGlb: mat4.scale(new Float64Array(16), transform, [unit, unit, unit]) as Float64Array,
  };
}

interface Reconstruction extends GenerateResult {
  readonly reading: Reading;
  /** Cleaned but not simplified; in field coordinates, -1..1. */
  readonly full: ColouredMesh;
  /** From field coordinates to the GLB's frame. */
  readonly transform: Float64Array;
}

async function reconstruct(request: GenerateRequest, tools: ReadingTools): Promise<Reconstruction> {
  const { picturePath, settings, signal } = request;
  const { kernels, lrm } = tools;
  const stages = new StageClock(request.onProgress, signal);

  const reading = await readPicture({ picturePath, reading: settings, signal }, tools, stages);
  const { field, restoreColours } = reading;

  const extracted = await stages.run("extract", (onProgress) =>
    extractSurface(kernels, field, settings, { signal, onProgress }),
  );
  const { positions, triangles } = extracted.surface;
  const colours = await stages.run("colour", async (onProgress) =>
    restoreColours(await surfaceColours(kernels, field, positions, { signal, onProgress })),
  );
  const cleaned = await stages.run("clean", () => cleanMesh({ positions, triangles, colours }));
  const { mesh, ...counts } = await stages.run("simplify", () =>
    simplifyMesh(cleaned.mesh, { triangles: settings.triangles }),
  );
  const framed = frameMesh(mesh, { axes: lrm.architecture.frameAxes, size: settings.size });
  const glb = await stages.run("write", () => meshToGlb(framed.mesh, request.name));

  const warnings = [...reading.warnings, extracted.warning];
  return {
    glb,
    report: {
      matte: reading.matte,
      ...(reading.lacksMatteNetwork && { lacksMatteNetwork: true }),
      triangles: counts,
      bounds: framed.bounds,
      dropped: {
        components: cleaned.floaters.components + cleaned.innerShells.components,
        volumeShare: cleaned.floaters.volumeShare,
      },
      warnings: warnings.filter((warning) => warning !== undefined),
      timingsMs: stages.timingsMs,
    },
    reading,
    full: cleaned.mesh,
    transform: framed.transform,
  };
}

function meshToGlb(mesh: ColouredMesh, name: string): Promise<Uint8Array> {
  const generator = `Maquette pipeline ${PIPELINE_VERSION}`;
  return writeGlb(orderMesh(addNormals(mesh)), { name, generator });
}
