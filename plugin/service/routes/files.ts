/** The bytes of pictures and meshes. Paths come from the project's assets, never from a request. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { InputError } from "../../core/errors.ts";
import { sha256 } from "../../files/hash.ts";
import { type PictureFormat, sniffFormat } from "../../image/sniff.ts";
import { makeThumbnail } from "../../image/thumbnail.ts";
import { messageAbout } from "../../project/failure.ts";
import type { Picture } from "../../project/scan.ts";
import { readProjectFile, realFile } from "../project-files.ts";
import type { ServiceContext } from "../service-context.ts";

const TYPES: Readonly<Record<PictureFormat, string>> = {
  PNG: "image/png",
  JPEG: "image/jpeg",
  WebP: "image/webp",
  AVIF: "image/avif",
  GIF: "image/gif",
  SVG: "image/svg+xml",
  TIFF: "image/tiff",
};

interface OfAsset {
  Params: { uuid: string };
}

export function addFileRoutes(app: FastifyInstance, context: ServiceContext): void {
  const { assets, watcher, root, out } = context;
  const places = (): readonly string[] => [root, ...watcher.folders, ...(out ? [out] : [])];

  app.get<OfAsset>("/files/:uuid/picture", async (request, reply) => {
    const { picture } = assets.status(request.params.uuid);
    const bytes = await readProjectFile(picture.path, picture.label, places());
    if (isKnown(bytes, request, reply)) return reply.code(304).send();
    return reply.type(typeOf(bytes, picture.label)).send(bytes);
  });

  app.get<OfAsset>("/files/:uuid/thumbnail", async (request, reply) => {
    const { picture } = assets.status(request.params.uuid);
    const path = await realFile(picture.path, picture.label, places());
    const bytes = await readProjectFile(path, picture.label, places());
    if (isKnown(bytes, request, reply)) return reply.code(304).send();
    return reply.type("image/png").send(await thumbnailOf({ ...picture, path }));
  });

  app.get<OfAsset>("/files/:uuid/mesh.glb", async (request, reply) => {
    const { picture, result } = assets.status(request.params.uuid);
    if (result === undefined) {
      throw new InputError("not-found", `${picture.label}: has no mesh yet — generate it`);
    }
    const bytes = await readProjectFile(picture.glbPath, `mesh of ${picture.label}`, places());
    if (isKnown(bytes, request, reply)) return reply.code(304).send();
    return reply.type("model/gltf-binary").send(bytes);
  });
}

/** Tags the answer with the hash of the file it comes from; true when the client has that answer. */
function isKnown(file: Uint8Array, { headers }: FastifyRequest, reply: FastifyReply): boolean {
  const tag = `"${sha256(file)}"`;
  reply.header("etag", tag).header("cache-control", "private, no-cache");
  return headers["if-none-match"] === tag;
}

/** @param picture With the path where it really is. */
async function thumbnailOf(picture: Picture): Promise<Uint8Array> {
  try {
    return await makeThumbnail(picture.path);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const message = messageAbout(picture, error.message);
    throw new InputError(error.code, `${picture.label}: ${message}`, { cause: error });
  }
}

/** Never a type that a browser would run. */
function typeOf(bytes: Uint8Array, label: string): string {
  const sniffed = sniffFormat(bytes);
  if (sniffed.kind === "picture") return TYPES[sniffed.format];
  throw new InputError("unsupported", `${label}: its content is not a picture — export it anew`);
}
