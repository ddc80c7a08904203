/** Errors as answers: every request that fails gets a `Problem`. */
import type { FastifyReply } from "fastify";
import { CancelledError, InputError, type InputErrorCode, ModelError } from "../core/errors.ts";
import type { Problem } from "../protocol/service.ts";

export interface Answer {
  readonly status: number;
  readonly problem: Problem;
}

const STATUS: Readonly<Record<InputErrorCode, number>> = {
  "bad-option": 400,
  "not-found": 404,
  "no-permission": 403,
  unreadable: 422,
  busy: 503,
  unsupported: 415,
  "too-large": 413,
  "empty-picture": 422,
  unwritable: 409,
  "disk-full": 507,
  "bad-config": 409,
  licence: 403,
};

/** Of the requests that fastify itself refuses. */
const CODES: Readonly<Record<number, InputErrorCode>> = {
  404: "not-found",
  413: "too-large",
  415: "unsupported",
};

/** Sends a refusal. */
export function refuse(
  reply: FastifyReply,
  status: number,
  code: InputErrorCode,
  message: string,
): FastifyReply {
  return reply.code(status).send({ code, message } satisfies Problem);
}

/** How a request that failed with `error` is answered; undefined for a bug. */
export function answerTo(error: unknown): Answer | undefined {
  if (error instanceof InputError) {
    const { code, message } = error;
    return { status: STATUS[code], problem: { code, message } };
  }
  if (error instanceof ModelError) {
    return { status: 502, problem: { code: error.code, message: error.message } };
  }
  if (error instanceof CancelledError) {
    return { status: 499, problem: { code: "cancelled", message: error.message } };
  }
  const status = clientErrorStatus(error);
  if (status === undefined) return undefined;
  const message = `request: ${error instanceof Error ? error.message : "is refused"} — see the protocol`;
  return { status, problem: { code: CODES[status] ?? "bad-option", message } };
}

function clientErrorStatus(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("statusCode" in error)) return undefined;
  const { statusCode } = error;
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500
    ? statusCode
    : undefined;
}
