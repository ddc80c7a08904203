import type { ReactElement } from "react";
import type { ClientState } from "../client/service-client.ts";

/** What to do in a project without pictures. */
export function EmptyProject({
  connection,
  folders,
}: Pick<ClientState, "connection" | "folders">): ReactElement | null {
  if (connection === "connecting") return <div className="maquette-empty" />;
  const [first] = folders;
  return (
    <div className="maquette-empty">
      <div className="maquette-empty-frame">
        <p className="maquette-strong">No concept art yet</p>
        <p>
          Drop a picture here{first !== undefined && <>, or save one into {folderNames(folders)}</>}
          . Its mesh appears by itself, and follows when the picture changes.
        </p>
      </div>
    </div>
  );
}

function folderNames(folders: readonly string[]): ReactElement {
  return (
    <>
      {folders.map((folder, index) => (
        <span key={folder}>
          {index > 0 && " or "}
          <code className="maquette-code">{folder}</code>
        </span>
      ))}
    </>
  );
}
