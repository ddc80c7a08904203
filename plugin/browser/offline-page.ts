/**
 * A browser without a window for pictures of meshes: an installed Chrome, Edge or Chromium, else
 * the one bundled for Linux with WebGL 2 in software. Nothing it runs may reach a network, but for
 * servers of this machine that it is allowed.
 */

import { existsSync } from "node:fs";
import { type Browser, chromium, type LaunchOptions, type Page } from "playwright-core";
import { CancelledError, InputError, throwIfCancelled } from "../core/errors.ts";
import { findBundledChromium } from "./bundled-chromium.ts";

/** Environment variable with the path of the browser to use. */
const BROWSER_VARIABLE = "MAQUETTE_BROWSER";

const CHANNELS = ["chrome", "msedge", "chromium"];
const CHROMIUM_PATHS = ["/usr/bin/chromium", "/usr/bin/chromium-browser"];

/** For starting and for every wait on a page: rendering in software on a busy machine takes its time. */
const PATIENCE_MS = 180_000;

const ARGUMENTS = [
  // WebGL 2 also where there is no GPU, or one that the browser distrusts.
  "--enable-unsafe-swiftshader",
  "--ignore-gpu-blocklist",
  // No name resolves, whoever asks: the page, an update check, telemetry.
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  "--disable-background-networking",
];

export interface OfflinePage {
  readonly page: Page;
  /** Addresses the page asked for; each request was refused. */
  readonly refusedRequests: readonly string[];
  close(): Promise<void>;
}

export interface OfflinePageOptions {
  /** Aborting it closes the browser. */
  readonly signal?: AbortSignal | undefined;
  /** Origins of servers on 127.0.0.1 that the page may reach; none by default. */
  readonly reachable?: readonly string[];
}

/**
 * Opens an empty page in a fresh browser.
 *
 * @throws InputError when there is no browser that starts, CancelledError.
 */
export async function openOfflinePage({
  signal,
  reachable = [],
}: OfflinePageOptions = {}): Promise<OfflinePage> {
  throwIfCancelled(signal);
  const browser = await launchBrowser();
  const close = (): Promise<void> => browser.close();
  signal?.addEventListener("abort", close, { once: true });
  try {
    throwIfCancelled(signal);
    const context = await browser.newContext({ serviceWorkers: "block" });
    context.setDefaultTimeout(PATIENCE_MS);
    const refusedRequests: string[] = [];
    await context.route("**/*", async (route) => {
      const url = route.request().url();
      if (reachable.includes(new URL(url).origin)) return await route.continue();
      refusedRequests.push(url);
      await route.abort();
    });
    return {
      page: await context.newPage(),
      refusedRequests,
      async close() {
        signal?.removeEventListener("abort", close);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw signal?.aborted ? new CancelledError() : error;
  }
}

async function launchBrowser(): Promise<Browser> {
  const failures: string[] = [];
  for await (const candidate of candidates()) {
    for (const chromiumSandbox of sandboxChoices()) {
      try {
        return await launch({ ...candidate, chromiumSandbox });
      } catch (error) {
        failures.push(firstLine(error));
      }
    }
  }
  throw new InputError(
    "not-found",
    `browser: none starts (${failures.at(-1) ?? "none found"}) — install Chrome, Edge or Chromium, or set ${BROWSER_VARIABLE} to the path of one`,
  );
}

/** Installed browsers first: they are kept up to date and may use the GPU. */
async function* candidates(): AsyncGenerator<LaunchOptions> {
  const chosen = process.env[BROWSER_VARIABLE];
  if (chosen) {
    yield { executablePath: chosen };
    return;
  }
  for (const channel of CHANNELS) yield { channel };
  for (const executablePath of CHROMIUM_PATHS.filter((path) => existsSync(path))) {
    yield { executablePath };
  }
  const bundled = await findBundledChromium();
  if (bundled === undefined) return;
  yield {
    executablePath: bundled.executablePath,
    env: { ...process.env, ...bundled.env },
    args: ["--use-angle=swiftshader"],
  };
}

/**
 * Chromium refuses its sandbox to root, and containers and some distributions refuse it to
 * Chromium; the page shows only the user's own files and has no network, so it may do without.
 */
function sandboxChoices(): boolean[] {
  return process.getuid?.() === 0 ? [false] : [true, false];
}

async function launch({ args = [], ...options }: LaunchOptions): Promise<Browser> {
  return await chromium.launch({
    ...options,
    args: [...ARGUMENTS, ...args],
    timeout: PATIENCE_MS,
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
  });
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split("\n", 1)[0] ?? message;
}
