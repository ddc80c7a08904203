/** ONNX Runtime's options for each execution provider. */
import type { InferenceSession } from "onnxruntime-node";
import { locateDevice } from "./providers.ts";
import type { CreateRequest } from "./session-messages.ts";

/** Failures come back as errors; ONNX Runtime itself is to print nothing. */
const LOG_SEVERITY_FATAL = 4;

/**
 * Static shapes only, the newer of CoreML's formats, CPU and GPU: the Neural Engine computes in f16
 * whatever the model says.
 */
const COREML_FLAGS = 0x008 | 0x010 | 0x020;

export function sessionOptions(
  request: Pick<CreateRequest, "device" | "threads" | "extra">,
): InferenceSession.SessionOptions {
  const { provider } = locateDevice(request.device);
  return {
    executionProviders: executionProviders(request),
    intraOpNumThreads: request.threads,
    // Without the arena the memory of a run goes back to the system when it ends.
    enableCpuMemArena: false,
    // DirectML refuses memory patterns.
    enableMemPattern: provider !== "dml",
    logSeverityLevel: LOG_SEVERITY_FATAL,
    extra: request.extra ?? {},
  };
}

/** What a provider cannot compute goes to the next, and in the end to the CPU. */
function executionProviders({
  device,
}: Pick<CreateRequest, "device">): InferenceSession.ExecutionProviderConfig[] {
  const { provider, deviceId } = locateDevice(device);
  switch (provider) {
    case "cuda":
    case "dml":
      return [{ name: provider, deviceId }];
    case "tensorrt":
      return [
        { name: "tensorrt", deviceId },
        { name: "cuda", deviceId },
      ];
    case "coreml":
      return [{ name: "coreml", coreMlFlags: COREML_FLAGS }];
    case "cpu":
    case "webgpu":
      return [provider];
  }
}
