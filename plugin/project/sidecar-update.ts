/**
 * Changes to sidecars. A job, the user's commands and the watch's own housekeeping write the same file;
 * each starts from what stands there by then, and they follow one another, so that none is lost.
 */
import { type WriteFile, writeFileAtomically } from "../files/write.ts";
import { formatSidecar, readSidecar, type Sidecar, type SidecarState } from "./sidecar.ts";

export interface SidecarFile {
  /** Absolute. */
  readonly path: string;
  /** How errors name it. */
  readonly subject: string;
}

/** Per path, the end of the last change that was asked for; never rejected. */
const ends = new Map<string, Promise<unknown>>();

/**
 * Writes what `change` makes of the present content, unless that is undefined or stands there already.
 *
 * @param writeFile Replaced in tests of failing disks.
 * @throws InputError when the sidecar cannot be read or written, or a newer Maquette wrote it.
 */
export function updateSidecar(
  file: SidecarFile,
  change: (state: SidecarState) => Sidecar | undefined,
  writeFile: WriteFile = writeFileAtomically,
): Promise<void> {
  return inTurn(file.path, async () => {
    const state = await readSidecar(file.path, file.subject);
    const sidecar = change(state);
    if (sidecar === undefined) return;
    const text = formatSidecar(sidecar);
    if (state.kind !== "present" || state.text !== text) await writeFile(file.path, text);
  });
}

async function inTurn(path: string, work: () => Promise<void>): Promise<void> {
  const turn = (ends.get(path) ?? Promise.resolve()).then(work);
  const end = turn.catch(() => undefined); // the caller has the error
  ends.set(path, end);
  try {
    await turn;
  } finally {
    if (ends.get(path) === end) ends.delete(path);
  }
}
