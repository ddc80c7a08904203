/**
 * The work on pictures, from its request to its end, and how each picture stands meanwhile. Of one
 * picture only the newest work counts. Whoever hears of an event finds the picture's status to say so.
 */
import { randomUUID } from "node:crypto";
import type { GenerateSettings } from "../../core/generate-settings.ts";
import { STAGES } from "../../core/progress.ts";
import type { MeshGenerator } from "../../pipeline/contract.ts";
import type { ItemOutcome } from "../import.ts";
import type { PlannedItem } from "../plan.ts";
import type { Picture } from "../scan.ts";
import type { Delay } from "./clock.ts";
import type { WatchEvent } from "./events.ts";
import type { KnownPicture } from "./known-pictures.ts";
import { NewestWinsQueue, type Work } from "./newest-wins-queue.ts";
import { type PictureFacts, readFacts, statusFacts } from "./picture-facts.ts";
import { PictureJob } from "./picture-job.ts";
import type { PictureStatus, PictureWork } from "./picture-status.ts";
import type { StatusBoard } from "./status-board.ts";

export interface PictureWorksOptions {
  readonly board: StatusBoard;
  readonly generator: MeshGenerator;
  /** Pictures in work at a time. */
  readonly jobs: number;
  readonly delay: Delay;
  readonly plan: (known: KnownPicture) => Promise<PlannedItem>;
  /** Settings of a picture without its own. */
  readonly settingsOf: (picturePath: string) => GenerateSettings;
  /** True while the file is being written. */
  readonly isUnsettled: (picturePath: string) => boolean;
  readonly onEvent: (event: WatchEvent) => void;
  /** Told when work has ended. */
  readonly onChange: () => void;
  /** Takes what ends the watch: the model's own fault, and bugs. */
  readonly onError: (error: unknown) => void;
}

export class PictureWorks {
  readonly #options: PictureWorksOptions;
  readonly #queue: NewestWinsQueue;

  constructor(options: PictureWorksOptions) {
    this.#options = options;
    this.#queue = new NewestWinsQueue(options.jobs, options.onChange, options.onError);
  }

  /** Pictures that wait for their turn. */
  get waiting(): number {
    return this.#queue.waiting;
  }

  get isEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  /**
   * Has the mesh brought up to date; work that does so already goes on.
   *
   * @param news Told once the picture's status holds `facts`.
   */
  async request(
    known: KnownPicture,
    facts: PictureFacts,
    news: readonly WatchEvent[],
  ): Promise<void> {
    const { board, plan, settingsOf, onEvent } = this.#options;
    const { picture } = known;
    const isInWork = known.job?.isMaking(await plan(known)) ?? false;
    const shown = { uuid: known.uuid, picture, ...statusFacts(facts, settingsOf(picture.path)) };
    const former = board.get(known.uuid);
    const show = (standing: Standing): void => {
      board.set({ ...standing, ...shown });
      for (const event of news) onEvent(event);
    };
    if (isInWork && former !== undefined) show(former);
    else this.#put(known, show);
  }

  /** Makes the mesh anew, also of an unchanged picture. */
  demand(known: KnownPicture): void {
    known.isAskedFor = true;
    this.#put(known, (standing) => this.#options.board.change(known.uuid, standing));
  }

  /** Until it is requested or demanded again. */
  cancel(known: KnownPicture): void {
    const { board, onChange, onError } = this.#options;
    known.isAskedFor = false;
    board.change(known.uuid, { phase: "cancelled", work: undefined });
    this.drop(known.picture).then(onChange, onError);
  }

  /** Cancels the work on a picture's mesh; resolves when it has ended. */
  drop({ glbPath }: Picture): Promise<void> {
    return this.#queue.drop(glbPath);
  }

  /** Cancels everything; resolves when it has ended. */
  close(): Promise<void> {
    return this.#queue.close();
  }

  #put(known: KnownPicture, tell: (standing: Standing) => void): void {
    const id = randomUUID();
    known.workId = id;
    tell({ phase: "waiting", work: atRest({ id, retryAfter: undefined }), failure: undefined });
    this.#queue.put(known.picture.glbPath, (...turn) => this.#perform(known, id, ...turn));
  }

  async #perform(
    known: KnownPicture,
    id: string,
    ...[signal, stepAside]: Parameters<Work>
  ): Promise<void> {
    const { generator, delay, plan, isUnsettled, onEvent, onError } = this.#options;
    known.job = new PictureJob(known.picture, {
      generator,
      delay,
      stepAside,
      plan: () => plan(known),
      isUnsettled: () => isUnsettled(known.picture.path),
      onEvent: (event) => {
        if (signal.aborted && event.type !== "bug") return; // all it has to do is end
        this.#follow(known, event);
        onEvent(event);
      },
      onModelError: onError,
    });
    const finished = await known.job.run(signal);
    known.job = undefined;
    if (finished === undefined) known.isDue = true; // the picture is looked at when it has settled
    if (known.workId === id) await this.#end(known, id, finished?.outcome);
    if (finished !== undefined) onEvent(finished);
  }

  #follow({ uuid }: KnownPicture, event: WatchEvent): void {
    const { board } = this.#options;
    const work = board.get(uuid)?.work;
    if (work === undefined) return;
    const progress = progressOf(event);
    if (progress !== undefined) {
      const stageStart = work.stage === progress.stage ? work.stageStart : performance.now();
      board.change(uuid, { phase: "working", work: { ...work, ...progress, stageStart } });
    }
    if (event.type === "retrying") {
      const { failure: retryAfter } = event;
      board.change(uuid, { phase: "working", work: atRest({ id: work.id, retryAfter }) });
    }
  }

  async #end(known: KnownPicture, id: string, outcome: ItemOutcome | undefined): Promise<void> {
    const { board, settingsOf } = this.#options;
    const { uuid, picture } = known;
    if (outcome === undefined) {
      const work = board.get(uuid)?.work;
      if (work !== undefined) board.change(uuid, { phase: "waiting", work: atRest(work) });
      return;
    }
    if (outcome.status === "cancelled") {
      return board.change(uuid, { phase: "cancelled", work: undefined });
    }
    known.isAskedFor = false;
    const facts = await readFacts(picture);
    if (known.workId !== id) return;
    board.change(uuid, {
      ...statusFacts(facts, settingsOf(picture.path)),
      phase: outcome.status === "failed" ? "failed" : "ready",
      work: undefined,
      failure: outcome.status === "failed" ? outcome.failure : undefined,
    });
  }
}

/** A mesh that is begun is in its first stage. */
function progressOf(event: WatchEvent): Pick<PictureWork, "stage" | "fraction"> | undefined {
  if (event.type === "stage") return { stage: event.stage, fraction: event.fraction };
  const isBegun = event.type === "started" && event.item.action === "generate";
  return isBegun ? { stage: STAGES[0], fraction: 0 } : undefined;
}

type Standing = Pick<PictureStatus, "phase" | "work" | "failure">;

function atRest({ id, retryAfter }: Pick<PictureWork, "id" | "retryAfter">): PictureWork {
  return { id, stage: undefined, fraction: 0, stageStart: performance.now(), retryAfter };
}
