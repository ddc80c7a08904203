import { InputError } from "../core/errors.ts";
import type { Forecast } from "../project/forecast.ts";
import type { PictureStatus } from "../project/watch/picture-status.ts";
import type { Asset } from "../protocol/service.ts";
import { assetOf } from "./asset.ts";

/** The project's assets as they are now, by uuid. */
export class ProjectAssets {
  readonly #root: string;
  readonly #forecast: Forecast;
  readonly #statuses = new Map<string, PictureStatus>();

  /** @param root The project's folder, absolute. */
  constructor(root: string, forecast: Forecast) {
    this.#root = root;
    this.#forecast = forecast;
  }

  set(status: PictureStatus): void {
    this.#statuses.set(status.uuid, status);
  }

  delete(uuid: string): void {
    this.#statuses.delete(uuid);
  }

  /** @throws InputError "not-found". */
  status(uuid: string): PictureStatus {
    const status = this.#statuses.get(uuid);
    if (status !== undefined) return status;
    throw new InputError("not-found", "asset: none has this uuid — list the assets anew");
  }

  /** Undefined when there is none of that uuid any more. */
  asset(uuid: string): Asset | undefined {
    const status = this.#statuses.get(uuid);
    return status && assetOf(status, this.#root, this.#forecast);
  }

  get all(): Asset[] {
    return [...this.#statuses.values()].map((status) =>
      assetOf(status, this.#root, this.#forecast),
    );
  }
}
