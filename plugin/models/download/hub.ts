/**
 * The Hugging Face hub, as its own tools see it: `HF_ENDPOINT`, `HF_TOKEN` or the token of
 * `hf auth login`, `HF_HUB_OFFLINE`.
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { InputError, isExpectedError, ModelError, throwIfCancelled } from "../../core/errors.ts";
import { isAbsent } from "../file-stamp.ts";
import { type Licence, statedLicence, UNKNOWN_LICENCE } from "../licence.ts";
import type { RemoteFile } from "./download.ts";
import { type NetworkOptions, PassingFault, request, withRetries } from "./network.ts";

export interface HubLocation {
  /** "owner/name" */
  readonly repo: string;
  /** Path within the repository. */
  readonly file: string;
}

export interface HubRepo {
  readonly files: readonly string[];
  readonly licence: Licence;
}

/** Where the file is, its size and its hash. @throws ModelError. */
export async function findHubFile(
  { repo, file }: HubLocation,
  options: NetworkOptions,
): Promise<RemoteFile & { readonly bytes: number }> {
  const subject = `hf:${repo}/${file}`;
  const { pathsInfo } = await import("@huggingface/hub");
  const [info] = await askHub(subject, options, (access) =>
    pathsInfo({ repo: { type: "model", name: repo }, paths: [file], expand: true, ...access }),
  );
  if (info === undefined) {
    throw new ModelError(
      "network",
      `${subject}: the repository has no such file — see ${page(repo)}`,
    );
  }
  if (info.lfs === undefined) {
    throw new ModelError(
      "mismatch",
      `${subject}: ${info.size} bytes that the hub has no SHA-256 of — name the file of weights`,
    );
  }
  // A commit's file stays what it is while a download goes on.
  const revision = info.lastCommit?.id ?? "main";
  return {
    subject,
    url: `${endpoint()}/${repo}/resolve/${revision}/${encoded(file)}`,
    authorization: await authorization(),
    sha256: info.lfs.oid,
    bytes: info.lfs.size,
  };
}

/** Whether `from`, an address or `hf:` with the place, is this file at whatever revision. */
export function isFileOfHub(from: string, { repo, file }: HubLocation): boolean {
  if (from === `hf:${repo}/${file}`) return true;
  const [place, revisionAndFile = ""] = from.split("/resolve/", 2);
  const path = revisionAndFile.slice(revisionAndFile.indexOf("/") + 1);
  return place.endsWith(`/${repo}`) && path === encoded(file);
}

/** What a repository holds, and the licence on its model card. @throws ModelError. */
export async function describeHubRepo(repo: string, options: NetworkOptions): Promise<HubRepo> {
  const { modelInfo } = await import("@huggingface/hub");
  const additionalFields = ["filePaths", "cardData"] as const;
  const info = await askHub(`hf:${repo}`, options, (access) =>
    modelInfo({ name: repo, revision: "main", additionalFields: [...additionalFields], ...access }),
  );
  return { files: info.filePaths, licence: cardLicence(info.cardData, page(repo)) };
}

const CARD = z.object({
  license: z.union([z.string(), z.array(z.string()).transform(([first]) => first)]).optional(),
  license_name: z.string().optional(),
  license_link: z.string().optional(),
});

/** A card with a licence of its own says "other" and gives it a name. */
function cardLicence(card: unknown, source: string): Licence {
  const { license, license_name: name, license_link: link } = CARD.safeParse(card).data ?? {};
  if (license === undefined || license === "unknown") return { ...UNKNOWN_LICENCE, source };
  if (license !== "other") return statedLicence(license, source);
  return statedLicence(name ?? license, link ?? source, false);
}

interface HubAccess {
  readonly hubUrl: string;
  readonly fetch: typeof fetch;
}

/** Asks again while faults may pass; whatever else goes wrong is the answer's fault. */
async function askHub<T>(
  subject: string,
  options: NetworkOptions,
  ask: (access: HubAccess) => Promise<T>,
): Promise<T> {
  const access = { hubUrl: endpoint(), fetch: hubFetch(subject, options) };
  return withRetries(async () => {
    try {
      return await ask(access);
    } catch (error) {
      if (error instanceof PassingFault || isExpectedError(error)) throw error;
      throwIfCancelled(options.signal);
      throw new ModelError(
        "network",
        `${subject}: ${new URL(access.hubUrl).host} does not answer as a hub does — check the network and HF_ENDPOINT`,
        { cause: error },
      );
    }
  }, options);
}

const ANSWER_TIMEOUT_MS = 60_000;

/** `fetch` with the token, and with errors that say what to do. */
function hubFetch(subject: string, { signal }: NetworkOptions): typeof fetch {
  return async (url, init) => {
    if (url instanceof Request) throw new TypeError("the hub's client names addresses");
    refuseOffline(subject);
    const headers = new Headers(init?.headers);
    const token = await authorization();
    if (token !== undefined) headers.set("authorization", token);
    const timeout = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
    const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    return request(subject, url, { ...init, headers, signal: either }, (status) => status === 200);
  };
}

function refuseOffline(subject: string): void {
  if (!/^(1|true|yes|on)$/i.test(process.env["HF_HUB_OFFLINE"] ?? "")) return;
  throw new InputError(
    "not-found",
    `${subject}: not in the Hugging Face cache, and HF_HUB_OFFLINE is set — unset it to download`,
  );
}

function endpoint(): string {
  return (process.env["HF_ENDPOINT"] || "https://huggingface.co").replace(/\/+$/, "");
}

function encoded(file: string): string {
  return file.split("/").map(encodeURIComponent).join("/");
}

function page(repo: string): string {
  return `${endpoint()}/${repo}`;
}

async function authorization(): Promise<string | undefined> {
  const token =
    process.env["HF_TOKEN"] || process.env["HUGGING_FACE_HUB_TOKEN"] || (await readToken());
  return token ? `Bearer ${token.trim()}` : undefined;
}

async function readToken(): Promise<string | undefined> {
  const { HF_TOKEN_PATH, HF_HOME, XDG_CACHE_HOME } = process.env;
  const home = HF_HOME || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "huggingface");
  try {
    return await readFile(HF_TOKEN_PATH || join(home, "token"), "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}
