/**
 * Which picture is which. A uuid belongs to one picture for good: it goes along when the picture is
 * renamed, stays with the mesh when the picture is deleted, and is not shared with copies.
 */
import { randomUUID } from "node:crypto";
import type { GenerateSettings } from "../../core/generate-settings.ts";
import { isThere } from "../is-there.ts";
import type { Picture } from "../scan.ts";
import { updateSidecar } from "../sidecar-update.ts";
import { adopt, markOrphaned } from "./adoption.ts";
import type { WatchEvent } from "./events.ts";
import type { Changes, KnownPicture } from "./known-pictures.ts";
import { type Orphan, Orphans, type Reporting } from "./orphans.ts";
import { type PictureFacts, readFacts, statusFacts } from "./picture-facts.ts";
import type { StatusBoard } from "./status-board.ts";

export interface IdentitiesOptions {
  readonly board: StatusBoard;
  /** How a path is shown. */
  readonly label: (path: string) => string;
  /** Settings of a picture without its own. */
  readonly settingsOf: (picturePath: string) => GenerateSettings;
  readonly onEvent: (event: WatchEvent) => void;
  /** Told of files whose deletion has to be heard of. */
  readonly listenTo: (files: readonly string[]) => void;
  /** True for pictures that the watch looks after. */
  readonly isOurs: (picturePath: string) => boolean;
  readonly reporting: Reporting;
}

export class Identities {
  readonly #options: IdentitiesOptions;
  readonly #orphans: Orphans;
  /** The pictures, also those of orphans, by uuid. */
  readonly #holders = new Map<string, Picture>();
  /** What there is to tell of a picture, once its status says so. */
  readonly #news = new Map<KnownPicture, WatchEvent[]>();

  constructor(options: IdentitiesOptions) {
    this.#options = options;
    this.#orphans = new Orphans(options.label, options.reporting);
  }

  /** Finds what was left by pictures that went while nobody watched. */
  findOrphans(folders: readonly string[]): Promise<void> {
    return this.#orphans.findIn(folders);
  }

  /** What pictures had that are not there any more is free for those that appeared. */
  async release({ gone, displaced }: Changes): Promise<void> {
    for (const { picture, stamp } of gone) await this.#orphans.add(picture, stamp);
    for (const { uuid } of [...gone, ...displaced]) this.#holders.delete(uuid);
  }

  /** Gives a picture that appeared the sidecar and the mesh it had under another name. */
  async adoptOrphan(known: KnownPicture): Promise<void> {
    const { picture, stamp } = known;
    this.#orphans.forget(picture);
    const orphan = await this.#orphans.find(picture, stamp);
    if (orphan === undefined) return;
    await this.#options.reporting(async () => {
      await adopt(orphan.picture, picture);
      this.#orphans.forget(orphan.picture);
      this.#holders.delete(orphan.uuid);
      this.#keep(known, { type: "renamed", picture, from: orphan.picture.label });
    });
  }

  /** The picture's uuid is its sidecar's from now on; that of a copy is changed. */
  async identify(known: KnownPicture, facts: PictureFacts): Promise<void> {
    const { picture, uuid: former } = known;
    const uuid = facts.uuid ?? former;
    known.uuid = this.#isTaken(uuid, picture) ? former : uuid;
    if (known.uuid !== former && this.#holders.get(former) === picture) {
      this.#holders.delete(former);
      this.#options.board.remove(former);
    }
    this.#holders.set(known.uuid, picture);
    if (facts.uuid === undefined || facts.uuid === known.uuid) return;
    await this.#options.reporting(async () => {
      await updateSidecar(
        { path: picture.sidecarPath, subject: this.#options.label(picture.sidecarPath) },
        (state) => (state.kind === "present" ? { ...state.sidecar, uuid: known.uuid } : undefined),
      );
      this.#keep(known, { type: "copied", picture });
    });
  }

  /** What happened to the picture's identity since this was asked for. */
  takeNews(known: KnownPicture): readonly WatchEvent[] {
    const news = this.#news.get(known) ?? [];
    this.#news.delete(known);
    return news;
  }

  /** Pictures that did not turn up under other names are orphaned, or nothing is left of them. */
  async leave({ gone, displaced }: Changes): Promise<void> {
    for (const orphan of this.#orphans.all) {
      const isNew = !orphan.isLeft && this.#options.isOurs(orphan.picture.path);
      if (isNew) await this.#leaveOrphaned(orphan);
    }
    for (const { uuid } of [...gone, ...displaced]) {
      if (!this.#holders.has(uuid)) this.#options.board.remove(uuid);
    }
  }

  /** Orphans whose mesh or sidecar was deleted or taken over are the project's no more. */
  async forgetLost(): Promise<void> {
    for (const { picture, uuid, isLeft } of this.#orphans.all) {
      if (!isLeft) continue;
      const hasSidecar = await isThere(picture.sidecarPath);
      if (hasSidecar && (await this.#hasMesh(picture))) continue;
      this.#options.board.remove(uuid);
      if (hasSidecar) continue;
      this.#orphans.forget(picture);
      this.#holders.delete(uuid);
    }
  }

  async #leaveOrphaned(orphan: Orphan): Promise<void> {
    const { board, settingsOf, onEvent, listenTo, reporting } = this.#options;
    const { picture, wasMarked } = orphan;
    orphan.isLeft = true;
    if (this.#isTaken(orphan.uuid, picture)) orphan.uuid = randomUUID();
    this.#holders.set(orphan.uuid, picture);
    const hasMesh = await this.#hasMesh(picture);
    await reporting(() => markOrphaned(picture, orphan.uuid));
    if (!hasMesh) return board.remove(orphan.uuid);
    listenTo([picture.sidecarPath, picture.glbPath]);
    board.set({
      uuid: orphan.uuid,
      picture,
      phase: "orphaned",
      work: undefined,
      failure: undefined,
      ...statusFacts(await readFacts(picture), settingsOf(picture.path)),
    });
    if (!wasMarked) onEvent({ type: "orphaned", picture });
  }

  #keep(known: KnownPicture, event: WatchEvent): void {
    this.#news.set(known, [...(this.#news.get(known) ?? []), event]);
  }

  /** Of two that claim a uuid, the one that was first known keeps it. */
  #isTaken(uuid: string, { path }: Picture): boolean {
    const holder = this.#holders.get(uuid);
    return holder !== undefined && holder.path !== path;
  }

  /** False also when what stands there is another picture's. */
  async #hasMesh({ path, glbPath }: Picture): Promise<boolean> {
    const others = [...this.#holders.values()].filter((other) => other.path !== path);
    return !others.some((other) => other.glbPath === glbPath) && (await isThere(glbPath));
  }
}
