import { type ReactElement, useLayoutEffect, useRef } from "react";
import type { LogLine } from "../client/service-client.ts";

/** The service's messages, folded away; the latest stays in view unless the user scrolls back. */
export function LogView({ lines }: { readonly lines: readonly LogLine[] }): ReactElement {
  const list = useRef<HTMLOListElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    const shown = list.current;
    if (shown !== null && isAtEnd.current && lines.length > 0) shown.scrollTop = shown.scrollHeight;
  }, [lines]);

  function onScroll(): void {
    const shown = list.current;
    if (shown === null) return;
    isAtEnd.current = shown.scrollHeight - shown.scrollTop - shown.clientHeight < 4;
  }

  return (
    <details className="maquette-log">
      <summary>
        Log
        <span className="maquette-quiet maquette-latest">{lines.at(-1)?.message}</span>
      </summary>
      <ol ref={list} className="maquette-lines" onScroll={onScroll}>
        {lines.map(({ level, message }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity and no state
          <li key={index} data-level={level}>
            {level !== "info" && <span className="maquette-strong">{level}: </span>}
            {message}
          </li>
        ))}
      </ol>
    </details>
  );
}
