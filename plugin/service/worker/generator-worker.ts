/** The process that holds a model and makes meshes for the service that started it. */
import type { Generator } from "../../pipeline/contract.ts";
import { openGenerator } from "../../pipeline/generate.ts";
import { errorData } from "./error-data.ts";
import type {
  Answer,
  MessageFromWorker,
  MessageToWorker,
  OpenRequest,
  Request,
} from "./messages.ts";
import { visibleProgress } from "./visible-progress.ts";

interface Running {
  readonly controller: AbortController;
  readonly answered: Promise<void>;
}

/** What cannot be cancelled does not keep the process longer. */
const CLOSE_MS = 2000;

let generator: Promise<Generator> | undefined;
const running = new Map<number, Running>();

process.on("message", (message: MessageToWorker) => {
  const { id } = message;
  if (message.type === "cancel") {
    running.get(id)?.controller.abort();
    return;
  }
  const controller = new AbortController();
  running.set(id, { controller, answered: respond(id, message, controller.signal) });
});

// The service decides when to end: signals reach the whole group, and its death closes the channel.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
process.on("disconnect", () => void end());

async function respond(id: number, request: Request, signal: AbortSignal): Promise<void> {
  try {
    send({ type: "done", id, value: await answer(id, request, signal) });
  } catch (error) {
    send({ type: "failed", id, error: errorData(error) });
  }
  running.delete(id);
}

async function answer(id: number, request: Request, signal: AbortSignal): Promise<Answer> {
  if (request.type === "open") return open(request);
  if (generator === undefined) throw new Error("no model has been opened");
  const onProgress = visibleProgress((stage, fraction) =>
    send({ type: "progress", id, stage, fraction }),
  );
  return (await generator).generate({ ...request.request, signal, onProgress });
}

async function open({ options }: OpenRequest): Promise<Answer> {
  generator = openGenerator({
    ...options,
    onWarning: (message) => send({ type: "warning", message }),
    onDevice: (device) => send({ type: "device", device }),
  });
  return (await generator).model;
}

/** A service that has ended meanwhile wants no answer. */
function send(message: MessageFromWorker): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

async function end(): Promise<never> {
  setTimeout(() => process.kill(process.pid, "SIGKILL"), CLOSE_MS); // to exit waits for threads
  for (const { controller } of running.values()) controller.abort();
  const answered = [...running.values()].map((request) => request.answered);
  const closed = generator?.then((opened) => opened.close());
  await Promise.allSettled([closed, ...answered]);
  process.exit();
}
