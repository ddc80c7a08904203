import type { ReactElement } from "react";
import type { ClientState } from "../client/service-client.ts";
import { Message } from "./message.tsx";

const TITLES: Readonly<Record<ClientState["connection"], string>> = {
  connecting: "Connecting to the service…",
  open: "Connected",
  lost: "Connection lost, trying again…",
  closed: "Not connected",
};

/** Says so while there is no connection; what the list shows may then be old. */
export function ConnectionNote({
  connection,
  problem,
}: Pick<ClientState, "connection" | "problem">): ReactElement | null {
  if (connection === "open") return null;
  if (problem !== undefined) {
    return <Message tone="warning" title={TITLES[connection]} message={problem} />;
  }
  return <p className="maquette-note">{TITLES[connection]}</p>;
}
