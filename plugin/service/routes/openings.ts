/**
 * How a browser gets the page with its token. All users of a machine can read the command lines of its
 * programs, so that of the browser has an address that is worth nothing once it was followed.
 */
import type { FastifyInstance } from "fastify";
import type { Opening } from "../../protocol/service.ts";
import type { OneTimeKeys } from "../one-time-keys.ts";
import { refuse } from "../problem.ts";

/** For those who have the token. */
export function addOpeningRoute(app: FastifyInstance, keys: OneTimeKeys): void {
  app.post("/openings", (_, reply) =>
    reply.code(201).send({ path: `/openings/${keys.issue()}` } satisfies Opening),
  );
}

/** For the browser, which has none yet. */
export function addOpenedRoute(app: FastifyInstance, keys: OneTimeKeys, token: string): void {
  app.route<{ Params: { key: string } }>({
    method: "GET",
    url: "/openings/:key",
    exposeHeadRoute: false,
    handler: ({ params }, reply) =>
      keys.take(params.key)
        ? reply.redirect(`/#token=${token}`, 303)
        : refuse(
            reply,
            410,
            "not-found",
            "page: this address has been used or is too old — run maquette studio again",
          ),
  });
}
