/**
 * Who may speak to the service. Any page in any browser of this machine can send requests to it, so
 * the name it was called by (against names that are made to resolve to this machine), the page that
 * sends, and the token are looked at before anything else, upgrades included.
 */
import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { EVENTS_SUBPROTOCOL, TOKEN_SUBPROTOCOL_PREFIX } from "../protocol/service.ts";
import { refuse } from "./problem.ts";
import type { ServiceContext } from "./service-context.ts";

export const EVENTS_PATH = "/events";

const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** Origins that are told of: a page could come under any number of them. */
const MAX_TOLD = 20;
const MAX_TOLD_LENGTH = 200;

/**
 * Refuses what was not meant for this service or comes from a page that must not use it. Browsers keep
 * the reason from such a page, so the service tells of it, once of each origin.
 */
export function guardRequests(
  app: FastifyInstance,
  { origins, onProblem }: Pick<ServiceContext, "origins" | "onProblem">,
): void {
  const told = new Set<string>();
  const tell = (origin: string, message: string): void => {
    if (told.has(origin) || told.size >= MAX_TOLD || origin.length > MAX_TOLD_LENGTH) return;
    told.add(origin);
    onProblem(message);
  };
  app.addHook("onRequest", async (request, reply) => {
    if (!isOwnHost(request)) {
      return refuse(
        reply,
        421,
        "no-permission",
        "Host: is not this service — use the address in .maquette/service.json",
      );
    }
    const { origin } = request.headers;
    if (origin !== undefined && !isLoopback(origin) && !origins.includes(origin)) {
      const message = `Origin: pages of ${origin} may not use this service — if they are yours, start it with --allow-origin ${origin}`;
      tell(origin, message);
      return refuse(reply, 403, "no-permission", message);
    }
    if (request.ws && request.routeOptions.url !== EVENTS_PATH) {
      return refuse(reply, 404, "not-found", `WebSocket: there is none here — use ${EVENTS_PATH}`);
    }
  });
}

/** Refuses requests without the token, for all routes of `app`. */
export function requireToken(app: FastifyInstance, token: string): void {
  const expected = Buffer.from(token);
  app.addHook("onRequest", async (request, reply) => {
    const given = Buffer.from(tokenOf(request) ?? "");
    const isRight = given.length === expected.length && timingSafeEqual(given, expected);
    if (!isRight) return refuseToken(reply);
  });
}

function refuseToken(reply: FastifyReply): FastifyReply {
  reply.header("www-authenticate", "Bearer");
  return refuse(
    reply,
    401,
    "no-permission",
    "token: is missing or not this service's — read it anew from .maquette/service.json",
  );
}

/** Subprotocols a WebSocket client offers. */
function offeredSubprotocols({ headers }: FastifyRequest): readonly string[] {
  return (headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim());
}

/** Of two names a proxy might see one and the service the other. */
function isOwnHost({ raw, socket }: FastifyRequest): boolean {
  const { host: hosts = [] } = raw.headersDistinct;
  if (hosts.length !== 1) return false;
  const host = hosts[0]?.toLowerCase();
  return host === `127.0.0.1:${socket.localPort}` || host === `localhost:${socket.localPort}`;
}

/** Development servers of this machine, the service's own page among them. */
function isLoopback(origin: string): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (url.origin !== origin) return false;
  return /^https?:$/.test(url.protocol) && LOOPBACK_HOSTS.has(url.hostname);
}

function tokenOf(request: FastifyRequest): string | undefined {
  if (!request.ws) return /^Bearer (\S+)$/.exec(request.headers.authorization ?? "")?.[1];
  const protocols = offeredSubprotocols(request);
  if (!protocols.includes(EVENTS_SUBPROTOCOL)) return undefined;
  return protocols
    .find((name) => name.startsWith(TOKEN_SUBPROTOCOL_PREFIX))
    ?.slice(TOKEN_SUBPROTOCOL_PREFIX.length);
}
