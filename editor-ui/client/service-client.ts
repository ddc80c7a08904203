/** The service as a browser sees it: its assets as they are now, and what can be asked of it. */
import type { Asset, LogLevel, SavedPicture, ServiceModel } from "../../plugin/protocol/service.ts";
import type { SettingsChanges } from "../../plugin/protocol/settings.ts";

/** A value that is replaced, never changed, so that it can be compared by identity. */
export interface ClientState {
  /**
   * `connecting`: for the first time. `lost`: what is known may be old; the client goes on trying.
   * `closed`: `close` was called.
   */
  readonly connection: "connecting" | "open" | "lost" | "closed";
  /** Why there is no connection, and what to do. */
  readonly problem: string | undefined;
  readonly project: string | undefined;
  readonly model: ServiceModel | undefined;
  readonly folders: readonly string[];
  /** By uuid, in the order of the pictures' paths. */
  readonly assets: ReadonlyMap<string, Asset>;
  /** The latest of the service's messages, oldest first. */
  readonly log: readonly LogLine[];
}

export interface LogLine {
  readonly level: LogLevel;
  readonly message: string;
}

/** Every request @throws ClientError saying what the service refused and what to do. */
export interface ServiceClient {
  readonly state: ClientState;
  /** `listener` is told after `state` was replaced; returns what ends that. */
  subscribe(listener: () => void): () => void;
  /** Makes a mesh anew, also of an unchanged picture. */
  generate(uuid: string): Promise<void>;
  /** Ends the work that `Asset.job` names; of newer work it takes no notice. */
  cancel(jobId: string): Promise<void>;
  changeSettings(uuid: string, changes: SettingsChanges): Promise<void>;
  /** In the machine's file manager. */
  reveal(uuid: string): Promise<void>;
  /** Saves a picture into the first watched folder, under a free name like `name`. */
  upload(name: string, bytes: Blob): Promise<SavedPicture>;
  picture(uuid: string): Promise<Blob>;
  /** PNG, at most 256 pixels a side. */
  thumbnail(uuid: string): Promise<Blob>;
  mesh(uuid: string): Promise<Uint8Array>;
  /** Ends the connection for good. */
  close(): void;
}
