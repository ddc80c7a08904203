import { cameraRays, orbitCamera } from "../../plugin/core/camera.ts";
import type { FoldedField } from "../../plugin/core/field.ts";
import type { ViewConvention } from "../../plugin/core/view-convention.ts";
import type { Kernels } from "../../plugin/kernels/kernels.ts";
import { loadKernels } from "../../plugin/kernels/load.ts";
import { referenceKernels } from "../../plugin/kernels/reference.ts";
import { randomField } from "../helpers/fields.ts";
import { type Figure, medianMs } from "./figure.ts";

export const title = "Volume rendering of a field of VFusion3D's size, 128 samples per ray";

const VIEW: ViewConvention = {
  marcher: "importance",
  samples: 128,
  boxRadius: 1,
  fieldOfView: 2 * Math.atan(0.5 / 0.75),
  orbitRadius: 1.5,
  orbitElevation: 0,
};

const SIZE = 256;
/** The reference renders fewer pixels of the same view. */
const REFERENCE_SIZE = 16;

export async function* run(): AsyncIterable<Figure> {
  const kernels = loadKernels({ onWarning: (message) => console.log(message) });
  const { field } = randomField(1, { channels: 80, size: 64, hidden: [64, 64, 64] });
  const perRay = await msPerRay(kernels, field, SIZE, 3);
  yield { name: "frames of 256 x 256 per second", value: 1000 / (perRay * SIZE ** 2), unit: "" };
  const reference = await msPerRay(referenceKernels, field, REFERENCE_SIZE, 1);
  yield { name: "native over TypeScript", value: reference / perRay, unit: "x", atLeast: 10 };
}

async function msPerRay(
  kernels: Kernels,
  field: FoldedField,
  size: number,
  repeats: number,
): Promise<number> {
  const camera = orbitCamera(VIEW, ["y", "z", "x"], 0.5);
  const rays = cameraRays(camera, { width: size, height: size });
  const ms = await medianMs(repeats, () => kernels.render(field, { rays, march: VIEW }));
  return ms / size ** 2;
}
