/** The figures of one object, and their means over objects. */
import { z } from "zod";

export const PICTURE_SCORES = z.strictObject({
  /** Decibels, mean over the views; equal pictures count as 100. */
  psnr: z.number(),
  /** Mean over the views. */
  ssim: z.number(),
  /** Mean over the views; null where LPIPS is not installed. */
  lpips: z.number().nullable(),
});

export const SURFACE_SCORES = z.strictObject({
  /** In units of which the truth's longest side has 2. */
  chamfer: z.number(),
  /** One for each threshold of the protocol. */
  fScores: z.array(z.number()),
});

export const SCORES = z.strictObject({
  /** The field as the family's volume renderer shows it; it has no surface of its own. */
  field: PICTURE_SCORES,
  /** The mesh before it is simplified. */
  full: z.strictObject({ ...PICTURE_SCORES.shape, ...SURFACE_SCORES.shape }),
  /** The mesh that users get. */
  decimated: z.strictObject({ ...PICTURE_SCORES.shape, ...SURFACE_SCORES.shape }),
});

export type PictureScores = z.infer<typeof PICTURE_SCORES>;
export type SurfaceScores = z.infer<typeof SURFACE_SCORES>;
export type Scores = z.infer<typeof SCORES>;

/** The mean of each figure; null when there is nothing to average. */
export function meanScores(all: readonly Scores[]): Scores | null {
  if (all.length === 0) return null;
  const mesh = (name: "full" | "decimated") => ({
    ...meanPictureScores(all.map((scores) => scores[name])),
    chamfer: mean(all.map((scores) => scores[name].chamfer)),
    fScores: all[0][name].fScores.map((_, k) => mean(all.map(({ [name]: m }) => m.fScores[k]))),
  });
  return {
    field: meanPictureScores(all.map(({ field }) => field)),
    full: mesh("full"),
    decimated: mesh("decimated"),
  };
}

export function meanPictureScores(all: readonly PictureScores[]): PictureScores {
  const lpips = all.map((scores) => scores.lpips).filter((value) => value !== null);
  return {
    psnr: mean(all.map(({ psnr }) => psnr)),
    ssim: mean(all.map(({ ssim }) => ssim)),
    lpips: lpips.length === all.length ? mean(lpips) : null,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
