/** What `--device` can mean on this machine. */
import { ModelError } from "../core/errors.ts";
import { serialise } from "../graph/onnx.ts";
import { input } from "../graph/ops/input.ts";
import { sigmoid } from "../graph/ops/sigmoid.ts";
import { AUTO_ORDER, PROVIDERS, type Provider } from "./providers.ts";
import { Session } from "./session.ts";

export interface DeviceReport {
  readonly device: Provider;
  /** It ran a small network just now. */
  readonly works: boolean;
  /** `--device auto` uses it. */
  readonly auto: boolean;
  /** Why, in a few words. */
  readonly reason: string;
}

/** Tries every execution provider on a network of one node, which takes a second or so. */
export async function listDevices(): Promise<readonly DeviceReport[]> {
  const session = new Session();
  try {
    const offered = await session.providers();
    const problems = new Map<Provider, string | undefined>();
    for (const provider of PROVIDERS) {
      problems.set(
        provider,
        offered.includes(provider)
          ? await findProblem(session, provider)
          : "not part of ONNX Runtime on this platform",
      );
    }
    const chosen = AUTO_ORDER.find((provider) => problems.get(provider) === undefined);
    return PROVIDERS.map((device) => {
      const problem = problems.get(device);
      const auto = device === chosen;
      const reason = problem ?? (auto ? "used by default" : "works, used on request");
      return { device, works: problem === undefined, auto, reason };
    });
  } finally {
    await session.close();
  }
}

/** Why the provider cannot be used, or undefined when it can. */
async function findProblem(session: Session, provider: Provider): Promise<string | undefined> {
  const { parts } = serialise({ y: sigmoid(input("x", [1])) }, { externalName: "none" });
  const model = Buffer.concat(parts.filter((part) => part instanceof Uint8Array));
  try {
    await session.create({ model, provider, threads: 1 });
    await session.run({ x: { shape: [1], data: Float32Array.of(0) } });
    return undefined;
  } catch (error) {
    if (error instanceof ModelError) return String(error.cause);
    throw error;
  }
}
