/**
 * A picture -> the field that the model sees in it. Objects that are nearly white can vanish on the
 * white backdrop that some models want; such a picture is read twice, as it is and darkened, and the
 * reading whose front silhouette is nearer to the cut-out's is kept.
 */
import { type Decoder, type FoldedField, rawDensityLevel } from "../core/field.ts";
import type { RgbaImage } from "../core/image.ts";
import type { MatteMethod } from "../core/picture-reading.ts";
import { foldTriplane } from "../field/fold.ts";
import { decodePicture } from "../image/decode.ts";
import { cutOut, type Matte } from "../image/matte.ts";
import { darkenNearWhite, nearWhiteShare, restoreNearWhite } from "../image/near-white.ts";
import { toNetworkInput } from "../image/network-input.ts";
import type { Kernels } from "../kernels/kernels.ts";
import type { LrmModel } from "../models/lrm.ts";
import type { Encoder } from "../runtime/encoder.ts";
import type { MatteNetwork } from "../runtime/matte-network.ts";
import { sampleCoarseDensity } from "./coarse-density.ts";
import type { ReadFieldRequest } from "./contract.ts";
import { prepareAsReference } from "./reference-picture.ts";
import { silhouetteOverlap } from "./silhouette.ts";
import type { StageClock } from "./stage-clock.ts";

export interface ReadingTools {
  readonly lrm: LrmModel;
  readonly encoder: Encoder;
  readonly decoder: Decoder;
  readonly kernels: Kernels;
  readonly matteNetwork: MatteNetwork;
}

export interface Reading {
  readonly field: FoldedField;
  /** The field's colours (N, 3), sRGB 0..1, as the picture has them. */
  readonly restoreColours: (colours: Float32Array) => Float32Array;
  readonly matte: MatteMethod;
  /** The matte network would have been used, but is not installed. */
  readonly lacksMatteNetwork: boolean;
  readonly warnings: readonly string[];
}

/** Fewer near-white pixels than this share of the object do not endanger its outline. */
const NEAR_WHITE_SHARE = 0.15;
const SILHOUETTE_LATTICE = 48;

/** @throws InputError for the picture's faults, ModelError for the models', CancelledError. */
export async function readPicture(
  { picturePath, reading, signal }: Omit<ReadFieldRequest, "onProgress">,
  tools: ReadingTools,
  stages: StageClock,
): Promise<Reading> {
  const decoded = await stages.run("decode", () => decodePicture(picturePath, { signal }));
  const segment = await tools.matteNetwork.find(signal);
  if (reading.preprocess === "reference") {
    const prepared = await stages.run("matte", () =>
      prepareAsReference(decoded, tools.lrm.architecture, {
        subject: picturePath,
        matte: reading.matte,
        segment,
      }),
    );
    const field = await stages.run("encode", () => encodeField(prepared.tensor, tools, signal));
    const { method } = prepared;
    return { field, restoreColours: same, matte: method, lacksMatteNetwork: false, warnings: [] };
  }

  const matte = await stages.run("matte", () =>
    cutOut(decoded.image, picturePath, { choice: reading.matte, segment }),
  );
  const { warning, ...seen } = await stages.run("encode", () => readMatte(matte, tools, signal));
  const warnings = warning === undefined ? matte.warnings : [...matte.warnings, warning];
  return { ...seen, matte: matte.method, lacksMatteNetwork: matte.lacksNetwork, warnings };
}

interface MatteReading extends Pick<Reading, "field" | "restoreColours"> {
  readonly warning?: string;
}

async function readMatte(
  matte: Matte,
  tools: ReadingTools,
  signal: AbortSignal | undefined,
): Promise<MatteReading> {
  const plain = await readCutOut(matte.image, tools, signal);
  const mayVanish =
    tools.lrm.architecture.picture.backdrop === 1 &&
    matte.method !== "none" &&
    nearWhiteShare(matte.image) >= NEAR_WHITE_SHARE;
  if (!mayVanish) return { field: plain.field, restoreColours: same };

  const darkened = await readCutOut(darkenNearWhite(matte.image), tools, signal);
  const [plainOverlap, darkenedOverlap] = await Promise.all([
    frontOverlap(plain, tools, signal),
    frontOverlap(darkened, tools, signal),
  ]);
  if (plainOverlap >= darkenedOverlap) return { field: plain.field, restoreColours: same };
  const percent = (share: number) => `${Math.round(100 * share)}%`;
  return {
    field: darkened.field,
    restoreColours: restoreNearWhite,
    warning: `near-white object: read from a darkened copy, whose outline fits the picture by ${percent(darkenedOverlap)} instead of ${percent(plainOverlap)}; check its colours`,
  };
}

interface CutOutReading {
  readonly field: FoldedField;
  /** (S, S) coverage of the network's picture. */
  readonly alpha: Float32Array;
}

async function readCutOut(
  image: RgbaImage,
  tools: ReadingTools,
  signal: AbortSignal | undefined,
): Promise<CutOutReading> {
  const { tensor, alpha } = toNetworkInput(image, tools.lrm.architecture.picture);
  return { field: await encodeField(tensor, tools, signal), alpha: alpha.data };
}

async function encodeField(
  tensor: Float32Array,
  { encoder, decoder }: ReadingTools,
  signal: AbortSignal | undefined,
): Promise<FoldedField> {
  return foldTriplane(await encoder.encode(tensor, { signal }), decoder);
}

async function frontOverlap(
  { field, alpha }: CutOutReading,
  { kernels, lrm }: ReadingTools,
  signal: AbortSignal | undefined,
): Promise<number> {
  const density = await sampleCoarseDensity(kernels, field, SILHOUETTE_LATTICE, { signal });
  const { activations, isoDensity, frameAxes, picture } = lrm.architecture;
  const level = rawDensityLevel(isoDensity, activations.density);
  return silhouetteOverlap(density, level, frameAxes, alpha, picture.size);
}

function same(colours: Float32Array): Float32Array {
  return colours;
}
