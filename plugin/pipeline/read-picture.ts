/**
 * A cut-out -> the field that the model sees in it. Objects that are nearly white can vanish on the
 * white background the model wants; such a picture is read twice, as it is and darkened, and the
 * reading whose front silhouette is nearer to the cut-out's is kept.
 */
import { type Decoder, type FoldedField, rawDensityLevel } from "../core/field.ts";
import type { RgbaImage } from "../core/image.ts";
import { foldTriplane } from "../field/fold.ts";
import type { Matte } from "../image/matte.ts";
import { darkenNearWhite, nearWhiteShare, restoreNearWhite } from "../image/near-white.ts";
import { toNetworkInput } from "../image/network-input.ts";
import type { Kernels } from "../kernels/kernels.ts";
import type { LrmModel } from "../models/lrm.ts";
import type { Encoder } from "../runtime/encoder.ts";
import { sampleCoarseDensity } from "./coarse-density.ts";
import { silhouetteOverlap } from "./silhouette.ts";

export interface ReadingTools {
  readonly lrm: LrmModel;
  readonly encoder: Encoder;
  readonly decoder: Decoder;
  readonly kernels: Kernels;
}

export interface Reading {
  readonly field: FoldedField;
  /** The field's colours (N, 3), sRGB 0..1, as the picture has them. */
  readonly restoreColours: (colours: Float32Array) => Float32Array;
  readonly warning?: string;
}

/** Fewer near-white pixels than this share of the object do not endanger its outline. */
const NEAR_WHITE_SHARE = 0.15;
const SILHOUETTE_LATTICE = 48;

export async function readPicture(
  matte: Matte,
  tools: ReadingTools,
  signal: AbortSignal | undefined,
): Promise<Reading> {
  const plain = await readCutOut(matte.image, tools, signal);
  if (matte.method === "none" || nearWhiteShare(matte.image) < NEAR_WHITE_SHARE) {
    return { field: plain.field, restoreColours: (colours) => colours };
  }
  const darkened = await readCutOut(darkenNearWhite(matte.image), tools, signal);
  const [plainOverlap, darkenedOverlap] = await Promise.all([
    frontOverlap(plain, tools, signal),
    frontOverlap(darkened, tools, signal),
  ]);
  if (plainOverlap >= darkenedOverlap) {
    return { field: plain.field, restoreColours: (colours) => colours };
  }
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
  { lrm, encoder, decoder }: ReadingTools,
  signal: AbortSignal | undefined,
): Promise<CutOutReading> {
  const { size, borderRatio } = lrm.architecture.picture;
  const { tensor, alpha } = toNetworkInput(image, { size, borderRatio });
  const triplane = await encoder.encode(tensor, { signal });
  return { field: foldTriplane(triplane, decoder), alpha: alpha.data };
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
