/** One true mesh -> the scores of what the model makes of a picture of it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mat4 } from "gl-matrix";
import type { GenerateSettings } from "../core/generate-settings.ts";
import type { FloatImage, RgbaImage } from "../core/image.ts";
import { overGrey } from "../core/rendering.ts";
import { writeFileAtomically } from "../files/write.ts";
import { boundsOf } from "../mesh/measure.ts";
import type { Generator, StagedResult } from "../pipeline/contract.ts";
import type { View } from "../protocol/contact-sheet-page.ts";
import type { Placement } from "../protocol/evaluation-page.ts";
import type { Darkroom } from "./darkroom.ts";
import type { Lpips } from "./images/lpips.ts";
import { psnr } from "./images/psnr.ts";
import { ssim } from "./images/ssim.ts";
import { fieldCamera, INPUT_SIZE, placeMesh, viewsAround } from "./protocol.ts";
import { meanPictureScores, type PictureScores, type Scores } from "./scores.ts";
import { surfaceDistance } from "./surfaces/surface-distance.ts";

export interface EvaluationTools {
  readonly generator: Generator;
  readonly darkroom: Darkroom;
  /** Absent where it is not installed. */
  readonly lpips: Lpips | undefined;
}

export interface ObjectRequest {
  readonly glb: Uint8Array;
  readonly settings: GenerateSettings;
  /** Number of views. */
  readonly views: number;
  /** Side of each compared picture, pixels. */
  readonly size: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ObjectResult {
  readonly scores: Scores;
  /** What the pipeline had to say of the picture. */
  readonly warnings: readonly string[];
  /** The compared pictures, one per view, for people to look at. */
  readonly pictures: Readonly<
    Record<"truth" | "field" | "full" | "decimated", readonly RgbaImage[]>
  >;
}

/** JSON has no infinity, which is the PSNR of equal pictures. */
const GREATEST_PSNR = 100;

/** @throws InputError for a mesh that cannot be shown, ModelError for the model's faults, CancelledError. */
export async function evaluateObject(
  request: ObjectRequest,
  tools: EvaluationTools,
): Promise<ObjectResult> {
  const { glb, size, signal } = request;
  const { darkroom, generator, lpips } = tools;
  const views = viewsAround(request.views);
  const truth = await darkroom.readSurface(glb);
  const placement = placeMesh(boundsOf(truth), generator.view);
  const render = (mesh: Uint8Array, meshPlacement: Placement) =>
    darkroom.renderAlbedo({
      ...cameraOf(generator),
      ...{ glb: mesh, placement: meshPlacement, views, size, backdrop: "white" },
    });

  const made = await predict(request, placement, views[0], tools);
  const predicted = placeMesh(made.report.bounds, generator.view);
  const pictures = {
    truth: await render(glb, placement),
    field: await renderField(made, predicted, views, size, signal),
    full: await render(made.fullGlb, predicted),
    decimated: await render(made.glb, predicted),
  };

  const truths = pictures.truth.map(toFloats);
  const picturesScore = (images: readonly RgbaImage[]) =>
    scorePictures(images.map(toFloats), truths, lpips, signal);
  const surfaceScore = async (mesh: Uint8Array) =>
    surfaceDistance(await darkroom.readSurface(mesh), truth);
  const meshScore = async (mesh: Uint8Array, images: readonly RgbaImage[]) => {
    const { chamfer, fScores } = await surfaceScore(mesh);
    return { ...(await picturesScore(images)), chamfer, fScores: [...fScores] };
  };
  return {
    scores: {
      field: await picturesScore(pictures.field),
      full: await meshScore(made.fullGlb, pictures.full),
      decimated: await meshScore(made.glb, pictures.decimated),
    },
    warnings: made.report.warnings,
    pictures,
  };
}

function cameraOf({ view }: Generator): { distance: number; fieldOfView: number } {
  return { distance: view.orbitRadius, fieldOfView: view.fieldOfView };
}

/** The model is given a file, as users give it one. */
async function predict(
  { glb, settings, signal }: ObjectRequest,
  placement: Placement,
  view: View,
  { generator, darkroom }: EvaluationTools,
): Promise<StagedResult> {
  const [cutOut] = await darkroom.renderAlbedo({
    ...cameraOf(generator),
    ...{ glb, placement, views: [view], size: INPUT_SIZE, backdrop: "transparent" },
  });
  const folder = await mkdtemp(join(tmpdir(), "maquette-eval-"));
  try {
    const picturePath = join(folder, "input.png");
    await writeFileAtomically(picturePath, await darkroom.encodePng(cutOut));
    return await generator.generateInStages({ picturePath, name: "prediction", settings, signal });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function renderField(
  { toGlb, picture }: StagedResult,
  placement: Placement,
  views: readonly View[],
  size: number,
  signal: AbortSignal | undefined,
): Promise<RgbaImage[]> {
  const toModel = mat4.invert(new Float64Array(16), toGlb) as Float64Array;
  const cameras = views.map((view) =>
    fieldCamera(view, picture.view, picture.axes, placement, toModel),
  );
  const renderings = await picture.render(cameras, { width: size, height: size, signal });
  return renderings.map((rendering) => toBytes(overGrey(rendering, 1), size));
}

async function scorePictures(
  pictures: readonly FloatImage[],
  truths: readonly FloatImage[],
  lpips: Lpips | undefined,
  signal: AbortSignal | undefined,
): Promise<PictureScores> {
  const scores: PictureScores[] = [];
  for (const [k, picture] of pictures.entries()) {
    scores.push({
      psnr: Math.min(psnr(picture, truths[k]), GREATEST_PSNR),
      ssim: ssim(picture, truths[k]),
      lpips: (await lpips?.distance(picture, truths[k], signal)) ?? null,
    });
  }
  return meanPictureScores(scores);
}

/** Opaque pictures only. */
function toFloats({ width, height, data }: RgbaImage): FloatImage {
  const values = new Float32Array(width * height * 3);
  for (let i = 0; i < values.length; i++) values[i] = data[4 * Math.floor(i / 3) + (i % 3)] / 255;
  return { width, height, channels: 3, data: values };
}

/** Rounded to bytes, as the meshes' pictures are. */
function toBytes(rgb: Float32Array, size: number): RgbaImage {
  const data = new Uint8Array(size * size * 4).fill(255);
  for (let i = 0; i < rgb.length; i++) {
    const value = Math.round(255 * Math.min(Math.max(rgb[i], 0), 1));
    data[4 * Math.floor(i / 3) + (i % 3)] = value;
  }
  return { width: size, height: size, data };
}
