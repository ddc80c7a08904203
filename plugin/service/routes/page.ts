/** The studio's page. It is no secret and needs no token; what it asks for does. */
import fastifyStatic from "@fastify/static";
import type { FastifyInstance } from "fastify";

export async function addPage(app: FastifyInstance, folder: string): Promise<void> {
  await app.register(fastifyStatic, {
    root: folder,
    decorateReply: false,
    dotfiles: "ignore",
    cacheControl: false,
  });
  app.addHook("onRequest", async ({ socket }, reply) => {
    reply.header("cache-control", "no-cache");
    reply.header("content-security-policy", contentPolicy(socket.localPort));
  });
}

/** Everything from the service itself, but what the page makes on its own. */
function contentPolicy(port: number | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self' data:",
    `connect-src 'self' ws://127.0.0.1:${port} ws://localhost:${port} blob: data:`,
    "worker-src 'self' blob:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}
