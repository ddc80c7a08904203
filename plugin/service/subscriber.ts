/**
 * One client that hears of news. For each asset it is remembered only that it changed, and its state
 * is written down when there is room to send it: a slow client costs no memory and misses no end.
 */
import type { WebSocket } from "@fastify/websocket";
import type { Asset, Hello, ServiceEvent, ServiceModel } from "../protocol/service.ts";
import type { LogNews } from "./log-line.ts";

/** Close codes of RFC 6455 and its registry. */
export const CLOSE = { goingAway: 1001, policyViolation: 1008, tryAgainLater: 1013 } as const;

/** For a client to take note that the connection ends, ms. */
const CLOSE_MS = 1000;

/** Of what could not be sent yet, the latest. */
const MAX_LOG_NEWS = 100;

/** The project as it is now. */
export interface NewsSource {
  hello(): Hello;
  asset(uuid: string): Asset | undefined;
  model(): ServiceModel;
}

export class Subscriber {
  readonly #socket: WebSocket;
  readonly #source: NewsSource;
  readonly #maxUnsentBytes: number;
  readonly #changed = new Set<string>();
  readonly #log: LogNews[] = [];
  #isModelChanged = false;
  /** Since the last heartbeat. */
  #hasAnswered = true;
  #hasSent = true;

  constructor(socket: WebSocket, source: NewsSource, maxUnsentBytes: number) {
    this.#socket = socket;
    this.#source = source;
    this.#maxUnsentBytes = maxUnsentBytes;
    socket.on("pong", () => {
      this.#hasAnswered = true;
    });
    socket.once("message", () => this.close(CLOSE.policyViolation, "clients only listen"));
  }

  greet(): void {
    this.#send(this.#source.hello());
  }

  assetChanged(uuid: string): void {
    this.#changed.add(uuid);
  }

  modelChanged(): void {
    this.#isModelChanged = true;
  }

  log(news: LogNews): void {
    this.#log.push(news);
    if (this.#log.length > MAX_LOG_NEWS) this.#log.shift();
  }

  /** Sends what there is room for; the rest follows when that has left. */
  flush(): void {
    for (const event of this.#news()) this.#send(event);
  }

  /** Ends the connection of a client that is gone or does not keep up; it may come again. */
  heartbeat(): void {
    if (!this.#hasRoom && !this.#hasSent) {
      this.close(CLOSE.tryAgainLater, "too slow");
    } else if (!this.#hasAnswered && this.#hasRoom) {
      this.#socket.terminate();
    } else {
      this.#hasAnswered = false;
      this.#hasSent = false;
      this.#socket.ping();
    }
  }

  /** Says why; a client that takes no note is cut off. */
  close(code: number, reason: string): void {
    const cut = setTimeout(() => this.#socket.terminate(), CLOSE_MS);
    this.#socket.once("close", () => clearTimeout(cut));
    this.#socket.close(code, reason);
  }

  get #hasRoom(): boolean {
    return this.#socket.bufferedAmount <= this.#maxUnsentBytes;
  }

  *#news(): Generator<ServiceEvent> {
    while (this.#hasRoom) {
      const event = this.#nextModel() ?? this.#nextLog() ?? this.#nextAsset();
      if (event === undefined) return;
      yield event;
    }
  }

  #nextModel(): ServiceEvent | undefined {
    if (!this.#isModelChanged) return undefined;
    this.#isModelChanged = false;
    return { type: "model", model: this.#source.model() };
  }

  #nextLog(): ServiceEvent | undefined {
    const news = this.#log.shift();
    return news && { type: "log", ...news };
  }

  #nextAsset(): ServiceEvent | undefined {
    for (const uuid of this.#changed) {
      this.#changed.delete(uuid);
      const asset = this.#source.asset(uuid);
      return asset === undefined ? { type: "gone", uuid } : { type: "asset", asset };
    }
    return undefined;
  }

  #send(event: ServiceEvent): void {
    this.#socket.send(JSON.stringify(event), (error) => {
      if (error) return; // its "close" event follows
      this.#hasSent = true;
      this.flush();
    });
  }
}
