import type { ReactElement, ReactNode } from "react";
import { splitMessage } from "./words.ts";

export interface MessageProps {
  readonly tone: "error" | "warning";
  readonly message: string;
  readonly title?: string;
  readonly children?: ReactNode;
}

/** What is wrong, and below it what to do. */
export function Message({ tone, message, title, children }: MessageProps): ReactElement {
  const { what, remedy } = splitMessage({ message });
  return (
    <div className={`maquette-message maquette-${tone}`}>
      <div className="maquette-message-text">
        {title !== undefined && <p className="maquette-strong">{title}</p>}
        <p>{what}</p>
        {remedy !== undefined && (
          <p>
            <span className="maquette-strong">What to do:</span> {remedy}
          </p>
        )}
      </div>
      {children}
    </div>
  );
}
