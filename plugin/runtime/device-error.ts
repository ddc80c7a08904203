/** What is wrong with a device, told from ONNX Runtime's message, and what helps. */
import { ModelError } from "../core/errors.ts";
import type { Device } from "./providers.ts";

/**
 * `absent`: the machine has no such device, which is nobody's fault. `library`: a library or driver
 * that the device needs is missing or too old. `memory`: the model does not fit. `lost`: it vanished
 * or crashed. `unsupported`: it cannot compute the model.
 */
export type DeviceFault = "absent" | "library" | "memory" | "lost" | "unsupported" | "other";

export class DeviceError extends ModelError {
  readonly fault: DeviceFault;
  /** Why, in a few words. */
  readonly reason: string;
  /** What would fix it. */
  readonly remedy: string;

  /**
   * `device` is undefined when none was asked for yet. `reason` may have several lines, and ONNX
   * Runtime's place in its source.
   */
  constructor(device: Device | undefined, reason: string) {
    const subject = device === undefined ? "ONNX Runtime" : `execution provider ${device}`;
    const plain = plainReason(reason);
    const { fault, remedy, cpuRemedy } =
      DIAGNOSES.find(({ pattern }) => pattern.test(plain)) ?? UNKNOWN_DIAGNOSIS;
    const advice = device === "cpu" ? (cpuRemedy ?? remedy) : remedy;
    super("device", `${subject}: ${plain} — ${advice}`, { cause: plain });
    this.fault = fault;
    this.reason = plain;
    this.remedy = advice;
  }
}

/** The reason in one line, without the place in ONNX Runtime's source that some begin with. */
function plainReason(reason: string): string {
  const line = reason.replaceAll(/\s+/g, " ").trim();
  return line.replace(/^\S+\.cc:\d+ .*? was false\. /, "");
}

/** Reasons that Maquette finds itself. */
export const NOT_IN_BUILD = "not part of ONNX Runtime on this platform";
export const NOT_INSTALLED = "its library was left out when onnxruntime-node was installed";
export const NO_NVIDIA_DRIVER = "no NVIDIA driver";

interface Diagnosis {
  readonly fault: DeviceFault;
  readonly pattern: RegExp;
  readonly remedy: string;
  /** Where there is no graphics driver to blame. */
  readonly cpuRemedy?: string;
}

const UNKNOWN_DIAGNOSIS: Omit<Diagnosis, "pattern"> = {
  fault: "other",
  remedy: "try another --device",
};

/** First match counts. Numbers are those of CUDA ("CUDA failure 2") and of DXGI (887A....). */
const DIAGNOSES: readonly Diagnosis[] = [
  {
    fault: "absent",
    pattern: new RegExp(NOT_IN_BUILD),
    remedy: "use another --device",
  },
  {
    fault: "absent",
    pattern: new RegExp(NOT_INSTALLED),
    remedy: 'run "npm install onnxruntime-node --onnxruntime-node-install=cuda12"',
  },
  {
    fault: "absent",
    pattern: new RegExp(`${NO_NVIDIA_DRIVER}|CUDA failure 100\\b|no CUDA-capable device`),
    remedy: "needs an NVIDIA GPU and its driver",
  },
  {
    fault: "absent",
    pattern: /WebGPU adapter|No supported adapters|887A0002/i,
    remedy: "needs a GPU and its driver (on Linux one for Vulkan)",
  },
  {
    fault: "library",
    pattern: /driver version is insufficient|CUDA failure (3|35|803)\b/,
    remedy: "update the NVIDIA driver",
  },
  {
    fault: "library",
    pattern: /(lib)?cudnn\S*(\.so|\.dll)/i,
    remedy: "install cuDNN 9 for CUDA 12",
  },
  {
    fault: "library",
    pattern: /nvinfer|nvonnxparser/i,
    remedy: "install TensorRT 10 for CUDA 12",
  },
  {
    fault: "library",
    pattern: /(cudart|cublas|cufft|curand|nvrtc|nvJitLink)\S*(\.so|\.dll)/i,
    remedy: "install the CUDA 12 toolkit",
  },
  {
    fault: "library",
    pattern: /Failed to load (shared )?library|LoadLibrary failed|cannot open shared object/i,
    remedy: "install the library, or use another --device",
  },
  {
    fault: "memory",
    pattern:
      /out of memory|failed to allocate|bad_alloc|allocation .*failed|CUDA failure 2\b|8007000E|max(imum)? (storage )?buffer (binding )?size/i,
    remedy: "use a smaller precision, a smaller model or another --device",
  },
  {
    fault: "memory",
    pattern: /ended unexpectedly \(SIGKILL\)/, // by the system, which does so for want of memory
    remedy: "if memory ran out, use a smaller precision or a smaller model",
  },
  {
    fault: "lost",
    pattern:
      /device (was )?(lost|removed|hung)|887A000[567]|CUDA failure (46|700|719|999)\b|ended unexpectedly/i,
    remedy: "update the graphics driver, or use another --device",
    cpuRemedy: "use another precision, a smaller model or another --device",
  },
  {
    fault: "unsupported",
    pattern: /not.?implemented|could not find an implementation|not supported|fallback to CPU EP/i,
    remedy: "use another --device",
  },
];
