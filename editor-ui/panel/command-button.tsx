import { type MouseEvent, type ReactElement, useRef, useState } from "react";
import { usePanel } from "./panel-services.ts";

const CLASSES = {
  plain: "maquette-button",
  primary: "maquette-button maquette-primary",
  link: "maquette-link",
};

export interface CommandButtonProps {
  readonly children: string;
  /** Its failure is shown in the panel. */
  run(): Promise<void> | void;
  readonly look?: "plain" | "primary" | "link";
  /** Why it cannot be used now; shown when it is pointed at. */
  readonly hindrance?: string | undefined;
}

/**
 * A button for a request. It stays focusable while it cannot be used, so that the keyboard's place
 * is not lost when a request begins or the connection ends.
 */
export function CommandButton(props: CommandButtonProps): ReactElement {
  const { children, run, look = "plain", hindrance } = props;
  const { report } = usePanel();
  const [isRunning, setIsRunning] = useState(false);
  const clicked = useRef("");

  async function onClick({ detail }: MouseEvent): Promise<void> {
    // The second click of a double click is meant for what stood here at the first.
    if (detail > 1 && clicked.current !== children) return;
    clicked.current = children;
    if (isRunning || hindrance !== undefined) return;
    setIsRunning(true);
    try {
      await run();
    } catch (error) {
      report(error);
    } finally {
      setIsRunning(false);
    }
  }

  return (
    <button
      type="button"
      className={CLASSES[look]}
      aria-disabled={hindrance !== undefined || isRunning}
      aria-busy={isRunning}
      title={hindrance}
      onClick={onClick}
      onKeyDown={(event) => {
        // A key that is held down asks once.
        if (event.repeat) event.preventDefault();
      }}
    >
      {children}
    </button>
  );
}
