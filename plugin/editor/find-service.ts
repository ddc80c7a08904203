/** The service that a project has already, started by another program. */
import { readFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { InputError } from "../core/errors.ts";
import { systemErrorCode } from "../files/file-errors.ts";
import { type ServiceAddress, serviceAddressSchema } from "../protocol/service.ts";

/** Chromium's `Origin` for requests of a page that is a file, as the Editor's is. */
const FILE_ORIGIN = "null";
const ANSWER_MS = 3000;

/**
 * The address in `.maquette/service.json`, when it is up to date; undefined when nothing answers
 * there, which says that a service may be started.
 *
 * @throws InputError "busy" when a service runs that does not let the Editor in.
 */
export async function findRunningService(root: string): Promise<ServiceAddress | undefined> {
  const address = await readServiceAddress(root);
  const status = address && (await statusOf(address));
  if (status === 403) {
    throw new InputError(
      "busy",
      `${root}: process ${address?.pid} serves it without letting the Editor in — end that process, and the Editor will start one of its own`,
    );
  }
  return status === 200 ? address : undefined;
}

/** Undefined when there is none, or none of this version. */
export async function readServiceAddress(root: string): Promise<ServiceAddress | undefined> {
  try {
    const text = await readFile(join(root, ".maquette", "service.json"), "utf8");
    return serviceAddressSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (systemErrorCode(error) === undefined && !(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** Of an authorised request; undefined when nothing answers. */
function statusOf({ url, token }: ServiceAddress): Promise<number | undefined> {
  return new Promise((resolve) => {
    const headers = { authorization: `Bearer ${token}`, origin: FILE_ORIGIN };
    const request = get(`${url}/assets`, { headers, agent: false, timeout: ANSWER_MS });
    request.on("response", (response) => {
      resolve(response.statusCode);
      response.destroy();
    });
    request.on("timeout", () => request.destroy());
    request.on("error", () => resolve(undefined));
    request.on("close", () => resolve(undefined));
  });
}
