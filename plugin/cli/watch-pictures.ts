/** What `maquette watch` does: flags and configuration -> a watcher in view, until Ctrl-C. */
import { ProjectWatcher } from "../project/watch/project-watcher.ts";
import type { CliContext } from "./context.ts";
import { EXIT_CANCELLED, listenForInterrupt } from "./interrupt.ts";
import { Notices } from "./notices.ts";
import { openWatchOutput } from "./watch-output.ts";
import { planWatch, type WatchFlags } from "./watch-plan.ts";

/** Returns the exit code. @throws InputError for bad usage, ModelError when the model fails. */
export async function watchPictures(
  folder: string | undefined,
  flags: WatchFlags,
  context: CliContext,
): Promise<number> {
  const { terminal } = context;
  const plan = await planWatch("watch", folder, flags, terminal.cwd);
  const notices = new Notices(terminal.stderr);
  const generator = await context.openGenerator({
    ...plan.model,
    onWarning: (message) => notices.say(`warning: ${message}`),
  });
  const output = await openWatchOutput({
    plan,
    flags,
    terminal,
    notices,
    model: generator.model.name,
    waiting: () => watcher.waiting,
  });
  const watcher = new ProjectWatcher({ ...plan.watch, generator, onEvent: output.onEvent });
  const interrupt = listenForInterrupt(terminal, () =>
    notices.say("Ending; nothing stays half-written. Press Ctrl-C again to stop at once."),
  );
  try {
    await watcher.run(interrupt.signal);
    return EXIT_CANCELLED;
  } finally {
    interrupt.stopListening();
    output.close();
    await generator.close();
  }
}
