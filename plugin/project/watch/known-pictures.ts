/** The pictures as they were at the last look, and what is different at this one. */
import { randomUUID } from "node:crypto";
import { mapConcurrent } from "../map-concurrent.ts";
import type { Picture } from "../scan.ts";
import { type FileStamp, stampOf } from "./file-stamp.ts";
import type { PictureJob } from "./picture-job.ts";

export interface KnownPicture {
  readonly picture: Picture;
  stamp: FileStamp;
  /** Its sidecar's, once there is one. */
  uuid: string;
  /** True while it has to be looked at even if its stamp stays. */
  isDue: boolean;
  /** True while its mesh is to be made also if nothing changed. */
  isAskedFor: boolean;
  /** The newest work on it. */
  workId: string | undefined;
  /** What is being done for it at the moment. */
  job: PictureJob | undefined;
}

export interface Changes {
  readonly gone: readonly KnownPicture[];
  /** Their files are there, but another picture's mesh has their mesh's name now. */
  readonly displaced: readonly KnownPicture[];
  readonly appeared: readonly KnownPicture[];
  readonly changed: readonly KnownPicture[];
}

/** Files that are looked at at a time. */
const LOOKS_AT_ONCE = 16;

export class KnownPictures {
  readonly #byPath = new Map<string, KnownPicture>();

  get size(): number {
    return this.#byPath.size;
  }

  at(path: string): KnownPicture | undefined {
    return this.#byPath.get(path);
  }

  /** Has every picture in the next comparison's changes. */
  markAllDue(): void {
    for (const known of this.#byPath.values()) known.isDue = true;
  }

  /**
   * What differs from the last comparison; the differences count as known then.
   *
   * @param pictures All that are there.
   * @param isUnsettled Pictures in motion stay as they are known. While one of them is missing none
   * appears: it may be the same under another name.
   */
  async compare(
    pictures: readonly Picture[],
    isUnsettled: (path: string) => boolean,
  ): Promise<Changes> {
    const present = new Set(pictures.map(({ path }) => path));
    const missing = [...this.#byPath.values()].filter(({ picture }) => !present.has(picture.path));
    const { gone, displaced } = await this.#dropMissing(
      missing.filter(({ picture }) => !isUnsettled(picture.path)),
    );
    const mayBeRenamed = missing.some(({ picture }) => isUnsettled(picture.path));

    const appeared: KnownPicture[] = [];
    const changed: KnownPicture[] = [];
    const settled = pictures.filter(({ path }) => !isUnsettled(path));
    const stamps = await mapConcurrent(settled, LOOKS_AT_ONCE, ({ path }) => stampOf(path));
    for (const [i, picture] of settled.entries()) {
      const former = this.#byPath.get(picture.path);
      const stamp = stamps[i];
      if (stamp === undefined || (former === undefined && mayBeRenamed)) continue;
      if (former === undefined) {
        const known = firstSeen(picture, stamp);
        this.#byPath.set(picture.path, known);
        appeared.push(known);
      } else if (former.stamp.version !== stamp.version || former.isDue) {
        changed.push(Object.assign(former, { stamp, isDue: false }));
      }
    }
    return { gone, displaced, appeared, changed };
  }

  async #dropMissing(
    missing: readonly KnownPicture[],
  ): Promise<Pick<Changes, "gone" | "displaced">> {
    for (const { picture } of missing) this.#byPath.delete(picture.path);
    const stamps = await mapConcurrent(missing, LOOKS_AT_ONCE, ({ picture }) =>
      stampOf(picture.path),
    );
    return {
      gone: missing.filter((_, i) => stamps[i] === undefined),
      displaced: missing.filter((_, i) => stamps[i] !== undefined),
    };
  }
}

function firstSeen(picture: Picture, stamp: FileStamp): KnownPicture {
  return {
    picture,
    stamp,
    uuid: randomUUID(),
    isDue: false,
    isAskedFor: false,
    workId: undefined,
    job: undefined,
  };
}
