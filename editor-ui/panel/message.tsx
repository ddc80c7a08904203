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
        <p>{withCode(what)}</p>
        {remedy !== undefined && (
          <p>
            <span className="maquette-strong">What to do:</span> {withCode(remedy)}
          </p>
        )}
      </div>
      {children}
    </div>
  );
}

/** What stands in backticks, say a command, is set as code. */
function withCode(text: string): ReactNode {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return text;
  return parts.map((part, index) => {
    if (index % 2 === 0) return part;
    return (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts have no identity and no state
      <code key={index} className="maquette-code">
        {part}
      </code>
    );
  });
}
