/** A watch's events for people, on stderr, and with `--json` for programs, on stdout. */
import { Forecast } from "../project/forecast.ts";
import { loadStageTimes } from "../project/run-report.ts";
import { eventJson } from "../project/watch/event-json.ts";
import type { WatchEvent } from "../project/watch/events.ts";
import type { Notices } from "./notices.ts";
import { printData, type Terminal } from "./terminal.ts";
import type { WatchFlags, WatchPlan } from "./watch-plan.ts";
import { WatchView } from "./watch-view.ts";

export interface WatchOutputOptions {
  readonly plan: WatchPlan;
  readonly flags: Pick<WatchFlags, "json" | "quiet">;
  readonly terminal: Terminal;
  /** Shown with the view's lines until it is closed. */
  readonly notices: Notices;
  /** The model's name. */
  readonly model: string;
  /** How many pictures wait. */
  readonly waiting: () => number;
}

export interface WatchOutput {
  readonly onEvent: (event: WatchEvent) => void;
  close(): void;
}

export async function openWatchOutput(options: WatchOutputOptions): Promise<WatchOutput> {
  const { plan, flags, terminal, notices, model, waiting } = options;
  const view = new WatchView(terminal.stderr, {
    isQuiet: flags.quiet === true,
    model,
    forecast: new Forecast(await loadStageTimes(plan.watch.config.root)),
    waiting,
  });
  notices.showOn(view);
  return {
    onEvent: (event) => {
      view.onEvent(event);
      const content = flags.json && eventJson(event);
      if (content) printData(terminal.stdout, JSON.stringify(content));
    },
    close: () => {
      notices.showOn(undefined);
      view.close();
    },
  };
}
