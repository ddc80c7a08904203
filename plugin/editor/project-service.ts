/** The service of the open project: found where it runs, else started and kept running. */
import { InputError } from "../core/errors.ts";
import type { ServiceAddress } from "../protocol/service.ts";
import { findRunningService, readServiceAddress } from "./find-service.ts";
import { serviceRoot, watchedFolder } from "./project-folder.ts";
import { type ServiceProcess, startServiceProcess } from "./service-process.ts";

export interface ProjectServiceOptions {
  /** The folder of the Editor's project file. Absolute. */
  readonly projectFolder: string;
  /** The module of the `maquette` command. Absolute. */
  readonly cli: string;
}

export class ProjectService {
  readonly #options: ProjectServiceOptions;
  readonly #closing = new AbortController();
  #locating: Promise<ServiceAddress> | undefined;
  #own: ServiceProcess | undefined;

  constructor(options: ProjectServiceOptions) {
    this.#options = options;
  }

  /**
   * Where the service is. Starts one when there is none, so asking again after a connection was
   * lost is what keeps it running; pauses between attempts are the caller's.
   *
   * @throws InputError with the reason when none can be started.
   */
  async locate(): Promise<ServiceAddress> {
    this.#throwIfClosed();
    this.#locating ??= this.#locate().finally(() => {
      this.#locating = undefined;
    });
    return await this.#locating;
  }

  /** Ends the service if it was started here. Resolves when it is gone; may be called again. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#locating?.catch(() => undefined); // told to whoever asked
    await this.#own?.end();
  }

  async #locate(): Promise<ServiceAddress> {
    const { projectFolder } = this.#options;
    const root = serviceRoot(projectFolder);
    const running = await findRunningService(root);
    if (running) return running;
    await this.#own?.end();
    this.#throwIfClosed();
    await this.#start(await watchedFolder(projectFolder));
    const address = await readServiceAddress(root);
    if (address) return address;
    throw new InputError(
      "unreadable",
      `${root}/.maquette/service.json: is gone, though the service runs — save a picture or open the project again`,
    );
  }

  async #start(pictures: string | undefined): Promise<void> {
    const { signal } = this.#closing;
    this.#throwIfClosed();
    const service = await startServiceProcess({ ...this.#options, pictures });
    this.#own = service;
    const end = () => void service.end();
    signal.addEventListener("abort", end, { once: true });
    try {
      if (signal.aborted) end();
      await service.serving;
    } finally {
      signal.removeEventListener("abort", end);
    }
  }

  #throwIfClosed(): void {
    if (!this.#closing.signal.aborted) return;
    const { projectFolder } = this.#options;
    throw new InputError("bad-option", `${projectFolder}: the plugin was closed — open it again`);
  }
}
