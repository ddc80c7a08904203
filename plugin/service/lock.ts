/**
 * One service per project: `.maquette/service.json` says how to reach it and is the lock. It appears
 * whole and only where none stands; one whose service is gone is replaced by exactly one successor.
 */
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { InputError } from "../core/errors.ts";
import { readError, systemErrorCode, writeError } from "../files/file-errors.ts";
import { sha256 } from "../files/hash.ts";
import { isRunning, removeLeftovers, writeFileAtomically } from "../files/write.ts";
import { PROJECT_FOLDER } from "../project/run-report.ts";
import { type ServiceAddress, serviceAddressSchema } from "../protocol/service.ts";
import { draftIn, placeNew, removeDraft } from "./drafts.ts";

/** A service of this machine answers at once, also while it is at work. */
const ANSWER_MS = 3000;

/** Says that nobody listens at an address. */
const REFUSED = "ECONNREFUSED";

/** Who has claimed a leftover needs a file or two to take it over, or to see that it came too late. */
const CLAIM_MS = 10;

/** The project is served already, there. */
export class AlreadyServedError extends InputError {
  readonly address: ServiceAddress;

  constructor(root: string, address: ServiceAddress) {
    super(
      "busy",
      `${root}: is already served by process ${address.pid} at ${address.url} — maquette studio shows it; to start another, end it first`,
    );
    this.address = address;
  }
}

export interface ProjectLock {
  /** Removes the file, unless another service has taken the project over. */
  release(): Promise<void>;
}

/** Where the address of the service of the project in `root` stands. */
export function serviceFile(root: string): string {
  return join(root, PROJECT_FOLDER, "service.json");
}

/**
 * How to reach the service of the project in `root`; undefined when there is none, or what is left of
 * one. Whether it still answers is not asked.
 *
 * @throws InputError when the file cannot be read.
 */
export async function readServiceAddress(root: string): Promise<ServiceAddress | undefined> {
  const text = await readText(serviceFile(root));
  return text === undefined ? undefined : parseAddress(text);
}

/** @throws AlreadyServedError when the project in `root` has a service that answers. */
export async function assertUnserved(root: string): Promise<void> {
  const address = await readServiceAddress(root);
  if (address !== undefined && (await isServing(address))) {
    throw new AlreadyServedError(root, address);
  }
}

/**
 * Takes the project for the service at `address`, which must answer already.
 *
 * @throws AlreadyServedError when another service has it, InputError when `root` cannot be written.
 */
export async function lockProject(root: string, address: ServiceAddress): Promise<ProjectLock> {
  const file = serviceFile(root);
  const text = `${JSON.stringify(address, null, 2)}\n`;
  let holder: ServiceAddress | undefined;
  try {
    await prepareFolder(join(root, PROJECT_FOLDER));
    holder = await acquire(file, text);
  } catch (error) {
    throw writeError(error, file);
  }
  if (holder !== undefined) throw new AlreadyServedError(root, holder);
  return {
    async release() {
      if ((await readText(file)) === text) await rm(file, { force: true });
    },
  };
}

async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFileAtomically(join(folder, ".gitignore"), "*\n");
  await removeLeftovers(folder);
}

/** Makes `file` ours; where a service has it that answers, resolves with that one instead. */
async function acquire(file: string, text: string): Promise<ServiceAddress | undefined> {
  while (!(await create(file, text))) {
    const former = await readText(file);
    if (former === undefined) continue;
    const holder = parseAddress(former);
    if (holder !== undefined && (await isServing(holder))) return holder;
    if (await succeed(file, former, text)) break;
  }
  return undefined;
}

/**
 * Replaces what a service that is gone left; false when another was quicker. Who wants to do so locks
 * that one predecessor first, so nobody replaces a successor in the belief that it is the
 * predecessor. A process that died in between left a lock like any other; one that lives need not be
 * the successor, as it may have claimed a leftover that was replaced a moment before.
 */
async function succeed(file: string, former: string, text: string): Promise<boolean> {
  const claim = `${file}.${sha256(former).slice(0, 16)}`;
  const rival = await acquire(claim, text);
  if (rival !== undefined) {
    await delay(CLAIM_MS);
    return false;
  }
  try {
    if ((await readText(file)) !== former) return false;
    const draft = await writeDraft(file, text);
    await rename(draft, file);
    return true;
  } finally {
    await rm(claim, { force: true });
  }
}

async function create(file: string, text: string): Promise<boolean> {
  const draft = await writeDraft(file, text);
  try {
    return await placeNew(draft, file);
  } finally {
    await removeDraft(draft);
  }
}

/** Readable for its owner alone, as the token opens the service to whoever knows it. */
async function writeDraft(file: string, text: string): Promise<string> {
  const draft = draftIn(join(file, ".."));
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  return draft;
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemErrorCode(error) ?? "")) return undefined;
    throw readError(error, file);
  }
}

function parseAddress(text: string): ServiceAddress | undefined {
  try {
    return serviceAddressSchema.safeParse(JSON.parse(text)).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * A process of that id alone is no proof: ids are given again. One that is ending answers 503; one
 * that has been stopped, or takes no more connections, does not answer and is there all the same.
 */
async function isServing({ url, token, pid }: ServiceAddress): Promise<boolean> {
  if (!isRunning(pid)) return false;
  try {
    const { status } = await fetch(`${url}/assets`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return status === 200 || status === 503;
  } catch (error) {
    if (isTimeout(error)) return true;
    if (error instanceof TypeError && error.cause !== undefined) {
      return systemErrorCode(error.cause) !== REFUSED;
    }
    throw error;
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof DOMException && error.name === "TimeoutError";
}
