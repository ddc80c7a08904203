/** `maquette studio` without its command: a project's service, and its page in a browser. */
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Page } from "playwright-core";
import { openOfflinePage } from "../../plugin/browser/offline-page.ts";
import type { Generator } from "../../plugin/pipeline/contract.ts";
import type { RunningService } from "../../plugin/service/run-service.ts";
import { type DrawnProject, withDrawnProject } from "./drawn-project.ts";

const PAGES = new URL("../../dist/studio/", import.meta.url);
const PROBE = fileURLToPath(new URL("../pages/studio/probe.ts", import.meta.url));
const VIEWPORT = { width: 1280, height: 800 };

export interface Studio extends Pick<DrawnProject, "cwd" | "draw" | "bounds"> {
  readonly service: RunningService;
  readonly page: Page;
  readonly refusedRequests: readonly string[];
}

export interface StudioOptions {
  /** Default: the embedded model. */
  readonly generator?: Generator;
  /** Default: true. */
  readonly hasWebGl?: boolean;
}

/** Opens the studio on an empty project. */
export function withStudio(
  { generator, hasWebGl = true }: StudioOptions,
  body: (studio: Studio) => Promise<void>,
): Promise<void> {
  return withDrawnProject(async (project) => {
    const service = await project.serve({ pages: PAGES });
    const { url, token } = service.address;
    const browser = await openOfflinePage({ reachable: [url] });
    try {
      const { page, refusedRequests } = browser;
      await page.setViewportSize(VIEWPORT);
      await page.addInitScript({ content: await bundleProbe() });
      if (!hasWebGl) await page.addInitScript("studioProbe.refuseWebGl()");
      await page.goto(`${url}/#token=${token}`);
      await body({ ...project, service, page, refusedRequests });
    } finally {
      await browser.close();
    }
  }, generator);
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
