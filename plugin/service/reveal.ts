import { dirname } from "node:path";
import open from "open";

/** Shows the folder of an absolute path in the machine's file manager. */
export type Reveal = (path: string) => Promise<void>;

export const revealInFileManager: Reveal = async (path) => {
  await open(dirname(path));
};
