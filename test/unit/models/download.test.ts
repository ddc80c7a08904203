import { EventEmitter, once } from "node:events";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { CancelledError, ModelError } from "../../../plugin/core/errors.ts";
import {
  type DownloadOptions,
  download,
  type RemoteFile,
} from "../../../plugin/models/download/download.ts";
import { det } from "../../helpers/det.ts";
import {
  corrupt,
  cutAfter,
  type FakeHub,
  ignoreRange,
  refuse,
  sendUnannounced,
  sha256Of,
  shorten,
  stall,
  throttle,
  withHub,
} from "../../helpers/fake-hub.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("models/download");

const NAME = "owner/repo/model.safetensors";
/** Larger than what the operating system buffers between two processes. */
const CONTENT = new Uint8Array(det([500_000], 1).buffer);
const HALF = CONTENT.length / 2;

interface Scene {
  readonly hub: FakeHub;
  readonly path: string;
  readonly remote: RemoteFile;
  /** Waits between attempts, ms; none takes time. */
  readonly waits: number[];
  readonly run: (options?: DownloadOptions) => Promise<void>;
}

function scene(body: (scene: Scene) => Promise<void>): () => Promise<void> {
  return () =>
    withFolder({}, (folder) =>
      withHub(async (hub) => {
        hub.files.set(NAME, { bytes: CONTENT });
        const path = join(folder, "file");
        const remote = {
          subject: "model",
          url: hub.contentUrl(NAME),
          sha256: sha256Of(CONTENT),
          bytes: CONTENT.length,
        };
        const waits: number[] = [];
        const wait = async (ms: number): Promise<void> => void waits.push(ms);
        const run = (options = {}) => download(remote, path, { wait, ...options });
        await body({ hub, path, remote, waits, run });
      }),
    );
}

const errorOf = (work: Promise<unknown>): Promise<ModelError> => rejectionOf(ModelError, work);

async function assertComplete(path: string, content: Uint8Array = CONTENT): Promise<void> {
  assert.is(sha256Of(await readFile(path)), sha256Of(content));
}

const ranges = (hub: FakeHub) => hub.contentRequests.map(({ headers }) => headers.range);

test(
  "a file arrives whole, and its progress is told",
  scene(async ({ path, run }) => {
    const progress: number[] = [];
    const sizes: number[] = [];
    await run({
      onProgress: (bytes, total) => {
        assert.is(total, CONTENT.length);
        progress.push(bytes);
      },
      onSize: async (missing) => void sizes.push(missing),
    });
    await assertComplete(path);
    assert.equal(sizes, [CONTENT.length]);
    assert.is(progress.at(-1), CONTENT.length);
    assert.equal(
      progress,
      [...progress].sort((a, b) => a - b),
    );
  }),
);

test(
  "after a cut the rest is fetched, and only of the same file",
  scene(async ({ hub, path, waits, run }) => {
    const progress = new EventEmitter();
    const reached = async (bytes: number) => void (await once(progress, String(bytes)));
    hub.answers.push(cutAfter(HALF, reached(HALF)), cutAfter(1000, reached(HALF + 1000)));
    await run({ onProgress: (bytes) => progress.emit(String(bytes)) });
    await assertComplete(path);
    assert.equal(ranges(hub), [undefined, `bytes=${HALF}-`, `bytes=${HALF + 1000}-`]);
    const [, second] = hub.contentRequests;
    assert.is(second.headers["if-range"], `"${sha256Of(CONTENT).slice(0, 8)}"`);
    assert.equal(waits, [1000, 1000], "progress starts the waiting anew");
  }),
);

test(
  "a cancelled download goes on in the next run",
  scene(async ({ hub, path, run }) => {
    const controller = new AbortController();
    hub.answers.push(throttle(10_000));
    const onProgress = (bytes: number) => bytes >= HALF && controller.abort();
    const error = await run({ signal: controller.signal, onProgress }).catch((reason) => reason);
    assert.instance(error, CancelledError);
    const { size } = await stat(path);
    assert.ok(size >= HALF && size < CONTENT.length, `${size} bytes are kept`);

    const sizes: number[] = [];
    await run({ onSize: async (missing) => void sizes.push(missing) });
    await assertComplete(path);
    assert.equal(ranges(hub), [undefined, `bytes=${size}-`]);
    assert.equal(sizes, [CONTENT.length - size]);
  }),
);

test(
  "nothing is fetched that is there already",
  scene(async ({ hub, path, run }) => {
    await writeFile(path, CONTENT);
    await run();
    assert.equal(hub.contentRequests, []);
  }),
);

test(
  "a file that changes between two attempts is fetched from its beginning",
  scene(async ({ hub, path, remote }) => {
    const changed = Uint8Array.from(CONTENT).reverse();
    hub.answers.push(async (exchange) => {
      await cutAfter(HALF)(exchange);
      hub.files.set(NAME, { bytes: changed });
    });
    const wait = () => Promise.resolve();
    await download({ ...remote, sha256: sha256Of(changed) }, path, { wait });
    await assertComplete(path, changed);
    assert.is(hub.contentRequests.length, 2, "If-Range gets the whole at once");
  }),
);

test(
  "a file that changed since an earlier run is found out by its hash and fetched anew",
  scene(async ({ hub, path, run }) => {
    await writeFile(path, new Uint8Array(HALF));
    await run();
    await assertComplete(path);
    assert.equal(ranges(hub), [`bytes=${HALF}-`, undefined]);
  }),
);

test(
  "a leftover that is too long is no beginning",
  scene(async ({ hub, path, run }) => {
    await writeFile(path, new Uint8Array(CONTENT.length + 1));
    await run();
    await assertComplete(path);
    assert.equal(ranges(hub), [undefined]);
  }),
);

test(
  "damaged bytes are fetched again, and refused when they come twice",
  scene(async ({ hub, path, run }) => {
    hub.answers.push(corrupt);
    await run();
    await assertComplete(path);

    await writeFile(path, "");
    hub.answers.push(corrupt, corrupt);
    const error = await errorOf(run());
    assert.is(error.code, "mismatch");
    assert.match(error.message, /^model: the server sent other bytes .* — try again later$/);
    assert.is((await stat(path)).size, 0);
  }),
);

test(
  "a server without ranges starts from the beginning",
  scene(async ({ hub, path, run }) => {
    hub.answers.push(cutAfter(HALF), ignoreRange);
    await run();
    await assertComplete(path);
    assert.is(hub.contentRequests.length, 2);
  }),
);

test(
  "a busy server is waited for as long as it asks, others longer each time",
  scene(async ({ hub, path, waits, run }) => {
    hub.answers.push(refuse(429, { "retry-after": "7" }), refuse(503), refuse(500), refuse(502));
    await run();
    await assertComplete(path);
    assert.equal(waits, [7000, 2000, 4000, 8000]);
  }),
);

test(
  "a server that stays busy is given up with one line",
  scene(async ({ hub, waits, run }) => {
    hub.answers.push(...Array(5).fill(refuse(500)));
    const error = await errorOf(run());
    assert.is(error.code, "network");
    assert.match(
      error.message,
      /^model: 127\.0\.0\.1:\d+ answers HTTP 500 — try again later; what has arrived is kept$/,
    );
    assert.equal(waits, [1000, 2000, 4000, 8000]);
  }),
);

for (const [status, remedy] of [
  [401, "HF_TOKEN"],
  [403, "accept the model's terms"],
  [404, "check the spelling"],
] as const) {
  test(
    `HTTP ${status} is not repeated and says what to do`,
    scene(async ({ hub, waits, run }) => {
      hub.answers.push(refuse(status));
      const error = await errorOf(run());
      assert.is(error.code, "network");
      assert.match(error.message, `HTTP ${status} — `);
      assert.match(error.message, remedy);
      assert.equal(waits, []);
    }),
  );
}

test(
  "the token goes to the hub and not to where it redirects to",
  scene(async ({ hub, path, remote }) => {
    const url = `${hub.endpoint}/owner/repo/resolve/main/model.safetensors`;
    await download({ ...remote, url, authorization: "Bearer hf_secret" }, path);
    await assertComplete(path);
    assert.is(hub.apiRequests[0].headers.authorization, "Bearer hf_secret");
    assert.is(hub.contentRequests[0].headers.authorization, undefined);
  }),
);

test(
  "a length other than the released one is refused before anything is kept",
  scene(async ({ hub, path, run }) => {
    hub.answers.push(shorten(HALF));
    const error = await errorOf(run());
    assert.is(error.code, "mismatch");
    assert.match(error.message, `offers ${HALF} bytes instead of ${CONTENT.length}`);
    assert.is((await stat(path)).size, 0);
  }),
);

test(
  "an answer of unstated length may end early or be too long",
  scene(async ({ hub, path, run }) => {
    hub.answers.push(sendUnannounced(HALF));
    await run();
    await assertComplete(path);
    assert.equal(ranges(hub), [undefined, `bytes=${HALF}-`]);

    await writeFile(path, "");
    hub.answers.push(sendUnannounced(CONTENT.length + 100_000));
    await run();
    await assertComplete(path);
  }),
);

test(
  "a size that only the server knows is learnt from it",
  scene(async ({ hub, path, remote }) => {
    const unsized = { ...remote, bytes: undefined };
    hub.answers.push(cutAfter(HALF));
    await download(unsized, path, { wait: () => Promise.resolve() });
    await assertComplete(path);

    await download(unsized, path);
    assert.is(ranges(hub).at(-1), `bytes=${CONTENT.length}-`, "complete: nothing comes after it");
    await assertComplete(path);
  }),
);

test(
  "a slow server is no fault, a silent one is",
  scene(async ({ hub, path, waits, run }) => {
    hub.answers.push(throttle(50_000));
    await run();
    await assertComplete(path);
    assert.equal(waits, []);

    await writeFile(path, "");
    hub.answers.push(stall);
    await run({ stallMs: 200 });
    await assertComplete(path);
    assert.equal(waits, [1000]);
  }),
);

test(
  "a server that is not there is not waited for",
  scene(async ({ hub, waits, run }) => {
    await hub.stop();
    const error = await errorOf(run());
    await hub.start();
    assert.is(error.code, "network");
    assert.match(error.message, /refuses the connection \(ECONNREFUSED\) — check the network/);
    assert.equal(waits, []);
  }),
);

test(
  "waiting for a busy server can be cancelled",
  scene(async ({ hub, path, remote }) => {
    const controller = new AbortController();
    hub.answers.push((exchange) => {
      refuse(429, { "retry-after": "60" })(exchange);
      setImmediate(() => controller.abort());
    });
    const error = await download(remote, path, { signal: controller.signal }).catch((e) => e);
    assert.instance(error, CancelledError);
  }),
);

test(
  "what the disk has no room for is refused before it comes",
  scene(async ({ hub, path, run }) => {
    const refusal = new Error("no room");
    const isClosed = new Promise((resolve) => {
      hub.answers.push((exchange) => {
        exchange.response.once("close", resolve);
        return stall(exchange);
      });
    });
    const error = await run({ onSize: () => Promise.reject(refusal) }).catch((reason) => reason);
    assert.is(error, refusal);
    assert.is((await stat(path)).size, 0);
    await isClosed;
  }),
);

test.run();
