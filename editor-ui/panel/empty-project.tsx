import type { ReactElement } from "react";

export interface EmptyProjectProps {
  /** While false, nobody knows whether there are pictures. */
  readonly isConnected: boolean;
  readonly folders: readonly string[];
}

/** What to do in a project without pictures. */
export function EmptyProject({ isConnected, folders }: EmptyProjectProps): ReactElement {
  if (!isConnected) return <div className="maquette-empty" />;
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
