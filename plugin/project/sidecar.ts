/**
 * The sidecar `hero.png.maquette.json`: which settings a picture has of its own, and how its present
 * mesh came about. It stands beside the GLB and is meant for version control: keys have a fixed
 * order, and it holds no times and no absolute paths, so a run that changes nothing leaves no diff.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative } from "node:path";
import { z } from "zod";
import { InputError } from "../core/errors.ts";
import type { GenerateSettings } from "../core/generate-settings.ts";
import type { Bounds } from "../core/mesh.ts";
import type { ModelInfo } from "../core/model-info.ts";
import { MATTE_METHODS } from "../core/picture-reading.ts";
import { PRECISIONS } from "../core/precision.ts";
import { readError, systemErrorCode } from "../files/file-errors.ts";
import type { GenerateReport } from "../pipeline/contract.ts";
import { checked, oneOf, strictObject } from "../protocol/schema.ts";
import { type SettingsPatch, settingsPatchSchema, settingsSchema } from "../protocol/settings.ts";
import { withForwardSlashes } from "./paths.ts";
import type { Picture } from "./scan.ts";

export const SIDECAR_VERSION = 1;

export interface Sidecar {
  readonly version: typeof SIDECAR_VERSION;
  /** Identifies the asset for good, also when its files move. */
  readonly uuid: string;
  /** The picture, relative to the sidecar, with forward slashes. */
  readonly picture: string;
  /** The picture was deleted while it was watched; gone again when it comes back. */
  readonly orphaned?: true;
  /** The picture's own settings, where they differ from its presets. */
  readonly settings: SettingsPatch;
  /** How the GLB beside this file was made; absent until one was. */
  readonly result?: SidecarResult;
  /** Why the last attempt failed; absent when it did not. The result is then an earlier one. */
  readonly error?: Failure;
}

export interface SidecarResult {
  /** Hex SHA-256 of the picture. */
  readonly pictureSha256: string;
  /** All settings, presets included. */
  readonly settings: GenerateSettings;
  readonly model: Pick<ModelInfo, "id" | "weightsSha256" | "precision" | "licence">;
  readonly pipelineVersion: number;
  readonly glb: {
    readonly file: string;
    readonly sha256: string;
    /** Of node, mesh and material; absent when it is the picture's, which may have been renamed. */
    readonly name?: string;
  };
  readonly matte: GenerateReport["matte"];
  /** Then the picture is imported again once the network is installed. */
  readonly lacksMatteNetwork?: true;
  readonly triangles: GenerateReport["triangles"];
  /** Metres. */
  readonly bounds: Bounds;
  readonly dropped: GenerateReport["dropped"];
  readonly warnings: readonly string[];
}

export interface Failure {
  /** An `InputErrorCode` or `ModelErrorCode`, "cancelled", or "bug" for anything else. */
  readonly code: string;
  readonly message: string;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");
const xyz = z.tuple([z.number(), z.number(), z.number()], "three numbers");

const resultSchema = strictObject({
  pictureSha256: sha256,
  settings: settingsSchema,
  model: strictObject({
    id: z.string("a model id"),
    weightsSha256: sha256,
    // Absent in older sidecars, as the licence's source is.
    precision: oneOf(PRECISIONS).default("f32"),
    licence: strictObject({
      spdx: z.string("an SPDX identifier"),
      commercialUse: z.boolean("true or false"),
      source: z.string("a text").default("not recorded"),
    }),
  }),
  pipelineVersion: z.number("a number"),
  glb: strictObject({
    file: z.string("a file name"),
    sha256,
    name: z.string("a name").exactOptional(),
  }),
  matte: oneOf(MATTE_METHODS),
  lacksMatteNetwork: z.literal(true, "true").exactOptional(),
  triangles: strictObject({
    requested: z.number("a number"),
    achieved: z.number("a number"),
    error: z.number("a number"),
    reason: z.string("a text").exactOptional(),
  }),
  bounds: strictObject({ min: xyz, max: xyz }),
  dropped: strictObject({
    components: z.number("a number"),
    volumeShare: z.number("a number"),
  }),
  warnings: z.array(z.string("a text"), "a list of texts"),
});

const sidecarSchema: z.ZodType<Sidecar> = strictObject({
  version: z.literal(SIDECAR_VERSION, String(SIDECAR_VERSION)),
  uuid: z.uuid("a UUID"),
  picture: z.string("a path"),
  orphaned: z.literal(true, "true").exactOptional(),
  settings: settingsPatchSchema,
  result: resultSchema.exactOptional(),
  error: strictObject({ code: z.string("a code"), message: z.string("a text") }).exactOptional(),
});

export type SidecarState =
  | { readonly kind: "absent" }
  | { readonly kind: "present"; readonly sidecar: Sidecar; readonly text: string }
  /** Not a sidecar any more, say after a failed merge; the UUID is what could be saved of it. */
  | { readonly kind: "damaged"; readonly uuid: string | undefined; readonly reason: string };

/**
 * @param subject How errors name the file.
 * @throws InputError "unsupported" when a newer Maquette wrote the file, or why it cannot be read.
 */
export async function readSidecar(path: string, subject: string): Promise<SidecarState> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemErrorCode(error) ?? "")) return { kind: "absent" };
    throw readError(error, subject);
  }
  return parseSidecar(text, subject);
}

export function parseSidecar(text: string, subject: string): SidecarState {
  try {
    const value: unknown = JSON.parse(text);
    refuseNewer(value, subject);
    return { kind: "present", sidecar: checked(sidecarSchema, value, subject, "unreadable"), text };
  } catch (error) {
    if (error instanceof SyntaxError) {
      const reason = `${subject}: is not JSON (${error.message})`;
      return { kind: "damaged", uuid: uuidIn(text), reason };
    }
    if (error instanceof InputError && error.code === "unreadable") {
      return { kind: "damaged", uuid: uuidIn(text), reason: error.message };
    }
    throw error;
  }
}

/** The file's text: fixed key order, two spaces, newline at the end. */
export function formatSidecar(sidecar: Sidecar): string {
  return `${JSON.stringify(sidecarSchema.parse(sidecar), null, 2)}\n`;
}

/** A sidecar for a picture that has none, or whose sidecar was damaged. */
export function newSidecar(picture: Picture, uuid: string | undefined): Sidecar {
  return {
    version: SIDECAR_VERSION,
    uuid: uuid ?? randomUUID(),
    picture: pictureFromSidecar(picture),
    settings: {},
  };
}

/** The picture's path relative to its sidecar; only its name when there is no relative way. */
export function pictureFromSidecar(picture: Picture): string {
  const way = relative(dirname(picture.sidecarPath), picture.path);
  return isAbsolute(way) ? basename(picture.path) : withForwardSlashes(way);
}

function refuseNewer(value: unknown, subject: string): void {
  const version = typeof value === "object" && value !== null && Reflect.get(value, "version");
  if (typeof version === "number" && version > SIDECAR_VERSION) {
    throw new InputError(
      "unsupported",
      `${subject}: has version ${version}, this Maquette reads up to ${SIDECAR_VERSION} — update babylon-maquette`,
    );
  }
}

function uuidIn(text: string): string | undefined {
  const match = /"uuid"\s*:\s*"([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})"/i.exec(text);
  return match?.[1];
}
