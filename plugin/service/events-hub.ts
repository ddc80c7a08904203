/** Tells every client what is new: all there is first, then each change. */
import type { WebSocket } from "@fastify/websocket";
import type { ServiceLimits } from "./limits.ts";
import type { LogNews } from "./log-line.ts";
import { CLOSE, type NewsSource, Subscriber } from "./subscriber.ts";

/** Between two rounds of news, ms; progress comes faster than anybody can read. */
const ROUND_MS = 30;

export class EventsHub {
  readonly #source: NewsSource;
  readonly #limits: ServiceLimits;
  readonly #subscribers = new Set<Subscriber>();
  #isOpen = false;
  #heartbeats: NodeJS.Timeout | undefined;
  #isRoundDue = false;
  #pause: NodeJS.Timeout | undefined;

  constructor(source: NewsSource, limits: ServiceLimits) {
    this.#source = source;
    this.#limits = limits;
  }

  get isFull(): boolean {
    return this.#subscribers.size >= this.#limits.webSockets;
  }

  /** Clients are greeted from now on; those who came before have waited for it. */
  open(): void {
    this.#isOpen = true;
    for (const subscriber of this.#subscribers) subscriber.greet();
    this.#heartbeats = setInterval(() => {
      for (const subscriber of this.#subscribers) subscriber.heartbeat();
    }, this.#limits.heartbeatMs);
  }

  add(socket: WebSocket): void {
    const subscriber = new Subscriber(socket, this.#source, this.#limits.unsentBytes);
    this.#subscribers.add(subscriber);
    socket.once("close", () => this.#subscribers.delete(subscriber));
    if (this.#isOpen) subscriber.greet();
  }

  assetChanged(uuid: string): void {
    this.#tell((subscriber) => subscriber.assetChanged(uuid));
  }

  modelChanged(): void {
    this.#tell((subscriber) => subscriber.modelChanged());
  }

  log(news: LogNews): void {
    this.#tell((subscriber) => subscriber.log(news));
  }

  /** Asks every client to go; those who do not are cut off soon after. */
  close(): void {
    this.#isOpen = false;
    clearInterval(this.#heartbeats);
    clearTimeout(this.#pause);
    for (const subscriber of this.#subscribers) subscriber.close(CLOSE.goingAway, "service ends");
  }

  #tell(note: (subscriber: Subscriber) => void): void {
    if (!this.#isOpen) return;
    for (const subscriber of this.#subscribers) note(subscriber);
    this.#isRoundDue = true;
    if (this.#pause === undefined) this.#round();
  }

  #round(): void {
    this.#pause = undefined;
    if (!this.#isRoundDue) return;
    this.#isRoundDue = false;
    for (const subscriber of this.#subscribers) subscriber.flush();
    this.#pause = setTimeout(() => this.#round(), ROUND_MS);
  }
}
