/** What can be asked of the project: its assets, new meshes, other settings. */
import type { FastifyInstance } from "fastify";
import { isThere } from "../../project/is-there.ts";
import { checked } from "../../protocol/schema.ts";
import { settingsChangesSchema } from "../../protocol/settings.ts";
import type { ServiceContext } from "../service-context.ts";

interface OfAsset {
  Params: { uuid: string };
}

export function addAssetRoutes(app: FastifyInstance, context: ServiceContext): void {
  const { assets, watcher, reveal } = context;

  app.get("/assets", () => assets.all);

  app.post<OfAsset>("/assets/:uuid/generate", async ({ params }, reply) => {
    watcher.generate(params.uuid);
    return reply.code(202).send();
  });

  app.patch<OfAsset>("/assets/:uuid/settings", async ({ params, body }, reply) => {
    const changes = checked(settingsChangesSchema, body, "settings", "bad-option");
    await watcher.changeSettings(params.uuid, changes);
    return reply.code(204).send();
  });

  app.post<OfAsset>("/assets/:uuid/reveal", async ({ params }, reply) => {
    const { picture } = assets.status(params.uuid);
    await reveal((await isThere(picture.glbPath)) ? picture.glbPath : picture.path);
    return reply.code(204).send();
  });

  app.delete<{ Params: { id: string } }>("/jobs/:id", async ({ params }, reply) => {
    watcher.cancel(params.id);
    return reply.code(204).send();
  });
}
