/** The model's process has ended by itself, and what to do about it. */
import { ModelError } from "../../core/errors.ts";

export class ProcessCrash extends ModelError {
  /** How many requests it had in hand. */
  readonly inHand: number;

  constructor(end: ProcessEnd, inHand: number) {
    super("device", describeEnd(end), { cause: end.printed });
    this.inHand = inHand;
  }
}

export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last that it wrote to stderr. */
  readonly printed: string;
}

/** Of allocators, of V8, and what the system does to the largest process when memory runs out. */
const OUT_OF_MEMORY = /bad_alloc|out of memory/i;

const AGAIN = "it starts again with the next picture";
const LESS_MEMORY = "use a lower resolution, a smaller precision or a smaller model";

function describeEnd({ code, signal, printed }: ProcessEnd): string {
  const how = signal ?? `exit code ${code}`;
  if (OUT_OF_MEMORY.test(printed)) {
    return `model process: ran out of memory (${how}); ${AGAIN} — ${LESS_MEMORY}`;
  }
  if (signal === "SIGKILL") {
    return `model process: was killed (${how}); ${AGAIN} — if memory ran out, ${LESS_MEMORY}`;
  }
  return `model process: crashed (${how}); ${AGAIN} — if it crashes again, use a lower resolution or another --device`;
}
