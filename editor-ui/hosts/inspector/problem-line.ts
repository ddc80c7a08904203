import { createListeners } from "../../client/listeners.ts";
import { messageOf } from "../../swap/message-of.ts";

/** The latest failure of what was asked for outside the panel, until it is dismissed. */
export interface ProblemLine {
  readonly message: string | undefined;
  show(message: string): void;
  /** For a promise's `catch`. */
  tell(error: unknown): void;
  dismiss(): void;
  /** `listener` is told when `message` changed; returns what ends that. */
  subscribe(listener: () => void): () => void;
}

export function createProblemLine(): ProblemLine {
  const listeners = createListeners();
  let message: string | undefined;

  const show = (next: string | undefined): void => {
    message = next;
    listeners.tell();
  };
  return {
    get message() {
      return message;
    },
    show,
    tell: (error) => show(messageOf(error)),
    dismiss: () => show(undefined),
    subscribe: listeners.add,
  };
}
