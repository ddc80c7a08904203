/** The WebSocket of news. */
import websocket from "@fastify/websocket";
import type { FastifyInstance } from "fastify";
import { systemErrorCode } from "../../files/file-errors.ts";
import { EVENTS_SUBPROTOCOL } from "../../protocol/service.ts";
import { EVENTS_PATH } from "../guards.ts";
import { refuse } from "../problem.ts";
import type { ServiceContext } from "../service-context.ts";

/** Clients have nothing to say. */
const MAX_FRAME_BYTES = 256;

/** Has the server understand upgrades; before all hooks that ask whether a request is one. */
export async function addWebSocket(
  app: FastifyInstance,
  { hub, onBug }: Pick<ServiceContext, "hub" | "onBug">,
): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: MAX_FRAME_BYTES,
      handleProtocols: () => EVENTS_SUBPROTOCOL,
    },
    preClose: (done) => {
      hub.close();
      done();
    },
    errorHandler: (error, socket) => {
      if (isClientFault(error)) return; // the socket closes itself, with the code that says why
      onBug(error);
      socket.terminate();
    },
  });
}

export function addEventsRoute(app: FastifyInstance, { hub }: ServiceContext): void {
  app.route({
    method: "GET",
    url: EVENTS_PATH,
    preHandler: (_, reply, done) => {
      if (hub.isFull) refuse(reply, 503, "busy", "service: too many clients — close some of them");
      else done();
    },
    handler: (_, reply) => refuse(reply, 426, "bad-option", "events: come by WebSocket — upgrade"),
    wsHandler: (socket) => hub.add(socket),
  });
}

function isClientFault(error: Error & { code?: string }): boolean {
  return error.code?.startsWith("WS_ERR_") === true || systemErrorCode(error) !== undefined;
}
