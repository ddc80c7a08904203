/** Which of ONNX Runtime's execution providers a model runs on. */
import { InputError } from "../core/errors.ts";

/** ONNX Runtime's execution providers that Maquette can ask for, by ONNX Runtime's names. */
export const PROVIDERS = ["cpu", "webgpu", "cuda", "tensorrt", "dml", "coreml"] as const;

export type Provider = (typeof PROVIDERS)[number];

/** Providers that can be told which of several GPUs to use. */
const NUMBERED = ["cuda", "tensorrt", "dml"] as const;

/** An execution provider, with the number of the GPU where there may be several. */
export type Device = Provider | `${(typeof NUMBERED)[number]}:${number}`;

export type DeviceChoice = "auto" | Device;

/** @throws InputError listing the devices when `name` is none of them. */
export function parseDevice(name: string): DeviceChoice {
  if (name === "auto") return name;
  const [, word, number] = /^([a-z]+)(?::(\d{1,3}))?$/.exec(name) ?? [];
  const provider = PROVIDERS.find((candidate) => candidate === word);
  if (provider !== undefined && number === undefined) return provider;
  const numbered = NUMBERED.find((candidate) => candidate === word);
  if (numbered !== undefined) return `${numbered}:${Number(number)}`;
  const devices = ["auto", ...PROVIDERS].join(", ");
  throw new InputError(
    "bad-option",
    `--device ${name}: unknown — use ${devices}; a GPU by its number as in cuda:1 (${NUMBERED.join(", ")})`,
  );
}

/** The provider of a device, and the number of the GPU, 0 when the device does not say. */
export function locateDevice(device: Device): { provider: Provider; deviceId: number } {
  const [provider, number = "0"] = device.split(":") as [Provider, string?];
  return { provider, deviceId: Number(number) };
}

/**
 * What `auto` tries, first to last. TensorRT is left out because it takes minutes to build its
 * engine, CUDA on Windows because ONNX Runtime's npm package has none; the CPU closes each list, as
 * it is there on every machine.
 */
function autoOrder(platform: NodeJS.Platform): readonly Provider[] {
  switch (platform) {
    case "win32":
      return ["dml", "webgpu", "cpu"];
    case "darwin":
      return ["coreml", "webgpu", "cpu"];
    default:
      return ["cuda", "webgpu", "cpu"];
  }
}

/**
 * A model with fewer parameters stays on the CPU under `auto`: it takes less time there for a
 * picture than a GPU takes to make a session.
 */
export const WORTH_A_GPU = 50e6;

/** The devices to try, first to last, for a model of so many parameters. */
export function candidateDevices(
  choice: DeviceChoice,
  parameterCount: number,
  platform: NodeJS.Platform = process.platform,
): readonly Device[] {
  if (choice === "auto") return parameterCount < WORTH_A_GPU ? ["cpu"] : autoOrder(platform);
  const { provider } = locateDevice(choice);
  if (provider === "cpu") return ["cpu"];
  return [choice, ...autoOrder(platform).filter((other) => other !== provider)];
}
