/** The Editor does not watch its folders: the open one is read again when a mesh in it is new. */
import type { Editor } from "babylonjs-editor";
import type { ServiceClient } from "../../client/service-client.ts";
import type { ProjectFiles } from "./project-files.ts";

/** Meshes that are finished in a row refresh the browser once. */
const GATHER_MS = 500;

/** @returns what ends that. */
export function refreshAssetsBrowser(
  { layout }: Editor,
  client: ServiceClient,
  files: ProjectFiles,
): () => void {
  let known = meshesOf(client);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const refresh = () => {
    timer = undefined;
    const former = known;
    known = meshesOf(client);
    const folder = layout.assets.state.browsedPath;
    if (folder === undefined) return;
    const changed = [...known].some(
      ([mesh, sha256]) => former.get(mesh) !== sha256 && folderOf(files.absolute(mesh)) === folder,
    );
    // Not assets.refresh, which reads the whole project, installed packages included.
    if (changed) void layout.assets.setBrowsePath(folder);
  };
  const unsubscribe = client.subscribe(() => {
    timer ??= setTimeout(refresh, GATHER_MS);
  });
  return () => {
    unsubscribe();
    clearTimeout(timer);
  };
}

/** Hash of each mesh that is there, by path. */
function meshesOf({ state }: ServiceClient): ReadonlyMap<string, string> {
  const assets = [...state.assets.values()];
  return new Map(assets.flatMap(({ mesh, result }) => (result ? [[mesh, result.sha256]] : [])));
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}
