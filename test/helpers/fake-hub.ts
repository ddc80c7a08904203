/**
 * A Hugging Face hub on this machine: the endpoints that the hub's own client asks, and a second
 * server, so another origin, that files are redirected to and that can misbehave.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { setImmediate as turn } from "node:timers/promises";

export interface HubContent {
  readonly bytes: Uint8Array;
  /** False for a text that git holds itself. */
  readonly isLarge?: boolean;
}

/** How one request for a file's content is answered. */
export type Answer = (exchange: Exchange) => void | Promise<void>;

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly bytes: Uint8Array;
  readonly etag: string;
}

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export const COMMIT: string = "c0ffee".padEnd(40, "0");

export class FakeHub {
  /** By "owner/name/file". */
  readonly files: Map<string, HubContent> = new Map();
  /** `cardData` of every repository. */
  card: Readonly<Record<string, unknown>> = {};
  /** Answers to the next requests for content; when there are none left, `serve` answers. */
  readonly answers: Answer[] = [];
  /** Answers to the next requests for anything else. */
  readonly apiAnswers: Answer[] = [];
  readonly apiRequests: SeenRequest[] = [];
  readonly contentRequests: SeenRequest[] = [];
  readonly #api: Server = createServer((request, response) => this.#answerApi(request, response));
  readonly #content: Server = createServer((request, response) =>
    this.#answerContent(request, response),
  );

  async start(): Promise<void> {
    for (const server of [this.#api, this.#content]) {
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
    }
  }

  async stop(): Promise<void> {
    for (const server of [this.#api, this.#content]) {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    }
  }

  get endpoint(): string {
    return originOf(this.#api);
  }

  /** Of content that no redirect leads to. */
  contentUrl(name: string): string {
    return `${originOf(this.#content)}/${name}`;
  }

  #answerApi(request: IncomingMessage, response: ServerResponse): void {
    const { path } = note(request, this.apiRequests);
    const answer = this.apiAnswers.shift();
    const nothing = { bytes: new Uint8Array(), etag: '""' };
    if (answer !== undefined) void answer({ request, response, ...nothing });
    else if (path.startsWith("/api/models/") && path.includes("/paths-info/")) {
      void this.#answerPaths(request, response);
    } else if (path.startsWith("/api/models/")) this.#answerModel(path, response);
    else {
      const [, repo, file] = /^\/([^/]+\/[^/]+)\/resolve\/[^/]+\/(.+)$/.exec(path) ?? [];
      response.writeHead(302, { location: this.contentUrl(`${repo}/${file}`) }).end();
    }
  }

  async #answerPaths(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, repo] = /^\/api\/models\/([^/]+\/[^/]+)\//.exec(request.url ?? "") ?? [];
    const { paths } = JSON.parse(await textOf(request)) as { paths: string[] };
    const found = paths.flatMap((path) => {
      const file = this.files.get(`${repo}/${path}`);
      if (file === undefined) return [];
      const size = file.bytes.length;
      const lfs = { oid: sha256Of(file.bytes), size, pointerSize: 134 };
      const lastCommit = { id: COMMIT, title: "upload", date: "2024-01-01T00:00:00.000Z" };
      return [
        {
          type: "file",
          path,
          oid: "0".repeat(40),
          size,
          lastCommit,
          ...(file.isLarge !== false && { lfs }),
        },
      ];
    });
    sendJson(response, found);
  }

  #answerModel(path: string, response: ServerResponse): void {
    const [, repo] = /^\/api\/models\/([^/]+\/[^/]+)\//.exec(path) ?? [];
    const prefix = `${repo}/`;
    const siblings = [...this.files.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => ({ rfilename: name.slice(prefix.length) }));
    if (siblings.length === 0) return void response.writeHead(401).end();
    sendJson(response, { _id: "1", id: repo, cardData: this.card, siblings, lastModified: 0 });
  }

  #answerContent(request: IncomingMessage, response: ServerResponse): void {
    const { path } = note(request, this.contentRequests);
    const file = this.files.get(path.slice(1));
    if (file === undefined) return void response.writeHead(404).end();
    const answer = this.answers.shift() ?? serve;
    const etag = `"${sha256Of(file.bytes).slice(0, 8)}"`;
    void answer({ request, response, bytes: file.bytes, etag });
  }
}

/** As the hub's storage does: ranges, and If-Range with the entity tag. */
export const serve: Answer = (exchange) => serveBytes(exchange, exchange.bytes);

function serveBytes({ request, response, etag }: Exchange, bytes: Uint8Array): void {
  const start = rangeStart(request, etag);
  const size = bytes.length;
  if (start === undefined) {
    response.writeHead(200, { etag, "content-length": size, "accept-ranges": "bytes" }).end(bytes);
  } else if (start >= size) {
    response.writeHead(416, { "content-range": `bytes */${size}` }).end();
  } else {
    const range = { "content-range": `bytes ${start}-${size - 1}/${size}` };
    response
      .writeHead(206, { etag, "content-length": size - start, ...range })
      .end(bytes.subarray(start));
  }
}

/**
 * Cuts the connection after `count` bytes of the answer's body.
 *
 * @param arrived Awaited before the cut, as a client forgets what it has not read by then.
 */
export function cutAfter(count: number, arrived?: Promise<void>): Answer {
  return async ({ request, response, bytes, etag }) => {
    const start = rangeStart(request, etag) ?? 0;
    const size = bytes.length;
    const range = { "content-range": `bytes ${start}-${size - 1}/${size}` };
    response.writeHead(start > 0 ? 206 : 200, {
      etag,
      "content-length": size - start,
      ...(start > 0 && range),
    });
    await written(response, bytes.subarray(start, start + count));
    await arrived;
    response.socket?.destroy();
  };
}

/** One bit of the file is another. */
export const corrupt: Answer = (exchange) => {
  const bytes = Uint8Array.from(exchange.bytes);
  bytes[bytes.length >> 1] ^= 1;
  serveBytes(exchange, bytes);
};

/** Knows no ranges. */
export const ignoreRange: Answer = ({ response, bytes, etag }) => {
  response.writeHead(200, { etag, "content-length": bytes.length }).end(bytes);
};

/** A piece of `size` bytes at each turn of the event loop. */
export function throttle(size: number): Answer {
  return async ({ response, bytes }) => {
    response.writeHead(200, { "content-length": bytes.length });
    for (let at = 0; at < bytes.length; at += size) {
      await written(response, bytes.subarray(at, at + size));
      await turn();
    }
    response.end();
  };
}

/** Half of the file, then silence. */
export const stall: Answer = async ({ response, bytes }) => {
  response.writeHead(200, { "content-length": bytes.length });
  await written(response, bytes.subarray(0, bytes.length >> 1));
};

/** So many bytes of the file, or more than it has, without a word about their number. */
export function sendUnannounced(count: number): Answer {
  return ({ response, bytes }) => {
    const sent = Buffer.alloc(count);
    sent.set(bytes.subarray(0, count));
    response.writeHead(200, { "transfer-encoding": "chunked" }).end(sent);
  };
}

/** A whole answer with the first `count` bytes only. */
export function shorten(count: number): Answer {
  return (exchange) => serveBytes(exchange, exchange.bytes.subarray(0, count));
}

export function refuse(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return ({ response }) => void response.writeHead(status, headers).end("no");
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Undefined when the whole is asked for, or what the client has is another file. */
function rangeStart(request: IncomingMessage, etag: string): number | undefined {
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.range ?? "") ?? [];
  const condition = request.headers["if-range"];
  if (start === undefined || (condition !== undefined && condition !== etag)) return undefined;
  return Number(start);
}

function note(request: IncomingMessage, requests: SeenRequest[]): SeenRequest {
  const { method = "", url = "", headers } = request;
  const seen = { method, path: url, headers };
  requests.push(seen);
  return seen;
}

function written(response: ServerResponse, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => response.write(bytes, () => resolve()));
}

function sendJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += chunk;
  return text;
}

function originOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Runs `body` with a hub of its own. */
export async function withHub(body: (hub: FakeHub) => Promise<void>): Promise<void> {
  const hub = new FakeHub();
  await hub.start();
  try {
    await body(hub);
  } finally {
    await hub.stop();
  }
}
