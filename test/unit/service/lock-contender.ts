/** A process that wants a project for itself: on each message it tries once and says how it went. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PROTOCOL_VERSION } from "../../../plugin/protocol/service.ts";
import { AlreadyServedError, lockProject, type ProjectLock } from "../../../plugin/service/lock.ts";

const [root = ""] = process.argv.slice(2);
const token = process.pid.toString(16).padStart(64, "0");
const server = createServer((_, response) => response.end());
server.listen(0, "127.0.0.1", () => process.send?.("ready"));

let lock: ProjectLock | undefined;

process.on("message", (message) => {
  contend(message === "release").then(
    (outcome) => process.send?.(outcome),
    (error: unknown) => process.send?.(String(error)),
  );
});
process.on("disconnect", () => server.close());

/** "won", or whose the project is. */
async function contend(isRelease: boolean): Promise<string> {
  if (isRelease) {
    await lock?.release();
    return "released";
  }
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  try {
    lock = await lockProject(root, { version: PROTOCOL_VERSION, url, token, pid: process.pid });
    return "won";
  } catch (error) {
    if (error instanceof AlreadyServedError) return String(error.address.pid);
    throw error;
  }
}
