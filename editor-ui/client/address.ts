/** Where the service is. */

import type { ServiceAddress } from "../../plugin/protocol/service.ts";
import { PROTOCOL_VERSION, serviceAddressSchema } from "../../plugin/protocol/service.ts";
import { ClientError } from "./client-error.ts";

export type Address = Pick<ServiceAddress, "url" | "token">;

/**
 * Finds the service. Asked anew before each connection, because a service that was started again
 * has another port and another token.
 *
 * @param signal Aborted when nobody waits for the answer any more.
 * @throws ClientError when no service runs, as far as can be told.
 */
export type Locate = (signal: AbortSignal) => Promise<Address>;

/** Where the development server of a game serves the project's folder, as Vite does. */
const SERVICE_FILE_URL = "/.maquette/service.json";

/** Node's types do not know it. */
const UNCACHED = { cache: "no-store" } as const;

/** The service's own address, that of its `.maquette/service.json`, or what finds it. */
export type ServiceOption = string | Address | Locate;

export function toLocate(service: ServiceOption = SERVICE_FILE_URL): Locate {
  if (typeof service === "function") return service;
  return typeof service === "string" ? locateByFile(service) : async () => service;
}

/** Finds the service through its `.maquette/service.json` behind an address of a web server. */
function locateByFile(url: string): Locate {
  return async (signal) => {
    const file = await readJson(url, signal);
    const parsed = serviceAddressSchema.safeParse(file);
    if (parsed.success) return parsed.data;
    if (isOtherVersion(file)) throw otherVersion();
    throw noService(`${url} does not say where it is`);
  };
}

async function readJson(url: string, signal: AbortSignal) {
  try {
    const response = await fetch(url, { signal, ...UNCACHED });
    if (!response.ok) throw noService(`${url} answers ${response.status}`);
    const file: unknown = await response.json();
    return file;
  } catch (error) {
    if (error instanceof ClientError) throw error;
    throw noService(`${url} cannot be read`, error);
  }
}

function noService(what: string, cause?: unknown): ClientError {
  return new ClientError(
    "no-service",
    `service: none is running, ${what} — start \`maquette serve\` in the project's folder`,
    { cause },
  );
}

/** Whether a message is of another version of the protocol, whatever else it says. */
export function isOtherVersion(message: unknown): boolean {
  return (
    typeof message === "object" &&
    message !== null &&
    "version" in message &&
    message.version !== PROTOCOL_VERSION
  );
}

export function otherVersion(): ClientError {
  return new ClientError(
    "version",
    "service: it is of another version than this page — reload the page; if that does not help, update babylon-maquette here and restart the service",
  );
}
