/**
 * How the Babylon.js Editor resolves what its plugins require: by the first prefix that fits, to
 * copies of its own. Its two modules for navigation, which come next in its list, are left out.
 */
import Module, { createRequire } from "node:module";

const resolve = createRequire(import.meta.url).resolve;

/** In the Editor's order. The Editor's own module is given; `react…` keeps its whole name. */
const PREFIXES = [
  "babylonjs-editor-tools",
  "babylonjs-editor-cli",
  "babylonjs-editor",
  "babylonjs-gui",
  "babylonjs-loaders",
  "babylonjs-materials",
  "babylonjs-post-process",
  "babylonjs-procedural-textures",
  "babylonjs-addons",
  "babylonjs",
  "react",
] as const;

type Load = (request: string, parent: unknown, isMain: boolean) => unknown;

/** @returns what ends the redirection. */
export function redirectModules(babylonjsEditor: object): () => void {
  const loader = Module as unknown as { _load: Load };
  const load = loader._load;
  const redirected: Load = (request, parent, isMain) => {
    const prefix = PREFIXES.find((candidate) => request.startsWith(candidate));
    if (prefix === undefined) return load(request, parent, isMain);
    if (prefix === "babylonjs-editor") return babylonjsEditor;
    return load(resolve(prefix === "react" ? request : prefix), parent, isMain);
  };
  loader._load = redirected;
  return () => {
    if (loader._load !== redirected) throw new Error("modules were redirected a second time");
    loader._load = load;
  };
}
