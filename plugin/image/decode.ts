/**
 * A picture file -> upright 8-bit sRGB pixels with straight alpha, of bounded size.
 *
 * The header is checked before any pixel is decoded, large pictures are shrunk while they are read,
 * and vector pictures are drawn at the working size. Damaged files are refused, not half decoded.
 */
import sharp from "sharp";
import { InputError, throwIfCancelled } from "../core/errors.ts";
import type { RgbaImage } from "../core/image.ts";
import { PICTURE_FORMATS } from "../core/picture-formats.ts";
import { readPictureFile } from "./read-picture-file.ts";
import { type PictureFormat, sniffFormat } from "./sniff.ts";

export interface DecodedPicture {
  /** Longest side at most 2048. */
  readonly image: RgbaImage;
  readonly source: PictureSource;
}

/** The picture as it lies on disk; width and height are upright, before any shrinking. */
export interface PictureSource {
  readonly format: PictureFormat;
  readonly width: number;
  readonly height: number;
  readonly hasAlpha: boolean;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const MAX_MEGAPIXELS = 100;
const MIN_SIDE = 16;
const MAX_WORKING_SIDE = 2048;
/** Vector pictures have no resolution of their own; they are drawn at least this large. */
const MIN_VECTOR_SIDE = 1024;

// Every picture is decoded once: cached operations would only hold memory.
sharp.cache(false);

/**
 * Decodes PNG, JPEG, WebP, AVIF, GIF (first frame), SVG and TIFF, recognised by content. Greyscale,
 * palette, 16-bit and CMYK become 8-bit sRGB, embedded colour profiles are honoured, EXIF
 * orientation is applied. Nothing outside the file is read, whatever an SVG refers to.
 *
 * @throws InputError for a file that cannot be read, is no supported picture, is damaged, or is too
 *   small or too large; CancelledError.
 */
export async function decodePicture(
  path: string,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<DecodedPicture> {
  throwIfCancelled(signal);
  const bytes = await readPictureFile(path, signal);
  const format = pictureFormat(bytes, path);
  const source = await readHeader(bytes, format, path);
  const size = workingSize(source, path);
  throwIfCancelled(signal);
  const image = await decodePixels(bytes, format, size, path);
  throwIfCancelled(signal);
  return { image, source };
}

function pictureFormat(bytes: Buffer, path: string): PictureFormat {
  const sniffed = sniffFormat(bytes);
  if (sniffed.kind === "picture") return sniffed.format;
  const what =
    sniffed.kind === "foreign" ? `is a ${sniffed.name} file` : "its content is not a picture";
  throw new InputError("unsupported", `${path}: ${what} — export it as ${PICTURE_FORMATS}`);
}

async function readHeader(
  bytes: Buffer,
  format: PictureFormat,
  path: string,
): Promise<PictureSource> {
  try {
    const header = await sharp(bytes, { limitInputPixels: false }).metadata();
    return { format, ...header.autoOrient, hasAlpha: header.hasAlpha };
  } catch (error) {
    throw damaged(path, format, error);
  }
}

/** The size to decode at. */
function workingSize({ format, width, height }: PictureSource, path: string): Size {
  const shown = `is ${width} x ${height} pixels`;
  const isVector = format === "SVG";
  if (!isVector && Math.min(width, height) < MIN_SIDE) {
    throw new InputError(
      "empty-picture",
      `${path}: ${shown}, at least ${MIN_SIDE} x ${MIN_SIDE} are needed — export it larger`,
    );
  }
  if (!isVector && width * height > MAX_MEGAPIXELS * 1e6) {
    throw new InputError(
      "too-large",
      `${path}: ${shown}, the limit is ${MAX_MEGAPIXELS} megapixels — export it smaller`,
    );
  }

  const longest = Math.max(width, height);
  const target = Math.min(Math.max(longest, isVector ? MIN_VECTOR_SIDE : 0), MAX_WORKING_SIDE);
  const scaled = (side: number) => Math.round((side * target) / longest);
  const size = { width: scaled(width), height: scaled(height) };
  if (Math.min(size.width, size.height) < MIN_SIDE) {
    throw new InputError(
      "unsupported",
      `${path}: ${shown}, too narrow for its length — crop it to the object`,
    );
  }
  return size;
}

async function decodePixels(
  bytes: Buffer,
  format: PictureFormat,
  size: Size,
  path: string,
): Promise<RgbaImage> {
  try {
    const { data, info } = await sharp(bytes, {
      autoOrient: true,
      failOn: "error",
      limitInputPixels: format === "SVG" ? false : MAX_MEGAPIXELS * 1e6,
    })
      // A kernel without negative lobes: overshoot at an outline would pollute the backdrop.
      .resize({ ...size, fit: "fill", kernel: "linear" })
      .toColourspace("srgb")
      .ensureAlpha()
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    };
  } catch (error) {
    throw damaged(path, format, error);
  }
}

function damaged(path: string, format: PictureFormat, cause: unknown): InputError {
  return new InputError(
    "unreadable",
    `${path}: the ${format} is damaged or incomplete — save or export it again`,
    { cause },
  );
}
