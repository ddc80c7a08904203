/** One HTTP request to the service. */
import { problemSchema } from "../../plugin/protocol/service.ts";
import type { Address } from "./address.ts";
import { ClientError } from "./client-error.ts";

export interface RequestOptions {
  readonly method?: "GET" | "POST" | "PATCH" | "DELETE";
  readonly body?: Blob | string;
  readonly contentType?: string;
}

/** @param path From the service's root, such as "/assets". */
export type Request = (path: string, options?: RequestOptions) => Promise<Response>;

/**
 * Requests to the service at `address`.
 *
 * @param signal Ends what is under way.
 */
export function requestsTo(
  address: Address,
  fetch: typeof globalThis.fetch,
  signal: AbortSignal,
): Request {
  return async (path, { method = "GET", body, contentType } = {}) => {
    const headers = {
      Authorization: `Bearer ${address.token}`,
      ...(contentType && { "Content-Type": contentType }),
    };
    const response = await reached(
      fetch(address.url + path, { method, headers, signal, ...(body && { body }) }),
      signal,
    );
    if (response.ok) return response;
    throw refusal(await reached(response.text(), signal), response.status, `${method} ${path}`);
  };
}

/** What comes of a request or of reading its answer; whatever ends it is a ClientError. */
export async function reached<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (signal.aborted) throw closedError();
    throw new ClientError(
      "unreachable",
      "service: it does not answer — see that `maquette serve` is running",
      { cause },
    );
  }
}

export function closedError(): ClientError {
  return new ClientError("closed", "service: this client was closed — connect anew");
}

function refusal(answer: string, status: number, request: string): ClientError {
  const problem = problemSchema.safeParse(parseJson(answer));
  if (problem.success) return new ClientError(problem.data.code, problem.data.message);
  return new ClientError("malformed", `service: it answers ${status} to ${request} — see its log`);
}

/** Undefined when it is none, which no JSON text stands for. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
