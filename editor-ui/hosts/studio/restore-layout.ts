/** Puts meshes back where they stood before the page was reloaded. */
import type { LiveScene } from "../../client/live-scene.ts";
import type { ServiceClient } from "../../client/service-client.ts";
import type { Layout, Point } from "./layout.ts";

export interface RestoreOptions {
  readonly client: ServiceClient;
  readonly live: LiveScene;
  readonly onProblem: (error: unknown) => void;
}

/** As soon as the service has them; also those of pictures that were deleted or are in work. */
export function restoreLayout(layout: Layout, { client, live, onProblem }: RestoreOptions): void {
  const begun = new Set<string>();
  const restore = async (uuid: string, points: readonly Point[]): Promise<void> => {
    for (const position of points) await live.place(uuid, { position });
    layout.settle(uuid);
    layout.save();
  };
  const check = (): void => {
    for (const [uuid, points] of layout.awaited()) {
      if (begun.has(uuid) || !client.state.assets.get(uuid)?.result) continue;
      begun.add(uuid);
      restore(uuid, points).catch(onProblem);
    }
  };
  client.subscribe(check);
  check();
}
