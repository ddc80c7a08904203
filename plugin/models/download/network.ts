/**
 * Requests that end in an answer or in one clear line. Faults that pass, a cut connection or a busy
 * server, are told apart from those that stay, so that callers know what to repeat.
 */
import { setTimeout as delay } from "node:timers/promises";
import { CancelledError, ModelError, throwIfCancelled } from "../../core/errors.ts";

export interface NetworkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Replaced in tests. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** Time without a byte after which a connection counts as cut. */
  readonly stallMs?: number;
}

/** A fault that may pass; its message is the subject and what happened, without a remedy. */
export class PassingFault extends Error {
  /** Nobody was there to talk to. */
  readonly isAbsence: boolean;
  /** When the server said so. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    options: ErrorOptions & { isAbsence?: boolean; retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.isAbsence = options.isAbsence === true;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/** In a row, without a byte of progress. */
const MAX_FAILURES = 5;
const FIRST_DELAY_MS = 1000;
const MAX_DELAY_MS = 60_000;

/**
 * Repeats `attempt` while its faults may pass, waiting longer each time; an attempt that received
 * something starts the count anew. A server that was never there is not waited for.
 *
 * @param received Bytes so far, of all attempts.
 * @throws ModelError "network" when there is no end to the faults, CancelledError.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { signal, wait = waitFor }: NetworkOptions,
  received: () => number = () => 0,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    throwIfCancelled(signal);
    const before = received();
    try {
      return await attempt();
    } catch (error) {
      throwIfCancelled(signal);
      if (!(error instanceof PassingFault)) throw error;
      if (received() > before) failures = 1;
      if (failures === MAX_FAILURES || (error.isAbsence && received() === 0)) {
        throw lastingFault(error);
      }
      const delayMs = error.retryAfterMs ?? FIRST_DELAY_MS * 2 ** (failures - 1);
      await wait(Math.min(delayMs, MAX_DELAY_MS), signal);
    }
  }
}

function lastingFault(fault: PassingFault): ModelError {
  const remedy = fault.isAbsence
    ? "check the network; behind a proxy use Node 24 with NODE_USE_ENV_PROXY=1"
    : "try again later; what has arrived is kept";
  return new ModelError("network", `${fault.message} — ${remedy}`, { cause: fault });
}

async function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, signal && { signal });
  } catch (cause) {
    if (signal?.aborted) throw new CancelledError();
    throw cause;
  }
}

/**
 * `fetch`, but every answer that is not one is an error.
 *
 * @param subject What is fetched, for messages.
 * @throws PassingFault, ModelError "network".
 */
export async function request(
  subject: string,
  url: string | URL,
  init: RequestInit,
  isAnswer: (status: number) => boolean,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, init);
  } catch (error) {
    throw connectionFault(subject, url, error);
  }
  if (isAnswer(response.status)) return response;
  await response.body?.cancel();
  throw statusFault(subject, response);
}

const ABSENCES: ReadonlyMap<string, string> = new Map([
  ["ENOTFOUND", "is not found"],
  ["EAI_AGAIN", "is not found"],
  ["ECONNREFUSED", "refuses the connection"],
  ["ENETUNREACH", "cannot be reached"],
  ["EHOSTUNREACH", "cannot be reached"],
]);

/** What `error`, of a request or of reading its answer, means; others than network errors pass. */
export function connectionFault(subject: string, url: string | URL, error: unknown): unknown {
  const host = `${subject}: ${new URL(url).host}`;
  if (error instanceof DOMException && error.name === "TimeoutError") {
    return new PassingFault(`${host} does not answer`, { cause: error });
  }
  if (!(error instanceof TypeError)) return error; // fetch's class for whatever went wrong
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : error.message;
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return new ModelError(
      "network",
      `${host} shows a certificate that is not trusted (${code}) — name your network's own authority in NODE_EXTRA_CA_CERTS`,
      { cause: error },
    );
  }
  const absence = ABSENCES.get(code);
  const what = `${absence ?? "cut the connection"} (${code})`;
  return new PassingFault(`${host} ${what}`, { cause: error, isAbsence: absence !== undefined });
}

function statusFault(subject: string, { status, headers, url }: Response): Error {
  const what = `${subject}: ${new URL(url).host} answers HTTP ${status}`;
  if (status === 408 || status === 429 || status >= 500) {
    return new PassingFault(what, { retryAfterMs: retryAfter(headers) });
  }
  return new ModelError("network", `${what} — ${STATUS_REMEDIES.get(status) ?? "try again later"}`);
}

const STATUS_REMEDIES: ReadonlyMap<number, string> = new Map([
  [401, "check the spelling; if the model is private or gated set HF_TOKEN to your access token"],
  [403, "accept the model's terms on its page, and set HF_TOKEN to a token that may read it"],
  [404, "check the spelling"],
  [407, "the proxy wants a name and a password in its address"],
]);

/** The header holds seconds or a date. */
function retryAfter(headers: Headers): number | undefined {
  const value = headers.get("retry-after");
  if (value === null) return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
