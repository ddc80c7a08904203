/** `maquette studio` without its command: a project's service, and its page in a browser. */
import { cp, mkdir, readFile, rename } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { openOfflinePage } from "../../plugin/browser/offline-page.ts";
import type { Bounds } from "../../plugin/core/mesh.ts";
import type { Generator } from "../../plugin/pipeline/contract.ts";
import { openGenerator } from "../../plugin/pipeline/generate.ts";
import { loadConfig } from "../../plugin/project/config.ts";
import type { WatchEvent } from "../../plugin/project/watch/events.ts";
import { type RunningService, runService } from "../../plugin/service/run-service.ts";
import { withFolder } from "./temporary-folder.ts";

const CONCEPT_ART = fileURLToPath(new URL("../../samples/concept-art/", import.meta.url));
const PAGES = new URL("../../dist/studio/", import.meta.url);
const PROBE = fileURLToPath(new URL("../pages/studio/probe.ts", import.meta.url));
/** Where WebGL runs in software and the model beside it, a page can be slow. */
const PATIENCE_MS = 120_000;
const VIEWPORT = { width: 1280, height: 800 };

export interface Studio {
  readonly cwd: string;
  readonly service: RunningService;
  readonly page: Page;
  readonly refusedRequests: readonly string[];
  /** Saves a sample picture as `art/<name>.png`. */
  draw(sample: string, name: string): Promise<void>;
  /** Of the mesh of `art/<name>.png`, as the sidecar has it; metres in glTF's frame. */
  bounds(name: string): Promise<Bounds>;
}

export interface StudioOptions {
  /** Default: the embedded model. */
  readonly generator?: Generator;
  readonly onEvent?: (event: WatchEvent) => void;
  /** Default: true. */
  readonly hasWebGl?: boolean;
}

/** Opens the studio on an empty project whose meshes are small. */
export function withStudio(
  options: StudioOptions,
  body: (studio: Studio) => Promise<void>,
): Promise<void> {
  return withFolder(
    { "maquette.config.json": '{ "settings": { "resolution": 48 } }' },
    async (cwd) => {
      await mkdir(join(cwd, "art"));
      const generator = options.generator ?? (await openEmbedded());
      const service = await runService({
        inputs: ["art"],
        cwd,
        config: await loadConfig({ cwd }),
        flags: {},
        generator,
        jobs: 1,
        device: "auto",
        pages: PAGES,
        onEvent: options.onEvent ?? (() => undefined),
      });
      const { url, token } = service.address;
      const browser = await openOfflinePage({ reachable: [url] });
      try {
        const { page, refusedRequests } = browser;
        await service.watching;
        page.setDefaultTimeout(PATIENCE_MS);
        await page.setViewportSize(VIEWPORT);
        await page.addInitScript({ content: await bundleProbe() });
        if (options.hasWebGl === false) await page.addInitScript("studioProbe.refuseWebGl()");
        await page.goto(`${url}/#token=${token}`);
        await body({
          cwd,
          service,
          page,
          refusedRequests,
          async draw(sample, name) {
            const draft = join(cwd, `${name}.draft`);
            await cp(join(CONCEPT_ART, `${sample}.png`), draft);
            await rename(draft, join(cwd, `art/${name}.png`));
          },
          async bounds(name) {
            const sidecar = await readFile(join(cwd, `art/${name}.png.maquette.json`), "utf8");
            return JSON.parse(sidecar).result.bounds;
          },
        });
      } finally {
        await browser.close();
        await service.stop();
        await generator.close();
      }
    },
  );
}

function openEmbedded(): Promise<Generator> {
  return openGenerator({ model: "maquette-tiny", device: "auto", onWarning: () => undefined });
}

/** The page's policy allows no script but its own; those of a browser's tools run all the same. */
async function bundleProbe(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [PROBE],
    bundle: true,
    write: false,
    format: "iife",
  });
  return outputFiles.map(({ text }) => text).join("");
}
