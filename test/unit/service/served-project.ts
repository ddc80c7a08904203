/** A project under a service, and clients that need not be polite. */
import { once } from "node:events";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { WebSocket } from "ws";
import { loadConfig } from "../../../plugin/project/config.ts";
import type { WatchEvent } from "../../../plugin/project/watch/events.ts";
import {
  type Asset,
  EVENTS_SUBPROTOCOL,
  type ServiceEvent,
  serviceEventSchema,
  TOKEN_SUBPROTOCOL_PREFIX,
} from "../../../plugin/protocol/service.ts";
import {
  type RunningService,
  runService,
  type ServiceOptions,
} from "../../../plugin/service/run-service.ts";
import { FakeGenerator } from "../../helpers/fake-generator.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
  readonly json: unknown;
}

export interface Ask {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** False leaves the token out. */
  readonly token?: string | false;
}

export class ServedProject {
  readonly cwd: string;
  readonly service: RunningService;
  readonly events: readonly WatchEvent[];

  constructor(cwd: string, service: RunningService, events: readonly WatchEvent[]) {
    this.cwd = cwd;
    this.service = service;
    this.events = events;
  }

  get port(): number {
    return Number(new URL(this.service.address.url).port);
  }

  /** A request as it is given: no path is tidied up. */
  async ask({ method = "GET", path, headers = {}, body, token }: Ask): Promise<Reply> {
    const bearer = token ?? this.service.address.token;
    const sent = request({
      host: "127.0.0.1",
      port: this.port,
      method,
      path,
      agent: false,
      headers: { ...(bearer !== false && { authorization: `Bearer ${bearer}` }), ...headers },
    });
    const answered = once(sent, "response");
    sent.end(body);
    const [response] = await answered;
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    return {
      status: response.statusCode,
      headers: response.headers,
      body: bytes,
      get json(): unknown {
        return JSON.parse(bytes.toString());
      },
    };
  }

  async assets(): Promise<Asset[]> {
    return (await this.ask({ path: "/assets" })).json as Asset[];
  }

  /** A client of the events that has said nothing wrong. */
  listen(options: { origin?: string; token?: string } = {}): Listener {
    const { token = this.service.address.token, origin } = options;
    const url = `ws://127.0.0.1:${this.port}/events`;
    const protocols = [EVENTS_SUBPROTOCOL, `${TOKEN_SUBPROTOCOL_PREFIX}${token}`];
    return new Listener(new WebSocket(url, protocols, { ...(origin && { origin }) }));
  }

  path(name: string): string {
    return join(this.cwd, name);
  }
}

/** Keeps what a WebSocket hears, each event checked against the protocol. */
export class Listener {
  readonly socket: WebSocket;
  readonly heard: ServiceEvent[] = [];
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  /** What the upgrade was refused with; undefined when it was not. */
  readonly refused: Promise<number | undefined>;
  #wake: () => void = () => undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => {
      this.heard.push(serviceEventSchema.parse(JSON.parse(String(data))));
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", (code) => resolve(code));
    });
    this.refused = new Promise((resolve) => {
      socket.on("open", () => resolve(undefined));
      socket.on("unexpected-response", (_, response) => {
        resolve(response.statusCode);
        response.destroy();
      });
      socket.on("error", () => resolve(0));
    });
  }

  /** The first event from the `from`-th on that suits. */
  async until(suits: (event: ServiceEvent) => boolean, from = 0): Promise<ServiceEvent> {
    for (let i = from; ; i++) {
      while (i >= this.heard.length) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      const event = this.heard[i] as ServiceEvent;
      if (suits(event)) return event;
    }
  }

  /** The asset of this picture once it is in this state, from the `from`-th event on. */
  async untilState(picture: string, state: Asset["state"], from = 0): Promise<Asset> {
    let found: Asset | undefined;
    await this.until((event) => {
      const assets =
        event.type === "hello" ? event.assets : event.type === "asset" ? [event.asset] : [];
      found = assets.find((asset) => asset.picture === picture && asset.state === state);
      return found !== undefined;
    }, from);
    return found as Asset;
  }
}

const POLL_MS = 5;

/** Resolves once `check` says so. */
export async function eventually(check: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await check())) await setTimeout(POLL_MS);
}

export type ServedChoices = Partial<Omit<ServiceOptions, "cwd" | "config">>;

/** Starts a service of the project in `cwd`; whoever calls it stops it. */
export async function serve(cwd: string, choices: ServedChoices = {}): Promise<ServedProject> {
  const events: WatchEvent[] = [];
  const service = await runService({
    inputs: ["."],
    flags: {},
    generator: new FakeGenerator(),
    jobs: 1,
    device: "auto",
    ...choices,
    cwd,
    config: await loadConfig({ cwd }),
    onEvent: (event) => {
      events.push(event);
      choices.onEvent?.(event);
    },
  });
  return new ServedProject(cwd, service, events);
}

/** Serves `files` in a folder of their own while `body` runs. */
export function withServedProject(
  files: Readonly<Record<string, string>>,
  choices: ServedChoices,
  body: (project: ServedProject) => Promise<void>,
): Promise<void> {
  return withFolder(files, async (cwd) => {
    const project = await serve(cwd, choices);
    try {
      await Promise.race([project.service.watching, project.service.ended]);
      await body(project);
    } finally {
      await project.service.stop();
    }
  });
}
