/**
 * Bundles what runs in a browser or in the Editor into `dist/`; the same sources give the same
 * bytes. `node editor-ui/build.mjs studio client` builds only what is named.
 */
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

const COMMON = {
  absWorkingDir: root,
  outdir: "dist",
  bundle: true,
  platform: "browser",
  target: "es2022",
  format: "esm",
  jsx: "automatic",
  loader: { ".css": "text" },
  legalComments: "none",
  logLevel: "warning",
};

/** Whoever imports a library brings the engine and React, and zod comes with the package. */
const LIBRARY = {
  ...COMMON,
  external: ["@babylonjs/*", "react", "react-dom", "react/jsx-runtime", "react-dom/client", "zod"],
};

const TARGETS = {
  /** Pages that Node drives: each leaves one global. */
  pages: () =>
    build({
      ...COMMON,
      entryPoints: {
        "contact-sheet/page": "editor-ui/hosts/contact-sheet/page.ts",
        "evaluation/page": "editor-ui/hosts/evaluation/page.ts",
      },
      format: "iife",
      minify: true,
    }),

  /** The page of `maquette studio`. */
  studio: async () => {
    await build({
      ...COMMON,
      entryPoints: { "studio/main": "editor-ui/hosts/studio/main.tsx" },
      minify: true,
      splitting: true,
      chunkNames: "studio/chunks/[name]-[hash]",
      define: { "process.env.NODE_ENV": '"production"' },
    });
    await copyFile(
      join(root, "editor-ui/hosts/studio/index.html"),
      join(root, "dist/studio/index.html"),
    );
  },

  client: () =>
    build({ ...LIBRARY, entryPoints: { "client/hot-load": "editor-ui/client/hot-load.ts" } }),

  inspector: () =>
    build({
      ...LIBRARY,
      entryPoints: { "inspector/extension": "editor-ui/hosts/inspector/extension.tsx" },
    }),

  /** The Babylon.js Editor's plugin: it redirects exactly these names to its own copies. */
  editor: () =>
    build({
      ...COMMON,
      entryPoints: { "editor/plugin": "plugin/editor/plugin.ts" },
      format: "cjs",
      platform: "node",
      outExtension: { ".js": ".cjs" },
      external: [
        "babylonjs",
        "babylonjs-loaders",
        "babylonjs-editor",
        "react",
        "react/jsx-runtime",
        "react-dom",
        "react-dom/client",
        "electron",
      ],
    }),
};

const named = process.argv.slice(2);
for (const target of named.length > 0 ? named : Object.keys(TARGETS)) await TARGETS[target]();
