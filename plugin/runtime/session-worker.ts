/** The worker process that owns an ONNX Runtime session and answers one request after another. */
import { env, InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import type {
  Answer,
  AnswerMessage,
  CreateRequest,
  Outputs,
  RequestMessage,
  RunRequest,
} from "./session-messages.ts";

// Failures come back as errors; ONNX Runtime itself is to print nothing.
const LOG_SEVERITY_FATAL = 4;
env.logLevel = "fatal";

let session: InferenceSession | undefined;

process.on("message", (message: RequestMessage) => {
  answer(message).then(
    (value) => send({ id: message.id, value }),
    (error: unknown) => {
      const failure = error instanceof Error ? error.message : String(error);
      send({ id: message.id, failure });
    },
  );
});

// The parent decides when to end: Ctrl-C reaches the whole group, and its death closes the channel.
process.on("SIGINT", () => undefined);
process.on("disconnect", () => process.exit());

function send(message: AnswerMessage): void {
  process.send?.(message);
}

async function answer(message: RequestMessage): Promise<Answer> {
  switch (message.type) {
    case "create":
      session = await create(message);
      return null;
    case "run":
      return run(message);
    case "providers":
      return listSupportedBackends().map(({ name }) => name);
  }
}

function create({ model, provider, threads }: CreateRequest): Promise<InferenceSession> {
  const options: InferenceSession.SessionOptions = {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    // Without the arena the memory of a run goes back to the system when it ends.
    enableCpuMemArena: false,
    logSeverityLevel: LOG_SEVERITY_FATAL,
  };
  return typeof model === "string"
    ? InferenceSession.create(model, options)
    : InferenceSession.create(model, options);
}

async function run({ feeds }: RunRequest): Promise<Outputs> {
  if (session === undefined) throw new Error("no model has been loaded");
  const inputs = Object.entries(feeds).map(
    ([name, { shape, data }]) => [name, new Tensor("float32", data, shape)] as const,
  );
  const outputs = await session.run(Object.fromEntries(inputs));
  return Object.fromEntries(
    Object.entries(outputs).map(([name, output]) => [name, output.data as Float32Array]),
  );
}
