/** A service in the test's hands: it speaks the protocol's transport, and the test says the rest. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

export interface FakeServiceOptions {
  /** Default: 64 zeros. */
  readonly token?: string;
  /** Said to each new connection. */
  readonly greet?: () => readonly unknown[];
  /** Answers what comes over HTTP with the right token; default: 204. */
  readonly answer?: (request: IncomingMessage, response: ServerResponse) => void;
}

export interface FakeService {
  readonly address: { readonly url: string; readonly token: string };
  /** Connections that were accepted so far. */
  readonly accepted: number;
  /** Those that are open. */
  readonly open: ReadonlySet<WebSocket>;
  say(...events: readonly unknown[]): void;
  close(): Promise<void>;
}

export async function startFakeService(options: FakeServiceOptions = {}): Promise<FakeService> {
  const { token = "0".repeat(64), greet = () => [] } = options;
  const answer = options.answer ?? ((_, response) => response.writeHead(204).end());
  const server = createServer((request, response) => {
    if (request.headers.authorization === `Bearer ${token}`) return answer(request, response);
    response
      .writeHead(401)
      .end(JSON.stringify({ code: "no-permission", message: "token: is wrong — read it anew" }));
  });
  const sockets = new WebSocketServer({
    server,
    path: "/events",
    verifyClient: ({ req }: { req: IncomingMessage }) =>
      req.headers["sec-websocket-protocol"]?.includes(`maquette.token.${token}`) ?? false,
    handleProtocols: (protocols) => protocols.has("maquette.events") && "maquette.events",
  });
  const say = (socket: WebSocket, event: unknown) =>
    socket.send(typeof event === "string" ? event : JSON.stringify(event));
  let accepted = 0;
  sockets.on("connection", (socket) => {
    accepted++;
    for (const event of greet()) say(socket, event);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    address: { url: `http://127.0.0.1:${port}`, token },
    get accepted() {
      return accepted;
    },
    open: sockets.clients,
    say: (...events) => {
      for (const socket of sockets.clients) for (const event of events) say(socket, event);
    },
    close: async () => {
      for (const socket of sockets.clients) socket.close(1001, "stopped");
      sockets.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
