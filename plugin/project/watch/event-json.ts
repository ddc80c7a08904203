import type { WatchEvent } from "./events.ts";

/** The event as plain data, for logs and other programs; undefined for steps on the way. */
export function eventJson(event: WatchEvent): object | undefined {
  switch (event.type) {
    case "stage":
      return undefined;
    case "started": {
      const { item } = event;
      const reason = item.action === "generate" ? { reason: item.reason } : {};
      return { event: event.type, picture: item.picture.label, ...reason };
    }
    case "finished":
      return { event: event.type, picture: event.item.picture.label, ...event.outcome };
    case "retrying":
    case "renamed":
    case "copied":
    case "orphaned": {
      const { type, picture, ...facts } = event;
      return { event: type, picture: picture.label, ...facts };
    }
    case "bug": {
      const { error } = event;
      return { event: event.type, error: error instanceof Error ? error.stack : String(error) };
    }
    case "watching":
    case "configured":
    case "problem":
    case "idle": {
      const { type, ...facts } = event;
      return { event: type, ...facts };
    }
  }
}
