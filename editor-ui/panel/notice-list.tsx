import type { ReactElement } from "react";
import { Message } from "./message.tsx";
import type { Notice } from "./use-notices.ts";

export interface NoticeListProps {
  readonly notices: readonly Notice[];
  onDismiss(id: number): void;
  onDismissAll(): void;
}

/** Requests that were refused. */
export function NoticeList({ notices, onDismiss, onDismissAll }: NoticeListProps): ReactElement {
  return (
    <div className="maquette-notices" role="alert" hidden={notices.length === 0}>
      {notices.map(({ id, message }) => (
        <Message key={id} tone="error" message={message}>
          <button type="button" className="maquette-link" onClick={() => onDismiss(id)}>
            Dismiss
          </button>
        </Message>
      ))}
      {notices.length > 1 && (
        <button type="button" className="maquette-link" onClick={onDismissAll}>
          Dismiss all
        </button>
      )}
    </div>
  );
}
