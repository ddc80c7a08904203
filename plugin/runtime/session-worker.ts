/** The worker process that owns an ONNX Runtime session and answers one request after another. */
import { env, InferenceSession, listSupportedBackends, Tensor } from "onnxruntime-node";
import { NOT_IN_BUILD } from "./device-error.ts";
import { endWithParent } from "./end-with-parent.ts";
import { nvidiaAbsence, nvidiaLoadError } from "./nvidia.ts";
import { locateDevice, type Provider } from "./providers.ts";
import {
  type Answer,
  type AnswerMessage,
  type CreateRequest,
  KEPT,
  type Outputs,
  type RequestMessage,
  type RunRequest,
  type Signature,
  type TensorInfo,
} from "./session-messages.ts";
import { sessionOptions } from "./session-options.ts";

env.logLevel = "fatal";

let session: InferenceSession | undefined;
const kept = new Map<string, Tensor>();

process.on("message", (message: RequestMessage) => {
  answer(message).then(
    (value) => send({ id: message.id, value }),
    (error: unknown) => {
      const failure = error instanceof Error ? error.message : String(error);
      send({ id: message.id, failure });
    },
  );
});

// The parent decides when to end: signals reach the whole group, and its death closes the channel.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit());
endWithParent();

function send(message: AnswerMessage): void {
  process.send?.(message);
}

async function answer(message: RequestMessage): Promise<Answer> {
  switch (message.type) {
    case "create":
      return create(message);
    case "run":
      return run(message);
    case "peak-memory":
      return 1024 * process.resourceUsage().maxRSS;
  }
}

async function create(request: CreateRequest): Promise<Signature> {
  const { provider } = locateDevice(request.device);
  const absence = findAbsence(provider);
  if (absence !== undefined) throw new Error(absence);
  const { model } = request;
  const options = sessionOptions(request);
  kept.clear();
  try {
    session =
      typeof model === "string"
        ? await InferenceSession.create(model, options)
        : await InferenceSession.create(model, options);
  } catch (error) {
    throw explained(error, provider);
  }
  return {
    inputs: session.inputMetadata.map(tensorInfo),
    outputs: session.outputMetadata.map(tensorInfo),
  };
}

function tensorInfo(value: InferenceSession.ValueMetadata): TensorInfo {
  return { name: value.name, shape: value.isTensor ? value.shape : [] };
}

/** Why this machine cannot have the provider at all, as far as that is known beforehand. */
function findAbsence(provider: Provider): string | undefined {
  if (!listSupportedBackends().some(({ name }) => name === provider)) return NOT_IN_BUILD;
  return isNvidia(provider) ? nvidiaAbsence(provider) : undefined;
}

function explained(error: unknown, provider: Provider): unknown {
  const isLoadError = error instanceof Error && error.message.includes("load shared library");
  if (!isLoadError || !isNvidia(provider)) return error;
  const reason = nvidiaLoadError(provider);
  return reason === undefined ? error : new Error(reason, { cause: error });
}

function isNvidia(provider: Provider): provider is "cuda" | "tensorrt" {
  return provider === "cuda" || provider === "tensorrt";
}

async function run({ feeds, outputs }: RunRequest): Promise<Outputs> {
  if (session === undefined) throw new Error("no model has been loaded");
  const inputs = Object.entries(feeds).map(([name, feed]) => [name, inputTensor(name, feed)]);
  const results = await session.run(Object.fromEntries(inputs), outputs ?? session.outputNames);
  return Object.fromEntries(
    Object.entries(results).map(([name, output]) => [name, output.data as Float32Array]),
  );
}

function inputTensor(name: string, feed: RunRequest["feeds"][string]): Tensor | undefined {
  if (feed === KEPT) return kept.get(name);
  const tensor = new Tensor("float32", feed.data, feed.shape);
  if (feed.keep === true) kept.set(name, tensor);
  return tensor;
}
