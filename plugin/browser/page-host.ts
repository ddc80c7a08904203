/** A built page of `editor-ui/hosts/` in an offline browser; Node calls it by its one global. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CancelledError, InputError, throwIfCancelled } from "../core/errors.ts";
import { openOfflinePage } from "./offline-page.ts";

/** What a page offers: functions of one argument, both ways plain data and `Uint8Array`s. */
export type PageApi<Api> = { readonly [Name in keyof Api]: (request: never) => Promise<unknown> };

export interface PageHost<Api extends PageApi<Api>> {
  /** Calls the page. @throws CancelledError when the signal is aborted meanwhile. */
  call<Name extends keyof Api & string>(
    name: Name,
    request: Parameters<Api[Name]>[0],
  ): Promise<Awaited<ReturnType<Api[Name]>>>;
  /** Addresses the page asked for; each request was refused. */
  readonly refusedRequests: readonly string[];
  close(): Promise<void>;
}

export interface PageSource {
  /** Names the page in errors. */
  readonly subject: string;
  /** The script, as `npm run build` made it. */
  readonly bundle: URL;
  /** The global it leaves. */
  readonly global: string;
}

/**
 * Starts a browser and the page in it; aborting `signal`, also later, ends both.
 *
 * @throws InputError when no browser starts or the page is not built, CancelledError.
 */
export async function openPageHost<Api extends PageApi<Api>>(
  source: PageSource,
  signal?: AbortSignal,
): Promise<PageHost<Api>> {
  const script = await readBundle(source);
  const { page, refusedRequests, close } = await openOfflinePage({ signal });
  const ask = async <T>(work: () => Promise<T>): Promise<T> => {
    throwIfCancelled(signal);
    try {
      return await work();
    } catch (error) {
      // Closing the browser is how a cancelled evaluation ends.
      throw signal?.aborted ? new CancelledError() : error;
    }
  };
  try {
    const api = await ask(async () => {
      await page.addScriptTag({ content: script });
      return await page.evaluateHandle(source.global);
    });
    return {
      call: (name, request) =>
        ask(() =>
          api.evaluate(
            (functions, [name, request]) =>
              (functions as Record<string, (request: unknown) => Promise<never>>)[name](request),
            [name, request] as const,
          ),
        ),
      refusedRequests,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Bytes as a page takes them: playwright hands a Uint8Array over, but not its subclass Buffer. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function readBundle({ subject, bundle }: PageSource): Promise<string> {
  try {
    return await readFile(bundle, "utf8");
  } catch (cause) {
    const message = `${subject}: ${fileURLToPath(bundle)} is missing — run npm run build or install Maquette again`;
    throw new InputError("not-found", message, { cause });
  }
}
