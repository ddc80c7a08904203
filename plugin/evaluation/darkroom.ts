/** Meshes shown without light by Babylon.js, in a browser without a window and without a network. */
import { openPageHost, plainBytes } from "../browser/page-host.ts";
import { InputError } from "../core/errors.ts";
import type { RgbaImage } from "../core/image.ts";
import type { TriangleMesh } from "../core/mesh.ts";
import type { Answer } from "../protocol/contact-sheet-page.ts";
import type { AlbedoRequest, EvaluationPage } from "../protocol/evaluation-page.ts";

/** The built page; the same address from `plugin/evaluation/` and from `dist/evaluation/`. */
const PAGE = {
  subject: "evaluation page",
  bundle: new URL("../../dist/evaluation/page.js", import.meta.url),
  global: "maquetteEvaluation",
};

export interface Darkroom {
  /** The triangles of a GLB as they are rendered. @throws InputError when there are none. */
  readSurface(glb: Uint8Array): Promise<TriangleMesh>;
  /** The base colour from each view. @throws InputError when `glb` cannot be shown. */
  renderAlbedo(request: AlbedoRequest): Promise<RgbaImage[]>;
  encodePng(image: RgbaImage): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** @throws InputError when no browser starts, CancelledError when `signal` is aborted, also later. */
export async function openDarkroom(signal?: AbortSignal): Promise<Darkroom> {
  const { call, close } = await openPageHost<EvaluationPage>(PAGE, signal);
  return {
    readSurface: async (glb) => unwrapped(await call("readSurface", plainBytes(glb))),
    async renderAlbedo(request) {
      const { size: side } = request;
      const glb = plainBytes(request.glb);
      const pictures = unwrapped(await call("renderAlbedo", { ...request, glb }));
      return pictures.map((data) => ({ width: side, height: side, data }));
    },
    async encodePng({ width, height, data }) {
      return unwrapped(await call("encodePng", { width, height, rgba: plainBytes(data) }));
    },
    close,
  };
}

function unwrapped<T>(answer: Answer<T>): T {
  if ("value" in answer) return answer.value;
  throw new InputError("unreadable", `mesh: ${answer.refusal} — give a plain GLB`);
}
