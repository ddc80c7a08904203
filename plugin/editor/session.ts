/** The plugin at work: Node's part with the Editor's upon it. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Editor } from "babylonjs-editor";
import type { Locate } from "../../editor-ui/client/address.ts";
import { ClientError } from "../../editor-ui/client/client-error.ts";
import { openEditorHost } from "../../editor-ui/hosts/editor/editor-host.tsx";
import type { ShowToast } from "../../editor-ui/hosts/editor/messages.ts";
import { InputError } from "../core/errors.ts";
import { projectFiles } from "./project-files.ts";
import { serviceRoot } from "./project-folder.ts";
import { ProjectService } from "./project-service.ts";

export interface Session {
  /** Resolves when the service is gone, if it was started here. */
  close(): Promise<void>;
}

/**
 * `cli`: the module of the `maquette` command. Absolute. `former` resolves when the service of a
 * former session is gone.
 *
 * @throws InputError when no project is open.
 */
export function openSession(editor: Editor, cli: string, former: Promise<void>): Session {
  const { projectPath } = editor.state;
  if (projectPath === null) {
    throw new InputError("not-found", "project: none is open — open one, then reload the plugin");
  }
  const projectFolder = dirname(projectPath);
  const service = new ProjectService({ projectFolder, cli });
  const locate: Locate = async () => {
    await former;
    try {
      return await service.locate();
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      throw new ClientError("no-service", error.message, { cause: error });
    }
  };
  const files = projectFiles(serviceRoot(projectFolder));
  try {
    const closeHost = openEditorHost({ editor, locate, files, showToast: findToast(editor) });
    return {
      close: async () => {
        closeHost();
        await service.close();
      },
    };
  } catch (error) {
    void service.close();
    throw error;
  }
}

/** The Editor's own, as a toast of another copy of the package would be shown nowhere. */
function findToast({ path }: Editor): ShowToast {
  if (path === null) return undefined;
  try {
    const { toast } = createRequire(join(path, "build", "src", "export.js"))("sonner");
    return typeof toast === "function" ? (message) => void toast(message) : undefined;
  } catch {
    return undefined; // an Editor that shows its toasts in another way
  }
}
