/** Pictures chosen in the Editor's assets browser -> meshes. */
import type { ServiceClient } from "../../client/service-client.ts";
import { HostError } from "./host-error.ts";
import type { Messages } from "./messages.ts";
import type { ProjectFiles } from "./project-files.ts";

/**
 * Makes the meshes of pictures anew; pictures outside the watched folders are copied into the first
 * of them.
 *
 * @param paths Absolute.
 * @throws HostError "no-picture", ClientError, or InputError when a picture cannot be read.
 */
export async function generatePictures(
  paths: readonly string[],
  client: ServiceClient,
  files: ProjectFiles,
  messages: Messages,
): Promise<void> {
  const pictures = paths.filter((path) => files.isPicture(path));
  if (pictures.length === 0) {
    throw new HostError(
      "no-picture",
      "assets browser: no picture is selected — select concept art, such as a PNG",
    );
  }
  for (const path of pictures) messages.info(await generatePicture(path, client, files));
}

/** Returns what is going to happen. */
async function generatePicture(
  path: string,
  client: ServiceClient,
  files: ProjectFiles,
): Promise<string> {
  const { assets, folders } = client.state;
  const relative = files.relative(path);
  const asset = [...assets.values()].find(({ picture }) => picture === relative);
  if (asset) {
    await client.generate(asset.uuid);
    return `Generating the mesh of ${asset.picture}`;
  }
  if (folders.some((folder) => relative?.startsWith(`${folder}/`))) {
    return `${relative} is in a watched folder: its mesh comes by itself`;
  }
  const name = path.slice(path.lastIndexOf("/") + 1);
  const { picture } = await client.upload(name, new Blob([await files.read(path)]));
  return `Copied ${name} to ${picture}; its mesh comes by itself`;
}
