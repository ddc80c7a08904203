/** Bundles what runs in a browser into `dist/`; the same sources give the same bytes. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

await build({
  absWorkingDir: root,
  entryPoints: {
    "contact-sheet/page": "editor-ui/hosts/contact-sheet/page.ts",
    "evaluation/page": "editor-ui/hosts/evaluation/page.ts",
  },
  outdir: "dist",
  bundle: true,
  minify: true,
  format: "iife",
  platform: "browser",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
});
