import type { GenerateSettings } from "../../core/generate-settings.ts";
import type { Stage } from "../../core/progress.ts";
import type { SettingsPatch } from "../../protocol/settings.ts";
import type { Picture } from "../scan.ts";
import type { Failure, SidecarResult } from "../sidecar.ts";

/** A picture of a running watch and how it stands with its mesh. */
export interface PictureStatus {
  readonly uuid: string;
  readonly picture: Picture;
  /**
   * `waiting`: its turn comes. `working`: a mesh is being made, or tried again soon. `ready`: the
   * mesh is up to date. `failed`: see `failure`. `cancelled`: by the user, until the picture changes
   * or a mesh is asked for, or by the end of the watch. `orphaned`: the picture is gone and the mesh stays.
   */
  readonly phase: "waiting" | "working" | "ready" | "failed" | "cancelled" | "orphaned";
  /** While `waiting` or `working`. */
  readonly work: PictureWork | undefined;
  /** While `failed`. */
  readonly failure: Failure | undefined;
  /** Of the mesh that is there, be it an earlier one. */
  readonly result: SidecarResult | undefined;
  /** Size of that mesh's GLB. */
  readonly glbBytes: number | undefined;
  readonly settings: {
    /** Without the picture's own: defaults, configuration and presets. */
    readonly base: GenerateSettings;
    readonly own: SettingsPatch;
  };
}

export interface PictureWork {
  /** Names this work; newer work on the same picture has another. */
  readonly id: string;
  /** Undefined while it waits. */
  readonly stage: Stage | undefined;
  /** Of the stage, 0..1. */
  readonly fraction: number;
  /** `performance.now()` when the stage began. */
  readonly stageStart: number;
  /** Why the attempt before this one failed. */
  readonly retryAfter: Failure | undefined;
}
