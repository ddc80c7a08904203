/** The HTTP server: limits, guards, routes, and how failures are answered. */
import type { Socket } from "node:net";
import cors from "@fastify/cors";
import fastify, { type FastifyInstance } from "fastify";
import type { Problem } from "../protocol/service.ts";
import { guardRequests, requireToken } from "./guards.ts";
import type { ServiceLimits } from "./limits.ts";
import { BUG_MESSAGE } from "./log-line.ts";
import { OneTimeKeys } from "./one-time-keys.ts";
import { answerTo, refuse } from "./problem.ts";
import { addAssetRoutes } from "./routes/assets.ts";
import { addEventsRoute, addWebSocket } from "./routes/events.ts";
import { addFileRoutes } from "./routes/files.ts";
import { addOpenedRoute, addOpeningRoute } from "./routes/openings.ts";
import { addPage } from "./routes/page.ts";
import { addPictureRoutes } from "./routes/pictures.ts";
import type { ServiceContext } from "./service-context.ts";

/** Of every answer; the page replaces some. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

export async function createServer(context: ServiceContext): Promise<FastifyInstance> {
  const { limits, pages, token } = context;
  const app = emptyServer(limits);
  answerFailures(app, context);
  await addWebSocket(app, context);
  app.addHook("onRequest", async (_, reply) => {
    reply.headers(HEADERS);
  });
  guardRequests(app, context);
  await app.register(cors, {
    origin: true, // those that are not allowed are refused by now
    methods: ["GET", "HEAD", "POST", "PATCH", "DELETE"],
    allowedHeaders: ["authorization", "content-type", "if-none-match"],
    exposedHeaders: ["etag"],
    maxAge: 600,
  });
  const keys = new OneTimeKeys();
  await app.register(async (api) => addApi(api, context, keys));
  if (pages !== undefined) {
    addOpenedRoute(app, keys, token);
    await app.register(async (page) => addPage(page, pages));
  }
  return app;
}

function emptyServer(limits: ServiceLimits): FastifyInstance {
  const app = fastify({
    bodyLimit: limits.jsonBytes,
    connectionTimeout: limits.silenceMs,
    requestTimeout: limits.requestMs,
    forceCloseConnections: "idle",
    http: {
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: Math.min(limits.headersMs, limits.requestMs) / 2,
    },
    clientErrorHandler: (error, socket) => refuseMalformed(error, socket),
    frameworkErrors: (_error, _request, reply) =>
      refuse(reply, 400, "bad-option", "request: its address cannot be read — see the protocol"),
  });
  app.server.maxConnections = limits.connections;
  return app;
}

async function addApi(
  api: FastifyInstance,
  context: ServiceContext,
  keys: OneTimeKeys,
): Promise<void> {
  requireToken(api, context.token);
  api.addHook("onRequest", async (_, reply) => {
    if (context.isEnding())
      return refuse(reply, 503, "busy", "service: is ending — start it again");
  });
  addAssetRoutes(api, context);
  addFileRoutes(api, context);
  addEventsRoute(api, context);
  if (context.pages !== undefined) addOpeningRoute(api, keys);
  await api.register((scope) => addPictureRoutes(scope, context));
}

function answerFailures(app: FastifyInstance, { onBug }: ServiceContext): void {
  app.setErrorHandler((error, _, reply) => {
    const answer = answerTo(error);
    if (answer !== undefined) return reply.code(answer.status).send(answer.problem);
    onBug(error);
    return reply.code(500).send({ code: "bug", message: BUG_MESSAGE } satisfies Problem);
  });
  app.setNotFoundHandler(({ method }, reply) =>
    refuse(
      reply,
      404,
      "not-found",
      `${method}: there is nothing at this address — see the protocol`,
    ),
  );
}

/** What is not even HTTP, too long in its head, or too slow; nothing of it is trusted. */
function refuseMalformed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, message] = MALFORMED.get(error.code) ?? [
    "400 Bad Request",
    "is not HTTP — see the protocol",
  ];
  const body = JSON.stringify({ code: "bad-option", message: `request: ${message}` });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

const MALFORMED: ReadonlyMap<string | undefined, readonly [string, string]> = new Map([
  ["ERR_HTTP_REQUEST_TIMEOUT", ["408 Request Timeout", "took too long — send it at once"]],
  [
    "HPE_HEADER_OVERFLOW",
    ["431 Request Header Fields Too Large", "has too long a head — send fewer headers"],
  ],
] as const);
