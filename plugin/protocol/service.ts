/**
 * What the service and its clients say to each other. Commands go over HTTP, news over one WebSocket;
 * both want the token of `.maquette/service.json`.
 *
 * | request | body | answer |
 * |---|---|---|
 * | GET /assets | | `Asset[]` |
 * | POST /assets/:uuid/generate | | 202; makes the mesh anew, also of an unchanged picture |
 * | PATCH /assets/:uuid/settings | `SettingsChanges` | 204 |
 * | POST /assets/:uuid/reveal | | 204; shows the mesh, else the picture, in the file manager |
 * | DELETE /jobs/:id | | 204 |
 * | POST /pictures?name=hero.png | the file's bytes | 201 `SavedPicture` |
 * | POST /openings | | 201 `Opening` |
 * | GET /files/:uuid/picture, /thumbnail, /mesh.glb | | the bytes |
 *
 * A request that fails answers with `Problem`. The token goes into `Authorization: Bearer`, and for
 * the WebSocket `/events` into a subprotocol, `TOKEN_SUBPROTOCOL_PREFIX` + token, beside
 * `EVENTS_SUBPROTOCOL`.
 */
import * as z from "zod";
import type { GenerateSettings } from "../core/generate-settings.ts";
import type { Bounds } from "../core/mesh.ts";
import { MATTE_METHODS, type MatteMethod } from "../core/picture-reading.ts";
import { PRECISIONS, type Precision } from "../core/precision.ts";
import { STAGES, type Stage } from "../core/progress.ts";
import { oneOf, strictObject } from "./schema.ts";
import { type SettingsPatch, settingsPatchSchema, settingsSchema } from "./settings.ts";

/** Raised when a client of the former version would misunderstand the service. */
export const PROTOCOL_VERSION = 1;

export const EVENTS_SUBPROTOCOL = "maquette.events";
export const TOKEN_SUBPROTOCOL_PREFIX = "maquette.token.";

/** Bytes of a picture that may be uploaded. */
export const MAX_UPLOAD_BYTES: number = 64 << 20;

/** How to reach a service; the content of `.maquette/service.json`. */
export interface ServiceAddress {
  readonly version: typeof PROTOCOL_VERSION;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** 64 hexadecimal digits. */
  readonly token: string;
  readonly pid: number;
}

/**
 * `waiting`: its turn comes. `working`: see `job`. `ready`: the mesh is up to date. `failed`: see
 * `problem`; an earlier mesh may be there. `cancelled`: by the user, until the picture changes or a
 * mesh is asked for. `orphaned`: the picture was deleted and the mesh stays.
 */
export const ASSET_STATES = [
  "waiting",
  "working",
  "ready",
  "failed",
  "cancelled",
  "orphaned",
] as const;

export type AssetState = (typeof ASSET_STATES)[number];

/** A picture and its mesh. */
export interface Asset {
  readonly uuid: string;
  /** Names node, mesh and material in the GLB. */
  readonly name: string;
  /** Path from the project's folder, with forward slashes. */
  readonly picture: string;
  /** The same, where the GLB stands or will stand. */
  readonly mesh: string;
  readonly state: AssetState;
  /** While `waiting` or `working`. */
  readonly job?: Job;
  /** While `failed`. */
  readonly problem?: Problem;
  /** Of the mesh that is there. */
  readonly result?: AssetResult;
  readonly settings: AssetSettings;
}

export interface AssetSettings {
  /** What the picture gets without settings of its own: defaults, configuration and presets. */
  readonly preset: GenerateSettings;
  /** The picture's own, which win. */
  readonly own: SettingsPatch;
}

export interface Job {
  readonly id: string;
  /** Absent while it waits. */
  readonly stage?: Stage;
  /** Of the stage, 0..1. */
  readonly fraction: number;
  /** Estimated time until the mesh is there, ms; absent while nothing is known. */
  readonly remainingMs?: number;
  /** The last attempt failed for this reason, which may pass; it is tried again. */
  readonly retryAfter?: Problem;
}

/** Something that went wrong: `message` says what, and what to do. */
export interface Problem {
  /** An `InputErrorCode` or `ModelErrorCode`, "cancelled", or "bug". */
  readonly code: string;
  readonly message: string;
}

export interface AssetResult {
  /** Hex SHA-256 of the GLB. */
  readonly sha256: string;
  /** Of the picture it was made from. */
  readonly pictureSha256: string;
  readonly bytes: number;
  readonly triangles: { readonly requested: number; readonly achieved: number };
  /** Metres, in the GLB's frame. */
  readonly bounds: Bounds;
  readonly matte: MatteMethod;
  readonly model: AssetModel;
  readonly warnings: readonly string[];
}

export interface AssetModel {
  readonly id: string;
  readonly precision: Precision;
  readonly licence: ModelLicence;
}

export interface ModelLicence {
  /** SPDX identifier, or `NOASSERTION`. */
  readonly spdx: string;
  readonly commercialUse: boolean;
  readonly source: string;
}

/** The model that makes new meshes. */
export interface ServiceModel extends AssetModel {
  readonly name: string;
  /** True for models whose meshes are drafts. */
  readonly preview: boolean;
  /** As asked for: `auto`, or an execution provider. */
  readonly device: string;
  /** The execution provider in use; absent until the model has run. */
  readonly deviceInUse?: string;
}

/** The project as a client finds it. */
export interface Hello {
  readonly type: "hello";
  readonly version: typeof PROTOCOL_VERSION;
  readonly project: string;
  readonly model: ServiceModel;
  /** Folders that are watched, as people know them; uploads go to the first. */
  readonly folders: readonly string[];
  readonly assets: readonly Asset[];
}

export type ServiceEvent =
  /** The first event of a connection. */
  | Hello
  /** The asset is new or different. */
  | { readonly type: "asset"; readonly asset: Asset }
  | { readonly type: "gone"; readonly uuid: string }
  | { readonly type: "model"; readonly model: ServiceModel }
  | { readonly type: "log"; readonly level: LogLevel; readonly message: string };

export const LOG_LEVELS = ["info", "warning", "error"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Where an upload went, relative to the project's folder. */
export interface SavedPicture {
  readonly picture: string;
}

/** An address below the service's that shows the studio's page without the token, once and soon. */
export interface Opening {
  readonly path: string;
}

const text = z.string("a text");
const number = z.number("a number");
const xyz = z.tuple([number, number, number], "three numbers");
const hexDigits = z.string().regex(/^[0-9a-f]{64}$/, "64 hexadecimal digits");

export const serviceAddressSchema: z.ZodType<ServiceAddress> = strictObject({
  version: z.literal(PROTOCOL_VERSION, String(PROTOCOL_VERSION)),
  url: z.string().regex(/^http:\/\/127\.0\.0\.1:\d+$/, "http://127.0.0.1:PORT"),
  token: hexDigits,
  pid: number,
});

export const problemSchema: z.ZodType<Problem> = strictObject({ code: text, message: text });

const licenceSchema = strictObject({
  spdx: text,
  commercialUse: z.boolean("true or false"),
  source: text,
});

const modelFields = { id: text, precision: oneOf(PRECISIONS), licence: licenceSchema };

const resultSchema = strictObject({
  sha256: hexDigits,
  pictureSha256: hexDigits,
  bytes: number,
  triangles: strictObject({ requested: number, achieved: number }),
  bounds: strictObject({ min: xyz, max: xyz }),
  matte: oneOf(MATTE_METHODS),
  model: strictObject(modelFields),
  warnings: z.array(text, "a list of texts"),
});

const jobSchema = strictObject({
  id: text,
  stage: oneOf(STAGES).exactOptional(),
  fraction: number,
  remainingMs: number.exactOptional(),
  retryAfter: problemSchema.exactOptional(),
});

export const assetSchema: z.ZodType<Asset> = strictObject({
  uuid: z.uuid("a UUID"),
  name: text,
  picture: text,
  mesh: text,
  state: oneOf(ASSET_STATES),
  job: jobSchema.exactOptional(),
  problem: problemSchema.exactOptional(),
  result: resultSchema.exactOptional(),
  settings: strictObject({ preset: settingsSchema, own: settingsPatchSchema }),
});

const modelSchema = strictObject({
  ...modelFields,
  name: text,
  preview: z.boolean("true or false"),
  device: text,
  deviceInUse: text.exactOptional(),
});

export const serviceEventSchema: z.ZodType<ServiceEvent> = z.discriminatedUnion("type", [
  strictObject({
    type: z.literal("hello"),
    version: z.literal(PROTOCOL_VERSION, String(PROTOCOL_VERSION)),
    project: text,
    model: modelSchema,
    folders: z.array(text, "a list of texts"),
    assets: z.array(assetSchema, "a list of assets"),
  }),
  strictObject({ type: z.literal("asset"), asset: assetSchema }),
  strictObject({ type: z.literal("gone"), uuid: z.uuid("a UUID") }),
  strictObject({ type: z.literal("model"), model: modelSchema }),
  strictObject({ type: z.literal("log"), level: oneOf(LOG_LEVELS), message: text }),
]);

export const savedPictureSchema: z.ZodType<SavedPicture> = strictObject({ picture: text });

export const openingSchema: z.ZodType<Opening> = strictObject({
  path: z.string().regex(/^\/openings\/[0-9a-f]{64}$/, "/openings/KEY"),
});
