/** A client that stays connected: when the service ends or moves, it is looked for again. */
import { type SavedPicture, savedPictureSchema } from "../../plugin/protocol/service.ts";
import { messageOf } from "../swap/message-of.ts";
import type { Locate } from "./address.ts";
import { ClientError } from "./client-error.ts";
import { followEvents, type SocketConstructor } from "./events.ts";
import { closedError, parseJson, type Request, reached, requestsTo } from "./requests.ts";
import type { ServiceClient } from "./service-client.ts";
import { createStateStore } from "./state.ts";

/** Between two attempts: doubled from the first to the longest, each varied by up to a half. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A connection that lasted this long was a good one: what follows is a new trouble. */
const STABLE_MS = 5000;

export interface ConnectOptions {
  readonly locate: Locate;
  /** Default: the global one. */
  readonly fetch?: typeof globalThis.fetch;
  /** Default: the global one, which Node has from version 22. */
  readonly WebSocket?: SocketConstructor;
  /** Waits; ends early, without an error, when `signal` is aborted. */
  readonly delay?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Connects, and does so again whenever the connection is lost, until `close` is called. */
export function connectService(options: ConnectOptions): ServiceClient {
  const { locate, fetch = globalThis.fetch, delay = wait } = options;
  const WebSocket = options.WebSocket ?? globalSocket();
  const closing = new AbortController();
  const { signal } = closing;
  const store = createStateStore();
  /** Of the connection that is open. */
  let request: Request | undefined;
  let wasOpen = false;

  /** One connection, from the search for the service to its end; returns why it ended. */
  const connectOnce = async (): Promise<ClientError> => {
    try {
      const address = await locate(signal);
      const send = requestsTo(address, fetch, signal);
      const onEvent: Parameters<typeof followEvents>[2] = (event) => {
        request = send;
        wasOpen = true;
        store.apply(event);
      };
      if (signal.aborted) return closedError();
      const reason = await followEvents(address, WebSocket, onEvent, signal);
      const wasRefused = request === undefined && reason.code === "unreachable";
      request = undefined;
      // Browsers do not say why a socket was refused; an ordinary request is told.
      if (wasRefused) await (await send("/assets")).body?.cancel();
      return reason;
    } catch (error) {
      return error instanceof ClientError ? error : unexpected(error);
    }
  };

  const stayConnected = async () => {
    let failures = 0;
    while (!signal.aborted) {
      const start = performance.now();
      const { code, message } = await connectOnce();
      if (signal.aborted) return;
      store.change({
        connection: wasOpen ? "lost" : "connecting",
        problem: message,
      });
      failures = performance.now() - start > STABLE_MS ? 1 : failures + 1;
      await delay(code === "version" ? LONGEST_PAUSE_MS : pauseAfter(failures), signal);
    }
  };

  const ask: Request = async (...what) => {
    if (signal.aborted) throw closedError();
    if (request) return await request(...what);
    throw new ClientError(
      "unreachable",
      store.state.problem ?? "service: not connected yet — try again in a moment",
    );
  };
  const tell = async (...what: Parameters<Request>) => {
    const response = await ask(...what);
    await reached(response.text(), signal);
  };
  const read = async (path: string) => {
    const response = await ask(path);
    return await reached(response.blob(), signal);
  };

  void stayConnected();

  return {
    get state() {
      return store.state;
    },
    subscribe: store.subscribe,
    generate: (uuid) => tell(`/assets/${uuid}/generate`, { method: "POST" }),
    cancel: (jobId) => tell(`/jobs/${encodeURIComponent(jobId)}`, { method: "DELETE" }),
    changeSettings: (uuid, changes) =>
      tell(`/assets/${uuid}/settings`, {
        method: "PATCH",
        body: JSON.stringify(changes),
        contentType: "application/json",
      }),
    reveal: (uuid) => tell(`/assets/${uuid}/reveal`, { method: "POST" }),
    upload: async (name, bytes) => {
      const response = await ask(`/pictures?name=${encodeURIComponent(name)}`, {
        method: "POST",
        body: bytes,
        contentType: "application/octet-stream",
      });
      return readSavedPicture(await reached(response.text(), signal));
    },
    picture: (uuid) => read(`/files/${uuid}/picture`),
    thumbnail: (uuid) => read(`/files/${uuid}/thumbnail`),
    mesh: async (uuid) => {
      const response = await ask(`/files/${uuid}/mesh.glb`);
      return new Uint8Array(await reached(response.arrayBuffer(), signal));
    },
    close: () => {
      if (signal.aborted) return;
      closing.abort();
      store.change({ connection: "closed", problem: undefined });
    },
  };
}

function globalSocket(): SocketConstructor {
  const { WebSocket } = globalThis as { WebSocket?: SocketConstructor };
  if (WebSocket) return WebSocket;
  throw new Error("connectService: there is no global WebSocket — pass that of the package ws");
}

function pauseAfter(failures: number): number {
  const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1));
  return pause * (0.5 + Math.random());
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end);
  });
}

/** Such as what the caller's `locate` throws. */
function unexpected(cause: unknown): ClientError {
  const message = `service: it cannot be found, ${messageOf(cause)} — see its address`;
  return new ClientError("no-service", message, { cause });
}

function readSavedPicture(answer: string): SavedPicture {
  const parsed = savedPictureSchema.safeParse(parseJson(answer));
  if (parsed.success) return parsed.data;
  throw new ClientError(
    "malformed",
    "service: it does not say where the picture was saved — update babylon-maquette",
  );
}
