/** What the Editor's window has beside Node: requests of a page that is a file, and file requests. */
import { readFileSync } from "node:fs";
import { WebSocket } from "ws";

/** Chromium's, for a page that is a file. */
const REQUEST_ORIGIN = "null";
const SOCKET_ORIGIN = "file://";

class FilePageSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols, { origin: SOCKET_ORIGIN });
  }
}

/** Asks beforehand, as Chromium does for requests with authorisation, and keeps to the answer. */
export async function filePageFetch(
  input: Parameters<typeof fetch>[0],
  init?: RequestInit,
): Promise<Response> {
  const headers = new Headers(init?.headers);
  const preflight = await nodeFetch(input, {
    method: "OPTIONS",
    headers: {
      origin: REQUEST_ORIGIN,
      "access-control-request-method": init?.method ?? "GET",
      "access-control-request-headers": [...headers.keys()].join(),
    },
  });
  const allowed = preflight.headers.get("access-control-allow-origin");
  await preflight.arrayBuffer();
  headers.set("origin", REQUEST_ORIGIN);
  const response = await nodeFetch(input, { ...init, headers });
  const isShown = response.headers.get("access-control-allow-origin") === REQUEST_ORIGIN;
  if (preflight.ok && allowed === REQUEST_ORIGIN && isShown) return response;
  await response.arrayBuffer();
  throw new TypeError("Failed to fetch");
}

const nodeFetch = globalThis.fetch;

/** Just enough for Babylon to load files by path, as it may in the Editor. */
class FileRequest extends EventTarget {
  responseType = "";
  response: ArrayBuffer | string | undefined;
  responseText = "";
  responseURL = "";
  readyState = 0;
  status = 0;
  statusText = "";
  onreadystatechange: (() => void) | undefined;
  #path = "";

  open(_method: string, url: string): void {
    this.#path = url;
    this.responseURL = url;
    this.readyState = 1;
  }

  send(): void {
    setImmediate(() => {
      this.#read();
      this.readyState = 4;
      this.onreadystatechange?.();
      this.dispatchEvent(new Event("readystatechange"));
      this.dispatchEvent(new Event(this.status === 200 ? "load" : "error"));
      this.dispatchEvent(new Event("loadend"));
    });
  }

  abort(): undefined {
    return undefined;
  }

  setRequestHeader(): undefined {
    return undefined;
  }

  getResponseHeader(): null {
    return null;
  }

  #read(): void {
    try {
      const bytes = readFileSync(this.#path);
      if (this.responseType === "arraybuffer") this.response = new Uint8Array(bytes).buffer;
      else this.response = this.responseText = bytes.toString();
      this.status = 200;
    } catch {
      this.status = 404;
    }
  }
}

/** @returns what takes them away again. */
export function addRendererGlobals(fetch: typeof globalThis.fetch): () => void {
  const globals = {
    WebSocket: FilePageSocket,
    fetch,
    XMLHttpRequest: FileRequest,
  };
  const former = Object.keys(globals).map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  return () => {
    for (const [name, descriptor] of former) {
      if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      else Reflect.deleteProperty(globalThis, name);
    }
  };
}
