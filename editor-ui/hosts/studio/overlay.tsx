/** What is said over the scene: what to do first, what went wrong, how large the grid is. */
import { useSyncExternalStore } from "react";
import type { ServiceClient } from "../../client/service-client.ts";
import type { StatusStore } from "./status.ts";

export function Overlay(props: { readonly client: ServiceClient; readonly status: StatusStore }) {
  const { client, status } = props;
  const state = useSyncExternalStore(client.subscribe, () => client.state);
  const { sceneProblem, problem, gridSpacing } = useSyncExternalStore(
    status.subscribe,
    status.current,
  );
  return (
    <>
      {sceneProblem !== undefined && <Message title="No 3D view" text={sceneProblem} />}
      {state.connection === "lost" && (
        <Message
          title="The service has ended"
          text="Run maquette studio again and open the address it prints."
        />
      )}
      {state.connection === "open" && state.assets.size === 0 && sceneProblem === undefined && (
        <Message
          title="Drop concept art"
          text="A picture dropped here is saved into the project; its mesh appears in a moment."
        />
      )}
      {problem !== undefined && (
        <p className="problem" role="alert">
          {problem}
          <button
            type="button"
            aria-label="Dismiss"
            onClick={() => status.update({ problem: undefined })}
          >
            ×
          </button>
        </p>
      )}
      {gridSpacing !== undefined && <p className="scale">Grid {formatMetres(gridSpacing)}</p>}
    </>
  );
}

function Message({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <div className="message">
      <h1>{title}</h1>
      <p>{text}</p>
    </div>
  );
}

/** Powers of ten of a metre. */
function formatMetres(metres: number): string {
  if (metres >= 1000) return `${metres / 1000} km`;
  if (metres >= 1) return `${metres} m`;
  return metres >= 0.01 ? `${Math.round(metres * 100)} cm` : `${Math.round(metres * 1000)} mm`;
}
