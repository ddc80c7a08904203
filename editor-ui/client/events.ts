/** One connection's events, from `hello` to its end. */
import {
  EVENTS_SUBPROTOCOL,
  type ServiceEvent,
  serviceEventSchema,
  TOKEN_SUBPROTOCOL_PREFIX,
} from "../../plugin/protocol/service.ts";
import { type Address, isOtherVersion, otherVersion } from "./address.ts";
import { ClientError } from "./client-error.ts";
import { closedError, parseJson } from "./requests.ts";

/** What the client uses of a WebSocket: the browser's, Node's, or that of the package `ws`. */
export interface Socket {
  addEventListener(type: "message", listener: (event: { data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { reason: string }) => void): void;
  addEventListener(type: "error", listener: () => void): void;
  close(): void;
}

export type SocketConstructor = new (url: string, protocols: string[]) => Socket;

/**
 * Tells `onEvent` what the service says; returns why that ended.
 *
 * @param onEvent Is told `hello` first.
 * @param signal Ends the connection.
 */
export function followEvents(
  { url, token }: Address,
  WebSocket: SocketConstructor,
  onEvent: (event: ServiceEvent) => void,
  signal: AbortSignal,
): Promise<ClientError> {
  const socket = new WebSocket(`${url.replace(/^http/, "ws")}/events`, [
    EVENTS_SUBPROTOCOL,
    TOKEN_SUBPROTOCOL_PREFIX + token,
  ]);
  return new Promise((resolve) => {
    let isOver = false;
    let isWelcome = false;
    const end = (reason: ClientError) => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener("abort", onAbort);
      socket.close();
      resolve(reason);
    };
    const onAbort = () => end(closedError());
    signal.addEventListener("abort", onAbort);

    socket.addEventListener("message", ({ data }) => {
      if (isOver) return;
      const event = readEvent(data);
      if (event instanceof ClientError) return end(event);
      if (!isWelcome && event.type !== "hello") return end(malformed(`${event.type} before hello`));
      isWelcome = true;
      onEvent(event);
    });
    // What matters is said by the close event that follows; without a listener `ws` would throw.
    socket.addEventListener("error", () => undefined);
    socket.addEventListener("close", ({ reason }) => end(lost(reason)));
  });
}

function readEvent(data: unknown): ServiceEvent | ClientError {
  const message = typeof data === "string" ? parseJson(data) : undefined;
  if (isOtherVersion(message)) return otherVersion();
  const parsed = serviceEventSchema.safeParse(message);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.join(".") || "event";
  return malformed(`${where}: expected ${issue?.message}`);
}

function malformed(what: string): ClientError {
  return new ClientError(
    "malformed",
    `service: an event is not understood (${what}) — update babylon-maquette`,
  );
}

function lost(reason: string): ClientError {
  const why = reason === "" ? "" : ` (${reason})`;
  return new ClientError(
    "unreachable",
    `service: the connection was lost${why} — see that \`maquette serve\` is running`,
  );
}
