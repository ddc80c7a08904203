import type { WatchEvent } from "../project/watch/events.ts";
import type { LogLevel } from "../protocol/service.ts";

/** All that clients are told of what is nobody's fault but ours; the terminal has the rest. */
export const BUG_MESSAGE = "service: something went wrong inside — see its terminal, and report it";

export interface LogNews {
  readonly level: LogLevel;
  readonly message: string;
}

/** What clients are told of an event; undefined for what they see in the assets. */
export function logNewsOf(event: WatchEvent): LogNews | undefined {
  switch (event.type) {
    case "problem":
      return { level: "warning", message: event.message };
    case "bug":
      return { level: "error", message: BUG_MESSAGE };
    case "renamed":
      return { level: "info", message: `${event.picture.label}: was ${event.from}` };
    case "copied":
      return {
        level: "info",
        message: `${event.picture.label}: came with another picture's sidecar; it is an asset of its own now`,
      };
    case "orphaned":
      return { level: "info", message: `${event.picture.label}: deleted; its mesh stays` };
    case "configured": {
      const { file, restart } = event;
      const later = restart.length > 0 ? `; ${restart.join(", ")} from the next start on` : "";
      return { level: "info", message: `${file}: read again${later}` };
    }
    default:
      return undefined;
  }
}
