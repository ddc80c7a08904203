/** The figures of one object, and their means over objects. */
import { z } from "zod";

export interface PictureScores {
  /** Decibels, mean over the views; equal pictures count as 100. */
  readonly psnr: number;
  /** Mean over the views. */
  readonly ssim: number;
  /** Mean over the views; null where LPIPS is not installed. */
  readonly lpips: number | null;
}

export interface SurfaceScores {
  /** In units of which the truth's longest side has 2. */
  readonly chamfer: number;
  /** One for each threshold of the protocol. */
  readonly fScores: readonly number[];
}

export interface Scores {
  /** The field as the family's volume renderer shows it; it has no surface of its own. */
  readonly field: PictureScores;
  /** The mesh before it is simplified. */
  readonly full: PictureScores & SurfaceScores;
  /** The mesh that users get. */
  readonly decimated: PictureScores & SurfaceScores;
}

const PICTURE_SCORES = z.strictObject({
  psnr: z.number(),
  ssim: z.number(),
  lpips: z.number().nullable(),
});

const MESH_SCORES = PICTURE_SCORES.extend({ chamfer: z.number(), fScores: z.array(z.number()) });

export const SCORES: z.ZodType<Scores> = z.strictObject({
  field: PICTURE_SCORES,
  full: MESH_SCORES,
  decimated: MESH_SCORES,
});

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
