/** Which of ONNX Runtime's execution providers a model runs on. */
import { InputError, ModelError } from "../core/errors.ts";

/** ONNX Runtime's execution providers that Maquette can ask for, by ONNX Runtime's names. */
export const PROVIDERS = ["cpu", "webgpu", "cuda", "dml", "coreml"] as const;

export type Provider = (typeof PROVIDERS)[number];

export type Device = "auto" | Provider;

/** What `auto` tries, first to last. The CPU closes the list: it is there on every machine. */
export const AUTO_ORDER: readonly Provider[] = ["cpu"];

/** @throws InputError listing the devices when `name` is none of them. */
export function parseDevice(name: string): Device {
  const devices: readonly Device[] = ["auto", ...PROVIDERS];
  const device = devices.find((candidate) => candidate === name);
  if (device === undefined) {
    throw new InputError("bad-option", `--device ${name}: unknown — use ${devices.join(", ")}`);
  }
  return device;
}

/** The providers to try for a device, first to last. */
export function candidateProviders(device: Device): readonly Provider[] {
  return device === "auto" ? AUTO_ORDER : [device];
}

/**
 * What `attempt` gives for the first provider it works on. Each provider passed over costs one
 * warning; the error of the last one is thrown, as is any error that is not about a device.
 */
export async function firstWorking<T>(
  providers: readonly Provider[],
  attempt: (provider: Provider) => Promise<T>,
  onWarning: (message: string) => void,
): Promise<T> {
  const [provider, ...others] = providers;
  try {
    return await attempt(provider);
  } catch (error) {
    const isDeviceError = error instanceof ModelError && error.code === "device";
    if (!isDeviceError || others.length === 0) throw error;
    onWarning(`${error.message}; trying ${others[0]}`);
    return firstWorking(others, attempt, onWarning);
  }
}
