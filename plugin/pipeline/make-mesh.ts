/** Picture -> GLB: the only place that knows the order of the stages. */
import { writeGlb } from "../gltf/write.ts";
import { decodePicture } from "../image/decode.ts";
import { cutOut } from "../image/matte.ts";
import { cleanMesh } from "../mesh/clean.ts";
import { frameMesh } from "../mesh/frame.ts";
import { addNormals } from "../mesh/normals.ts";
import { orderMesh } from "../mesh/order.ts";
import { simplifyMesh } from "../mesh/simplify.ts";
import { type GenerateRequest, type GenerateResult, PIPELINE_VERSION } from "./contract.ts";
import { extractSurface, surfaceColours } from "./extract-surface.ts";
import { type ReadingTools, readPicture } from "./read-picture.ts";
import { StageClock } from "./stage-clock.ts";

/** @throws InputError for the picture's faults, ModelError for the model's, CancelledError. */
export async function makeMesh(
  request: GenerateRequest,
  tools: ReadingTools,
): Promise<GenerateResult> {
  const { picturePath, name, settings, signal } = request;
  const { kernels, lrm } = tools;
  const stages = new StageClock(request.onProgress, signal);

  const { image } = await stages.run("decode", () => decodePicture(picturePath, { signal }));
  const matte = await stages.run("matte", () => cutOut(image, picturePath));
  const reading = await stages.run("encode", () => readPicture(matte, tools, signal));
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
  const generator = `Maquette pipeline ${PIPELINE_VERSION}`;
  const glb = await stages.run("write", () =>
    writeGlb(orderMesh(addNormals(framed.mesh)), { name, generator }),
  );

  const warnings = [...matte.warnings, reading.warning, extracted.warning];
  return {
    glb,
    report: {
      matte: matte.method,
      triangles: counts,
      bounds: framed.bounds,
      dropped: {
        components: cleaned.floaters.components + cleaned.innerShells.components,
        volumeShare: cleaned.floaters.volumeShare,
      },
      warnings: warnings.filter((warning) => warning !== undefined),
      timingsMs: stages.timingsMs,
    },
  };
}
