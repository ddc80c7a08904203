/** What `maquette serve`, `watch` and `studio` do: a service on a project, in view, until it is ended. */
import { existsSync } from "node:fs";
import { displayPath } from "../project/paths.ts";
import type { ServiceAddress } from "../protocol/service.ts";
import { AlreadyServedError, serviceFile } from "../service/lock.ts";
import { type RunningService, runService } from "../service/run-service.ts";
import type { CliContext } from "./context.ts";
import { readOrigins } from "./flags.ts";
import { Notices } from "./notices.ts";
import { listenForServeEnd } from "./serve-end.ts";
import { printData, printLine, type Terminal } from "./terminal.ts";
import { openWatchOutput } from "./watch-output.ts";
import { planWatch, type WatchFlags, type WatchPlan } from "./watch-plan.ts";

export interface ServeFlags extends WatchFlags {
  readonly allowOrigin?: readonly string[];
  readonly whileStdinOpen?: true;
}

const EXIT_BAD_USAGE = 2;

/** From plugin/cli/ and, compiled, from dist/cli/. */
const STUDIO_PAGE = new URL("../../dist/studio/", import.meta.url);

/** Folder of the studio's page; undefined in a checkout where it has not been built. */
export function studioPage(): URL | undefined {
  return existsSync(new URL("index.html", STUDIO_PAGE)) ? STUDIO_PAGE : undefined;
}

/** `maquette serve`. Returns the exit code. @throws InputError, and ModelError when the model fails. */
export function serveProject(
  folder: string | undefined,
  flags: ServeFlags,
  context: CliContext,
): Promise<number> {
  const { terminal } = context;
  return unlessServed(terminal, async () => {
    const plan = await planWatch("serve", folder, flags, terminal.cwd);
    return await serve(plan, flags, context, ({ url }, say) => {
      const file = serviceFile(plan.watch.config.root);
      if (flags.json) printData(terminal.stdout, JSON.stringify({ event: "serving", url, file }));
      say(`serving at ${url}; its token is in ${displayPath(file, terminal.cwd)}`);
    });
  });
}

/**
 * `maquette watch`: a service that says nothing of it, so that one process works on a project, and
 * editors and the studio use that one. Returns the exit code. @throws as `serveProject` does.
 */
export function watchProject(
  folder: string | undefined,
  flags: WatchFlags,
  context: CliContext,
): Promise<number> {
  const { terminal } = context;
  return unlessServed(terminal, async () => {
    const plan = await planWatch("watch", folder, flags, terminal.cwd);
    return await serve(plan, flags, context, () => undefined);
  });
}

async function unlessServed({ stderr }: Terminal, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof AlreadyServedError)) throw error;
    printLine(stderr, error.message);
    return EXIT_BAD_USAGE;
  }
}

/**
 * Serves until it is ended; returns the exit code. `onServing` is called when requests are answered,
 * with what says a line beside those of the watch.
 *
 * @throws AlreadyServedError when a service has the project, and what ends a watch.
 */
export async function serve(
  plan: WatchPlan,
  flags: ServeFlags,
  context: CliContext,
  onServing: (address: ServiceAddress, say: (line: string) => void) => void,
): Promise<number> {
  const origins = readOrigins(flags.allowOrigin ?? []);
  const notices = new Notices(context.terminal.stderr);
  const end = listenForServeEnd(context.terminal, {
    whileStdinOpen: flags.whileStdinOpen === true,
    onEnd: () =>
      notices.say("Ending; nothing stays half-written. Press Ctrl-C again to stop at once."),
  });
  let service: RunningService | undefined;
  try {
    const generator = await context.openWorkerGenerator({
      ...plan.model,
      onWarning: (message) => notices.say(`warning: ${message}`),
      onDevice: (device) => service?.setDeviceInUse(device),
    });
    const output = await openWatchOutput({
      plan,
      flags,
      terminal: context.terminal,
      notices,
      model: generator.model.name,
      waiting: () => service?.waiting ?? 0,
    });
    try {
      service = await runService({
        ...plan.watch,
        generator,
        device: plan.model.device,
        origins,
        pages: studioPage(),
        onEvent: output.onEvent,
      });
      onServing(service.address, (line) => notices.say(line));
      await untilEnded(service, end.signal);
    } finally {
      output.close();
      await generator.close();
    }
  } finally {
    end.stopListening();
  }
  return end.exitCode;
}

/** @throws what ended the watch, when it was not `signal`. */
async function untilEnded(service: RunningService, signal: AbortSignal): Promise<void> {
  const stop = (): void => void service.stop();
  signal.addEventListener("abort", stop, { once: true });
  if (signal.aborted) stop();
  await service.ended;
}
