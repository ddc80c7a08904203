/** Pictures -> the bytes of PNG, animated WebP and GIF, and of MP4 where there is ffmpeg. */
import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import sharp from "sharp";
import { CancelledError, InputError, throwIfCancelled } from "../core/errors.ts";
import type { RgbaImage } from "../core/image.ts";

export async function encodePng({ width, height, data }: RgbaImage): Promise<Uint8Array> {
  return sharp(data, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
}

/** Repeats for ever; `frames` are two or more PNGs of one size, each shown for `delayMs`. */
export async function encodeAnimation(
  frames: readonly Uint8Array[],
  format: "webp" | "gif",
  delayMs: number,
): Promise<Uint8Array> {
  const delay = frames.map(() => Math.round(delayMs));
  const joined = sharp([...frames], { join: { animated: true } });
  return format === "webp"
    ? joined.webp({ delay, loop: 0, quality: 90 }).toBuffer()
    : joined.gif({ delay, loop: 0, dither: 0.5 }).toBuffer();
}

export interface Mp4Options {
  readonly signal?: AbortSignal | undefined;
  /** The program; `ffmpeg` on PATH by default. */
  readonly ffmpeg?: string;
}

/**
 * One turn of `frames`, on white; undefined when there is no ffmpeg.
 *
 * @throws InputError "unsupported" with ffmpeg's own last words, CancelledError.
 */
export async function encodeMp4(
  frames: readonly Uint8Array[],
  delayMs: number,
  { signal, ffmpeg = "ffmpeg" }: Mp4Options = {},
): Promise<Uint8Array | undefined> {
  throwIfCancelled(signal);
  const folder = await mkdtemp(join(tmpdir(), "maquette-mp4-"));
  try {
    // MP4 is written with seeking back, which a pipe cannot do.
    const file = join(folder, "turn.mp4");
    const isThere = await runFfmpeg(
      ffmpeg,
      await mp4Arguments(frames, delayMs, file),
      frames,
      signal,
    );
    return isThere ? await readFile(file) : undefined;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function mp4Arguments(
  frames: readonly Uint8Array[],
  delayMs: number,
  file: string,
): Promise<string[]> {
  const { width, height } = await sharp(frames[0]).metadata();
  return [
    ...["-hide_banner", "-loglevel", "error", "-y"],
    ...["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", `${width}x${height}`],
    ...["-framerate", String(1000 / delayMs), "-i", "-"],
    // Most players take only this pixel format, which has even sides.
    ...["-vf", "pad=ceil(iw/2)*2:ceil(ih/2)*2:color=white", "-pix_fmt", "yuv420p"],
    ...["-movflags", "+faststart", file],
  ];
}

/** False when there is no such program. */
async function runFfmpeg(
  program: string,
  args: readonly string[],
  frames: readonly Uint8Array[],
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const child = spawn(program, args, {
    stdio: ["pipe", "ignore", "pipe"],
    ...(signal && { signal }),
  });
  const errors: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => errors.push(chunk));
  // "close" comes last, also after an error: nothing writes into the folder any more.
  const ended = new Promise<number | null>((resolve, reject) => {
    let fault: Error | undefined;
    child.on("error", (error) => {
      fault ??= error;
    });
    child.on("close", (code) => (fault === undefined ? resolve(code) : reject(fault)));
  });
  const fed = pipeline(Readable.from(rawFrames(frames)), child.stdin);
  const [end, feeding] = await Promise.allSettled([ended, fed]);
  if (signal?.aborted) throw new CancelledError();
  if (end.status === "rejected") {
    if ((end.reason as NodeJS.ErrnoException).code === "ENOENT") return false;
    const message = `ffmpeg: cannot be started (${String(end.reason)}) — repair it or take it off PATH`;
    throw new InputError("unsupported", message, { cause: end.reason });
  }
  if (end.value !== 0) throw ffmpegFailure(end.value, Buffer.concat(errors).toString());
  if (feeding.status === "rejected") throw feeding.reason;
  return true;
}

async function* rawFrames(frames: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  for (const png of frames) {
    yield await sharp(png).flatten({ background: "white" }).raw().toBuffer();
  }
}

function ffmpegFailure(code: number | null, log: string): InputError {
  const words = log.trim().split("\n").at(-1) || `it ended with code ${code}`;
  return new InputError(
    "unsupported",
    `ffmpeg: ${words} — install an ffmpeg that writes MP4; the other files are written`,
  );
}
