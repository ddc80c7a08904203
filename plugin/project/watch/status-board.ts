import { isDeepStrictEqual } from "node:util";
import type { GenerateSettings } from "../../core/generate-settings.ts";
import type { PictureStatus } from "./picture-status.ts";

/** How every picture stands, by its uuid; tells of each difference. */
export class StatusBoard {
  readonly #byUuid = new Map<string, PictureStatus>();
  readonly #onStatus: (status: PictureStatus) => void;
  readonly #onGone: (uuid: string) => void;

  constructor(onStatus: (status: PictureStatus) => void, onGone: (uuid: string) => void) {
    this.#onStatus = onStatus;
    this.#onGone = onGone;
  }

  get all(): readonly PictureStatus[] {
    return [...this.#byUuid.values()];
  }

  get(uuid: string): PictureStatus | undefined {
    return this.#byUuid.get(uuid);
  }

  set(status: PictureStatus): void {
    if (isDeepStrictEqual(this.#byUuid.get(status.uuid), status)) return;
    this.#byUuid.set(status.uuid, status);
    this.#onStatus(status);
  }

  /** Lays `change` over the status, if there is one. */
  change(uuid: string, change: Partial<Omit<PictureStatus, "uuid">>): void {
    const former = this.#byUuid.get(uuid);
    if (former !== undefined) this.set({ ...former, ...change });
  }

  /** @param settingsOf Settings of a picture without its own. */
  rebase(settingsOf: (picturePath: string) => GenerateSettings): void {
    for (const { uuid, picture, settings } of this.all) {
      this.change(uuid, { settings: { ...settings, base: settingsOf(picture.path) } });
    }
  }

  remove(uuid: string): void {
    if (this.#byUuid.delete(uuid)) this.#onGone(uuid);
  }
}
