import type { ProjectWatcher } from "../project/watch/project-watcher.ts";
import type { EventsHub } from "./events-hub.ts";
import type { ServiceLimits } from "./limits.ts";
import type { ProjectAssets } from "./project-assets.ts";
import type { Reveal } from "./reveal.ts";

/** What the routes act on. */
export interface ServiceContext {
  /** The project's folder, absolute. */
  readonly root: string;
  /** Absolute; undefined when each mesh stands beside its picture. */
  readonly out: string | undefined;
  readonly watcher: Pick<
    ProjectWatcher,
    "folders" | "looksAfter" | "generate" | "cancel" | "changeSettings"
  >;
  readonly assets: ProjectAssets;
  readonly hub: EventsHub;
  readonly token: string;
  /** Beyond the loopback's own. */
  readonly origins: readonly string[];
  /** Absolute folder of the page at `/`. */
  readonly pages: string | undefined;
  readonly limits: ServiceLimits;
  readonly reveal: Reveal;
  /** Told of what people should know. */
  readonly onProblem: (message: string) => void;
  /** Told of what is nobody's fault but ours. */
  readonly onBug: (error: unknown) => void;
  /** True when the service is about to end. */
  readonly isEnding: () => boolean;
}
