import type { ImportEvent } from "../import.ts";
import type { Picture } from "../scan.ts";
import type { Failure } from "../sidecar.ts";

/** What a watch tells of. */
export type WatchEvent =
  /** Changes are heard of from now on; so many pictures stand there. */
  | { readonly type: "watching"; readonly pictures: number }
  | ImportEvent
  /** The attempt failed for a reason that passes. */
  | {
      readonly type: "retrying";
      readonly picture: Picture;
      readonly failure: Failure;
      /** Until the next attempt. */
      readonly delayMs: number;
    }
  /** The picture has another name now; identity, sidecar and mesh went with it. */
  | { readonly type: "renamed"; readonly picture: Picture; readonly from: string }
  /** The picture came with another one's sidecar; it has a uuid of its own now. */
  | { readonly type: "copied"; readonly picture: Picture }
  /** The picture was deleted; its mesh stays. */
  | { readonly type: "orphaned"; readonly picture: Picture }
  /** The configuration was read again; what `restart` names holds from the next start on. */
  | { readonly type: "configured"; readonly file: string; readonly restart: readonly string[] }
  /** Something that is not one picture's fault; the rest goes on. */
  | { readonly type: "problem"; readonly message: string }
  | { readonly type: "bug"; readonly error: unknown }
  /** Every mesh is up to date, or its picture has failed. */
  | { readonly type: "idle" };
