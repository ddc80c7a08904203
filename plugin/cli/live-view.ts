/**
 * Progress on a terminal: a row per picture in work with its stage, a bar and the time left; rows of
 * finished pictures stay above with their facts; pictures that wait are only counted.
 */
import { Listr, ListrLogger, ProcessOutput } from "listr2";
import type { Forecast } from "../project/forecast.ts";
import type { ImportPlan, PlannedItem } from "../project/plan.ts";
import { formatQuantity, formatTimeLeft } from "./format.ts";
import type { ImportView } from "./import-view.ts";
import { deferred, LiveRow, type Row } from "./live-row.ts";
import { printable, printLine } from "./terminal.ts";

const MAX_LABEL_WIDTH = 44;
const TICK_MS = 200;

export function createLiveView(plan: ImportPlan, forecast: Forecast, jobs: number): ImportView {
  const items = plan.items.filter((item) => item.action !== "none");
  const rows = items.map(() => new LiveRow());
  const active = new Map<PlannedItem, LiveRow>();
  const isClosed = deferred<void>();
  const labelWidth = Math.min(
    MAX_LABEL_WIDTH,
    Math.max(0, ...items.map(({ picture }) => printable(picture.label).length)),
  );
  let started = 0;
  let finished = 0;
  const notes: string[] = [];

  const refresh = (status: Row): void => {
    for (const row of active.values()) row.refresh(forecast, labelWidth);
    status.output = [statusLine(), ...notes].join("\n");
  };
  const statusLine = (): string => {
    const waiting = items.length - started;
    const inWork = [...active.values()].map((row) => row.remainingMs(forecast) ?? 0);
    const total = inWork.reduce(
      (sum, ms) => sum + ms,
      waiting * (forecast.pictureMs ?? Number.NaN),
    );
    const left = Number.isNaN(total) ? "" : `, ${formatTimeLeft(total / jobs)}`;
    return `${finished} of ${formatQuantity(items.length, "picture")}${left}`;
  };

  const list = new Listr(
    [
      ...rows.map((row) => ({ task: (_: unknown, shown: Row) => row.run(shown) })),
      {
        task: async (_: unknown, status: Row) => {
          const timer = setInterval(() => refresh(status), TICK_MS);
          refresh(status);
          await isClosed.promise;
          clearInterval(timer);
        },
      },
    ],
    {
      concurrent: true,
      exitOnError: false,
      registerSignalListeners: false,
      ...rendererOnStderr(),
    },
  );
  const isDone = list.run();

  return {
    onEvent(event) {
      if (event.item.action === "none") return;
      if (event.type === "started") {
        const row = rows[started++] as LiveRow;
        active.set(event.item, row);
        row.start(event.item);
      }
      const row = active.get(event.item);
      if (event.type === "stage") row?.enter(event);
      if (event.type === "finished") {
        finished++;
        if (event.outcome.status === "imported") forecast.record(event.outcome.timingsMs);
        row?.finish(event.outcome, labelWidth);
        active.delete(event.item);
      }
    },
    note(line) {
      notes.push(printable(line));
    },
    async close() {
      for (const row of rows.slice(started)) row.leaveEmpty();
      isClosed.resolve();
      await isDone;
      for (const line of notes) printLine(process.stderr, line);
    },
  };
}

/** listr2 takes stdout for the terminal; results go there, so the rows are drawn on stderr. */
function rendererOnStderr() {
  const logger = new ListrLogger({
    processOutput: new ProcessOutput(process.stderr, process.stderr, { leaveEmptyLine: false }),
  });
  const options = { logger, collapseErrors: true };
  return {
    renderer: "default",
    rendererOptions: options,
    fallbackRenderer: "default",
    fallbackRendererOptions: options,
  } as const;
}
