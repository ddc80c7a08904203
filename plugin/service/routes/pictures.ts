/** Pictures that clients bring. */
import { rm } from "node:fs/promises";
import { relative } from "node:path";
import type { FastifyInstance } from "fastify";
import { InputError } from "../../core/errors.ts";
import { withForwardSlashes } from "../../project/paths.ts";
import type { SavedPicture } from "../../protocol/service.ts";
import { checkPictureName } from "../picture-name.ts";
import type { ServiceContext } from "../service-context.ts";
import { Uploads } from "../upload.ts";

export async function addPictureRoutes(
  app: FastifyInstance,
  { watcher, root }: ServiceContext,
): Promise<void> {
  const uploads = new Uploads();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", (_, payload, done) => done(null, payload));

  app.post<{ Querystring: { name?: unknown } }>("/pictures", async (request, reply) => {
    const { name } = request.query;
    if (typeof name !== "string") {
      throw new InputError("bad-option", "name: is missing — POST /pictures?name=hero.png");
    }
    const [folder] = watcher.folders;
    if (folder === undefined) {
      throw new InputError("busy", "service: is starting — try again in a moment");
    }
    const path = await uploads.save(request.raw, checkPictureName(name), folder);
    const picture = withForwardSlashes(relative(root, path));
    if (!(await watcher.looksAfter(path))) {
      await rm(path, { force: true });
      throw new InputError(
        "bad-option",
        `${picture}: is not among the pictures that are watched, or has the mesh of another one — give the file another name, or serve its folder as a whole`,
      );
    }
    return reply.code(201).send({ picture } satisfies SavedPicture);
  });
}
