/**
 * The matte network in a session of its own, when it is installed.
 *
 * It runs on the CPU whatever the device: it is small beside a model, few pictures need it, and a
 * picture is cut out alike on every device.
 */
import { cancellable } from "../core/cancellable.ts";
import { ModelError } from "../core/errors.ts";
import { MATTE_NETWORK, MATTE_SIZE, type Segment } from "../core/matte-network.ts";
import { findInstalled } from "../models/store.ts";
import { DeviceError } from "./device-error.ts";
import { Session } from "./session.ts";
import type { Signature, TensorInfo } from "./session-messages.ts";

interface Opened {
  readonly session: Session;
  /** Name of the picture. */
  readonly input: string;
  /** Name of the answer; the others, if any, are by-products. */
  readonly output: string;
}

const INPUT_SHAPE = [1, 3, MATTE_SIZE, MATTE_SIZE];
/** Its memory, half a gigabyte or so, goes back when no picture has needed it for so long. */
const IDLE_MS = 20_000;

/** Loaded by the first picture that needs it. To be closed. */
export class MatteNetwork {
  #opening: Promise<Opened> | undefined;
  #users = 0;
  #idle: NodeJS.Timeout | undefined;

  /**
   * What runs the network for a picture; undefined when it is not installed. Its errors are
   * ModelError "matte" when the network cannot be used, and CancelledError.
   *
   * @throws ModelError when the installed network's manifest is damaged.
   */
  async find(signal?: AbortSignal): Promise<Segment | undefined> {
    const installed = await findInstalled(MATTE_NETWORK);
    if (installed === undefined) return undefined;
    return (picture) => this.#segment(installed.weightsPath, picture, signal);
  }

  /** Ends the session and its process. What is under way fails. */
  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const opening = this.#opening;
    this.#opening = undefined;
    const [opened] = await Promise.allSettled([opening]);
    if (opened.status === "fulfilled") await opened.value?.session.close();
  }

  async #segment(
    path: string,
    picture: Float32Array,
    signal: AbortSignal | undefined,
  ): Promise<Float32Array> {
    clearTimeout(this.#idle);
    this.#users++;
    try {
      const { session, input, output } = await cancellable(this.#awake(path), signal);
      const feeds = { [input]: { shape: INPUT_SHAPE, data: picture } };
      const { [output]: answer } = await session.run(feeds, signal, [output]);
      if (answer.length >= MATTE_SIZE ** 2) return answer.subarray(0, MATTE_SIZE ** 2);
      throw failure(`${path} is another network: its answer is no picture`, REINSTALL);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      throw failure(
        `failed: ${error.reason}`,
        "free some memory, or choose another --matte",
        error,
      );
    } finally {
      this.#users--;
      if (this.#users === 0) this.#idle = setTimeout(() => void this.close(), IDLE_MS).unref();
    }
  }

  /** The session, opened again when that failed before or its process has ended. */
  async #awake(path: string): Promise<Opened> {
    const former = this.#opening;
    if (former !== undefined) {
      const [opened] = await Promise.allSettled([former]);
      if (opened.status === "fulfilled" && opened.value.session.alive) return opened.value;
      if (this.#opening === former) this.#opening = undefined;
    }
    this.#opening ??= open(path);
    return this.#opening;
  }
}

async function open(path: string): Promise<Opened> {
  const session = new Session();
  try {
    const signature = await session.create({ model: path, device: "cpu", threads: 0 });
    const [input, output] = checkedEnds(signature, path);
    return { session, input, output };
  } catch (error) {
    await session.close();
    if (!(error instanceof DeviceError)) throw error;
    throw failure(`cannot be loaded: ${error.reason}`, REINSTALL, error);
  }
}

/** Names of the picture and the answer. */
function checkedEnds({ inputs, outputs }: Signature, path: string): [string, string] {
  const [input, ...others] = inputs;
  if (input !== undefined && takesPicture(input) && others.length === 0)
    return [input.name, outputs[0].name];
  const found = inputs.map(({ name, shape }) => `${name} (${shape.join(", ")})`).join(", ");
  throw failure(`${path} is another network: it takes ${found || "nothing"}`, REINSTALL);
}

/** Sizes that are free fit too. */
function takesPicture(input: TensorInfo): boolean {
  return (
    input.shape.length === INPUT_SHAPE.length &&
    input.shape.every((size, axis) => typeof size === "string" || size === INPUT_SHAPE[axis])
  );
}

const REINSTALL = `run: maquette models remove ${MATTE_NETWORK}, then: maquette models add ${MATTE_NETWORK}`;

function failure(what: string, remedy: string, cause?: unknown): ModelError {
  return new ModelError("matte", `matte network ${MATTE_NETWORK}: ${what} — ${remedy}`, { cause });
}
