/**
 * A project's service: watches its pictures and answers clients on this machine, one service per
 * project.
 */
import { randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { FastifyInstance } from "fastify";
import { Forecast } from "../project/forecast.ts";
import { displayPath } from "../project/paths.ts";
import { loadStageTimes } from "../project/run-report.ts";
import type { WatchEvent } from "../project/watch/events.ts";
import { ProjectWatcher, type ProjectWatcherOptions } from "../project/watch/project-watcher.ts";
import {
  type Hello,
  PROTOCOL_VERSION,
  type ServiceAddress,
  type ServiceModel,
} from "../protocol/service.ts";
import { EventsHub } from "./events-hub.ts";
import { SERVICE_LIMITS, type ServiceLimits } from "./limits.ts";
import { lockProject, type ProjectLock } from "./lock.ts";
import { logNewsOf } from "./log-line.ts";
import { ProjectAssets } from "./project-assets.ts";
import { type Reveal, revealInFileManager } from "./reveal.ts";
import { createServer } from "./server.ts";

export interface ServiceOptions extends Omit<ProjectWatcherOptions, "onStatus" | "onGone"> {
  /** As asked for: `auto`, or an execution provider. */
  readonly device: string;
  /** Origins of pages that may use the service, beyond those served from this machine. */
  readonly origins?: readonly string[] | undefined;
  /** Folder of the page at `/`; none by default. */
  readonly pages?: URL | undefined;
  /** Shows a file to the user; by default in the machine's file manager. */
  readonly reveal?: Reveal | undefined;
  /** Replaced in tests. */
  readonly limits?: Partial<ServiceLimits> | undefined;
}

export interface RunningService {
  readonly address: ServiceAddress;
  /** Resolves when changes are heard of; not at all when the watch ends before. */
  readonly watching: Promise<void>;
  /** Pictures that wait for their turn. */
  readonly waiting: number;
  /**
   * Resolves when the service has ended after `stop`; is rejected, once all is closed, with what ended
   * the watch.
   */
  readonly ended: Promise<void>;
  /** Ends the service within seconds; what is in work is cancelled. The same promise as `ended`. */
  stop(): Promise<void>;
  /** Tells clients which execution provider runs the model. */
  setDeviceInUse(device: string): void;
}

/**
 * Serves the project of `options.config.root` until `stop` is called or the watch fails.
 *
 * @throws AlreadyServedError when a service has the project, InputError when its folder cannot be
 * written.
 */
export async function runService(options: ServiceOptions): Promise<RunningService> {
  const service = new Service(options, new Forecast(await loadStageTimes(options.config.root)));
  return await service.start();
}

class Service {
  readonly #options: ServiceOptions;
  readonly #root: string;
  readonly #forecast: Forecast;
  readonly #assets: ProjectAssets;
  readonly #watcher: ProjectWatcher;
  readonly #hub: EventsHub;
  readonly #limits: ServiceLimits;
  readonly #end = new AbortController();
  #deviceInUse: string | undefined;
  #onWatching: () => void = () => undefined;

  constructor(options: ServiceOptions, forecast: Forecast) {
    this.#options = options;
    this.#root = options.config.root;
    this.#forecast = forecast;
    this.#limits = { ...SERVICE_LIMITS, ...options.limits };
    this.#assets = new ProjectAssets(this.#root, forecast);
    this.#hub = new EventsHub(
      {
        hello: () => this.#hello(),
        asset: (uuid) => this.#assets.asset(uuid),
        model: () => this.#model(),
      },
      this.#limits,
    );
    this.#watcher = new ProjectWatcher({
      ...options,
      onEvent: (event) => this.#onEvent(event),
      onStatus: (status) => {
        this.#assets.set(status);
        this.#hub.assetChanged(status.uuid);
      },
      onGone: (uuid) => {
        this.#assets.delete(uuid);
        this.#hub.assetChanged(uuid);
      },
    });
  }

  async start(): Promise<RunningService> {
    const token = randomBytes(32).toString("hex");
    const server = await this.#listen(token);
    const { port } = server.server.address() as AddressInfo;
    const address: ServiceAddress = {
      version: PROTOCOL_VERSION,
      url: `http://127.0.0.1:${port}`,
      token,
      pid: process.pid,
    };
    const lock = await this.#lock(address, server);
    const watching = new Promise<void>((resolve) => {
      this.#onWatching = resolve;
    });
    const ended = this.#run(server, lock);
    const watcher = this.#watcher;
    return {
      address,
      watching,
      get waiting() {
        return watcher.waiting;
      },
      ended,
      stop: () => {
        this.#end.abort();
        return ended;
      },
      setDeviceInUse: (device) => {
        this.#deviceInUse = device;
        this.#hub.modelChanged();
      },
    };
  }

  async #listen(token: string): Promise<FastifyInstance> {
    const { origins = [], pages, out, reveal = revealInFileManager } = this.#options;
    const server = await createServer({
      root: this.#root,
      out,
      watcher: this.#watcher,
      assets: this.#assets,
      hub: this.#hub,
      token,
      origins,
      pages: pages && fileURLToPath(pages),
      limits: this.#limits,
      reveal,
      onProblem: (message) => this.#onEvent({ type: "problem", message }),
      onBug: (error) => this.#onEvent({ type: "bug", error }),
      isEnding: () => this.#end.signal.aborted,
    });
    await server.listen({ host: "127.0.0.1", port: 0 });
    return server;
  }

  async #lock(address: ServiceAddress, server: FastifyInstance): Promise<ProjectLock> {
    try {
      return await lockProject(this.#root, address);
    } catch (error) {
      await this.#close(server);
      throw error;
    }
  }

  async #run(server: FastifyInstance, lock: ProjectLock): Promise<void> {
    try {
      await this.#watcher.run(this.#end.signal);
    } finally {
      this.#end.abort();
      await this.#close(server);
      await lock.release();
    }
  }

  /** Requests under way may end, for a while. */
  async #close(server: FastifyInstance): Promise<void> {
    const cut = setTimeout(() => server.server.closeAllConnections(), this.#limits.graceMs);
    try {
      await server.close();
    } finally {
      clearTimeout(cut);
    }
  }

  #onEvent(event: WatchEvent): void {
    this.#options.onEvent(event);
    if (event.type === "finished" && event.outcome.status === "imported") {
      this.#forecast.record(event.outcome.timingsMs);
    }
    const news = logNewsOf(event);
    if (news !== undefined) this.#hub.log(news);
    if (event.type === "watching") {
      this.#hub.open();
      this.#onWatching();
    }
  }

  #hello(): Hello {
    return {
      type: "hello",
      version: PROTOCOL_VERSION,
      project: basename(this.#root),
      model: this.#model(),
      folders: this.#watcher.folders.map((folder) => displayPath(folder, this.#root)),
      assets: this.#assets.all,
    };
  }

  #model(): ServiceModel {
    const { id, name, preview, precision, licence } = this.#options.generator.model;
    return {
      id,
      name,
      preview,
      precision,
      licence,
      device: this.#options.device,
      ...(this.#deviceInUse !== undefined && { deviceInUse: this.#deviceInUse }),
    };
  }
}
