import { once } from "node:events";
import { access, cp, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WebSocket } from "ws";
import {
  type Asset,
  EVENTS_SUBPROTOCOL,
  type Hello,
  PROTOCOL_VERSION,
  type ServiceAddress,
  serviceAddressSchema,
  serviceEventSchema,
  TOKEN_SUBPROTOCOL_PREFIX,
} from "../../plugin/protocol/service.ts";
import { descendantsOf, noProcessList, untilEnded, untilStarted } from "../helpers/processes.ts";
import { rejection } from "../helpers/rejection.ts";
import { testUnless } from "../helpers/skip.ts";
import {
  FAKE_CLI,
  REAL_CLI,
  type RunningCli,
  type SpawnOptions,
  spawnCli,
} from "../helpers/spawn-cli.ts";
import { withFolder } from "../helpers/temporary-folder.ts";

const test = suite("e2e/serve");

const PICTURE = fileURLToPath(new URL("../../samples/concept-art/cottage.png", import.meta.url));

const addressFile = (cwd: string): string => join(cwd, ".maquette/service.json");

async function addressIn(cwd: string): Promise<ServiceAddress> {
  return serviceAddressSchema.parse(JSON.parse(await readFile(addressFile(cwd), "utf8")));
}

async function assetsOf({ url, token }: ServiceAddress): Promise<readonly Asset[]> {
  const answer = await fetch(`${url}/assets`, { headers: { authorization: `Bearer ${token}` } });
  assert.is(answer.status, 200);
  return (await answer.json()) as readonly Asset[];
}

/** The one picture's asset, of which the terminal has just said that it was imported. */
async function readyAssetOf(address: ServiceAddress): Promise<Asset> {
  const [asset] = await assetsOf(address);
  assert.is(asset?.state, "ready");
  return asset as Asset;
}

async function helloOf({ url, token }: ServiceAddress): Promise<Hello> {
  const subprotocols = [EVENTS_SUBPROTOCOL, `${TOKEN_SUBPROTOCOL_PREFIX}${token}`];
  const socket = new WebSocket(`${url.replace("http", "ws")}/events`, subprotocols);
  const [message] = await once(socket, "message");
  socket.close();
  await once(socket, "close");
  const event = serviceEventSchema.parse(JSON.parse(String(message)));
  if (event.type !== "hello") throw new Error(`began with ${event.type}`);
  return event;
}

/** Runs `maquette serve art` while `body` looks at it; ends it if `body` does not. */
function whileServing(
  options: SpawnOptions & { readonly cli?: string; readonly args?: readonly string[] },
  body: (run: RunningCli) => Promise<void>,
): Promise<void> {
  const { cli = FAKE_CLI, args = [], ...spawnOptions } = options;
  return whileRunning(spawnCli(cli, ["serve", "art", ...args], spawnOptions), async (run) => {
    await run.saysOnStderr("serving at http://127.0.0.1:");
    await body(run);
  });
}

async function whileRunning(
  run: RunningCli,
  body: (run: RunningCli) => Promise<void>,
): Promise<void> {
  try {
    await body(run);
  } finally {
    run.child.kill("SIGKILL");
    await run.end;
  }
}

test("serves what is watched, says where but never the token, and SIGTERM ends it with 143", () =>
  withFolder({ "art/a.png": "one" }, (cwd) =>
    whileServing({ cwd, args: ["--json"] }, async (run) => {
      await run.saysOnStderr("art/a.png: imported");
      const address = await addressIn(cwd);
      assert.is(address.pid, run.child.pid);
      assert.is((await readyAssetOf(address)).picture, "art/a.png");

      run.child.kill("SIGTERM");
      const { exitCode, stdout, stderr } = await run.end;
      assert.is(exitCode, 143, stderr);
      const [first = ""] = stdout.split("\n");
      assert.equal(JSON.parse(first), {
        event: "serving",
        url: address.url,
        file: addressFile(cwd),
      });
      assert.match(stderr, `serving at ${address.url}; its token is in .maquette/service.json\n`);
      assert.not.ok((stdout + stderr).includes(address.token));
      assert.match(String(await rejection(access(addressFile(cwd)))), "ENOENT");
    }),
  ));

test("only its owner may read the token", () =>
  withFolder({ "art/a.png": "one" }, (cwd) =>
    whileServing({ cwd }, async () => {
      if (process.platform === "win32") return; // permission bits mean nothing there
      assert.is((await stat(addressFile(cwd))).mode & 0o777, 0o600);
    }),
  ));

for (const [signal, expected] of [
  ["SIGINT", 130],
  ["SIGHUP", 129],
] as const) {
  test(`${signal} while a picture is in work ends it with ${expected}; nothing stays half-written`, () =>
    withFolder({ "art/a.png": "one" }, (cwd) =>
      whileServing({ cwd, env: { FAKE_HOLD_AT: "a" } }, async (run) => {
        await run.saysOnStderr("watching 1 picture");
        run.child.kill(signal);
        const { exitCode, stderr } = await run.end;
        assert.is(exitCode, expected, stderr);
        assert.match(stderr, "Ending; nothing stays half-written.");
        assert.equal(await readdir(join(cwd, "art")), ["a.png"]);
        assert.not.ok((await readdir(join(cwd, ".maquette"))).includes("service.json"));
      }),
    ));
}

test("with --while-stdin-open it ends when the program that started it closes stdin, or dies", () =>
  withFolder({ "art/a.png": "one" }, (cwd) =>
    whileServing({ cwd, args: ["--while-stdin-open"], keepsStdin: true }, async (run) => {
      await run.saysOnStderr("art/a.png: imported");
      run.child.stdin?.write("what is written there does not matter\n");
      run.child.stdin?.end();
      const { exitCode, stderr } = await run.end;
      assert.is(exitCode, 0, stderr);
      assert.not.ok((await readdir(join(cwd, ".maquette"))).includes("service.json"));
    }),
  ));

for (const [first, second] of [
  ["serve", "serve"],
  ["watch", "serve"],
] as const) {
  test(`${second} beside ${first} of a project is refused and says who has it; the first goes on`, () =>
    withFolder({ "art/a.png": "one" }, (cwd) =>
      whileRunning(spawnCli(FAKE_CLI, [first, "art"], { cwd }), async (run) => {
        await run.saysOnStderr("art/a.png: imported");
        const { url, pid } = await addressIn(cwd);
        assert.is(pid, run.child.pid);
        const refused = await spawnCli(FAKE_CLI, [second, "art"], { cwd }).end;
        assert.is(refused.exitCode, 2, refused.stderr);
        assert.match(refused.stderr, `is already served by process ${pid} at ${url} — `);
        await writeFile(join(cwd, "art/b.png"), "two");
        await run.saysOnStderr("art/b.png: imported");
        assert.is((await addressIn(cwd)).pid, pid);
      }),
    ));
}

test("SIGTERM ends a watch with 143; nothing stays half-written", () =>
  withFolder({ "art/a.png": "one" }, (cwd) =>
    whileRunning(
      spawnCli(FAKE_CLI, ["watch", "art"], { cwd, env: { FAKE_HOLD_AT: "a" } }),
      async (run) => {
        await run.saysOnStderr("watching 1 picture");
        run.child.kill("SIGTERM");
        const { exitCode, stdout, stderr } = await run.end;
        assert.is(exitCode, 143, stderr);
        assert.is(stdout, "");
        assert.not.match(stderr, "serving at");
        assert.equal(await readdir(join(cwd, "art")), ["a.png"]);
        assert.not.ok((await readdir(join(cwd, ".maquette"))).includes("service.json"));
      },
    ),
  ));

test("what a service that was killed left does not keep the next one from the project", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    await whileServing({ cwd }, async (run) => {
      run.child.kill("SIGKILL");
      await run.end;
      await access(addressFile(cwd));
    });
    const left = await addressIn(cwd);
    await whileServing({ cwd }, async (run) => {
      const address = await addressIn(cwd);
      assert.is(address.pid, run.child.pid);
      assert.is(address.version, PROTOCOL_VERSION);
      assert.is.not(address.token, left.token);
    });
  }));

test("without a folder it says what to name; with stdin closed it ends at once", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    const lost = await spawnCli(FAKE_CLI, ["serve", "--while-stdin-open"], { cwd }).end;
    assert.is(lost.exitCode, 2);
    assert.match(lost.stderr, 'maquette serve: no folder named — name one, or list "pictures"');
    const over = await spawnCli(FAKE_CLI, ["serve", "art", "--while-stdin-open"], { cwd }).end;
    assert.is(over.exitCode, 0, over.stderr);
  }));

testUnless(
  noProcessList,
  test,
  "with the embedded model: a crash in the middle of a picture is survived, and the mesh comes",
  () =>
    withFolder({}, async (cwd) => {
      await mkdir(join(cwd, "art"));
      const args = ["--resolution", "48", "--device", "cpu"];
      await whileServing({ cwd, cli: REAL_CLI, args }, async (run) => {
        const address = await addressIn(cwd);
        const { pid = 0 } = run.child;
        const worker = await untilStarted(pid, "generator-worker");
        await cp(PICTURE, join(cwd, "art/hero.png"));
        const session = await untilStarted(worker, "session-worker");
        process.kill(worker, "SIGKILL");
        await run.saysOnStderr("art/hero.png: tried again in 0.5 s: model process: was killed");
        await untilEnded([session]);
        await run.saysOnStderr("art/hero.png: imported");

        const { uuid } = await readyAssetOf(address);
        const headers = { authorization: `Bearer ${address.token}` };
        const answer = await fetch(`${address.url}/files/${uuid}/mesh.glb`, { headers });
        assert.is(answer.status, 200);
        const glb = Buffer.from(await answer.arrayBuffer());
        assert.is(glb.toString("latin1", 0, 4), "glTF");
        assert.ok(glb.equals(await readFile(join(cwd, "art/hero.glb"))));
        assert.is((await helloOf(address)).model.deviceInUse, "cpu");

        const processes = await descendantsOf(pid);
        run.child.kill("SIGKILL");
        await untilEnded(processes);
      });
    }),
);

test.run();
