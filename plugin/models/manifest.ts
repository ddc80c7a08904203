/** `manifest.json` of an installed model: what it is, under which licence, and its files' hashes. */
import { z } from "zod";
import { LICENCE, type Licence } from "./licence.ts";

/** `lrm`: makes meshes of pictures; `matte`: cuts the object out of a picture. */
export type ModelKind = "lrm" | "matte";

export const MANIFEST_VERSION = 1;

export interface FileRecord {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

export interface Manifest {
  readonly version: typeof MANIFEST_VERSION;
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly kind: ModelKind;
  readonly licence: Licence;
  /** The file it was made from. */
  readonly source: FileRecord & {
    /** A web address, or a file's name without its folder. */
    readonly from: string;
  };
  /** By name, all files of the model but this one. */
  readonly files: Readonly<Record<string, FileRecord>>;
}

/** The weights' file name. */
export const WEIGHTS_FILES: Readonly<Record<ModelKind, string>> = {
  lrm: "model.safetensors",
  matte: "model.onnx",
};

/** What checkpoints are called. */
export const CHECKPOINT_NAME: RegExp = /\.(safetensors|ckpt|pt|pth|bin)$/i;

const FILE_RECORD = z.strictObject({
  bytes: z.number().int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

export const MANIFEST: z.ZodType<Manifest> = z
  .strictObject({
    version: z.literal(MANIFEST_VERSION),
    id: z.string(),
    name: z.string(),
    kind: z.enum(["lrm", "matte"]),
    licence: LICENCE,
    source: FILE_RECORD.extend({ from: z.string() }),
    files: z.record(z.string().regex(/^[^/\\]+$/), FILE_RECORD),
  })
  .refine(({ kind, files }) => WEIGHTS_FILES[kind] in files);
