/** What `--device` can mean on this machine. */
import { fileBytes, serialise } from "../graph/onnx.ts";
import { input } from "../graph/ops/input.ts";
import { sigmoid } from "../graph/ops/sigmoid.ts";
import { DeviceError } from "./device-error.ts";
import { candidateDevices, PROVIDERS, type Provider, WORTH_A_GPU } from "./providers.ts";
import { Session } from "./session.ts";

export interface DeviceReport {
  readonly device: Provider;
  /** It ran a small network just now. */
  readonly works: boolean;
  /** `--device auto` uses it for models that are worth it. */
  readonly auto: boolean;
  /** Why, in a few words. */
  readonly reason: string;
  /** What would make it work; absent where it does. */
  readonly remedy?: string;
}

/** What `--device auto` does, in one line. */
export function explainAuto(platform?: NodeJS.Platform): string {
  const order = candidateDevices("auto", Infinity, platform).join(", ");
  return `auto: the first of ${order} that works; below ${WORTH_A_GPU / 1e6} million parameters always the CPU`;
}

/** Tries every execution provider on a network of one node, which takes a second or so. */
export async function listDevices(): Promise<readonly DeviceReport[]> {
  const problems = await Promise.all(PROVIDERS.map(findProblem));
  const works = (provider: Provider) => problems[PROVIDERS.indexOf(provider)] === undefined;
  const chosen = candidateDevices("auto", Infinity).find((device) => works(device as Provider));
  return PROVIDERS.map((device, i) => {
    const problem = problems[i];
    if (problem !== undefined) {
      const { reason, remedy } = problem;
      return { device, works: false, auto: false, reason, remedy };
    }
    const auto = device === chosen;
    return { device, works: true, auto, reason: workingReason(device, auto) };
  });
}

function workingReason(provider: Provider, auto: boolean): string {
  if (auto) return "used by default";
  return provider === "cpu" ? "used by default for small models" : "used on request";
}

/** Why the provider cannot be used, or undefined when it can. */
async function findProblem(provider: Provider): Promise<DeviceError | undefined> {
  const model = fileBytes(serialise({ y: sigmoid(input("x", [1])) }));
  const session = new Session();
  try {
    await session.create({ model, device: provider, threads: 1 });
    await session.run({ x: { shape: [1], data: Float32Array.of(0) } });
    return undefined;
  } catch (error) {
    if (error instanceof DeviceError) return error;
    throw error;
  } finally {
    await session.close();
  }
}
