import { type ChildProcess, fork, spawnSync } from "node:child_process";
import { on, once } from "node:events";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { sha256 } from "../../../plugin/files/hash.ts";
import { writeFileAtomically } from "../../../plugin/files/write.ts";
import { PROTOCOL_VERSION, type ServiceAddress } from "../../../plugin/protocol/service.ts";
import {
  AlreadyServedError,
  lockProject,
  readServiceAddress,
  serviceFile,
} from "../../../plugin/service/lock.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { serve } from "./served-project.ts";

const test = suite("service/lock");

const CONTENDER = fileURLToPath(new URL("lock-contender.ts", import.meta.url));

/** Of a process that has ended. */
const DEAD_PID = spawnSync(process.execPath, ["-e", ""]).pid;

/** Where nobody listens. */
const NOWHERE = await withServer(200, async (url) => url);

let tokens = 0;

function addressOf(url: string, pid = process.pid): ServiceAddress {
  const token = (++tokens).toString(16).padStart(64, "0");
  return { version: PROTOCOL_VERSION, url, token, pid };
}

async function leave(root: string, content: string | ServiceAddress): Promise<void> {
  await mkdir(dirname(serviceFile(root)), { recursive: true });
  await writeFileAtomically(
    serviceFile(root),
    typeof content === "string" ? content : JSON.stringify(content),
  );
}

/** Runs `body` with the address of a server that answers every request with `status`. */
function withServer<T>(
  status: number,
  body: (url: string, server: Server) => Promise<T>,
): Promise<T> {
  return withListener((_, response) => response.writeHead(status).end(), body);
}

async function withListener<T>(
  answer: RequestListener,
  body: (url: string, server: Server) => Promise<T>,
): Promise<T> {
  const server = createServer(answer);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    return await body(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, server);
  } finally {
    const closed = once(server, "close");
    server.close();
    server.closeAllConnections();
    await closed;
  }
}

test("the file says how to reach the service, to its owner alone, and goes when it ends", () =>
  withFolder({}, async (cwd) => {
    const { service } = await serve(cwd);
    assert.equal(await readServiceAddress(cwd), service.address);
    assert.match(service.address.token, /^[0-9a-f]{64}$/);
    assert.is(service.address.pid, process.pid);
    if (process.platform !== "win32") {
      assert.is((await stat(serviceFile(cwd))).mode & 0o777, 0o600);
    }
    assert.is(await readFile(`${cwd}/.maquette/.gitignore`, "utf8"), "*\n");
    await service.stop();
    assert.is(await readServiceAddress(cwd), undefined);
    assert.not.ok((await readdir(`${cwd}/.maquette`)).some((name) => name.includes("tmp")));
  }));

test("a project that is served is not served again; the error says by whom", () =>
  withFolder({}, async (cwd) => {
    const { service } = await serve(cwd);
    const error = await rejectionOf(AlreadyServedError, serve(cwd));
    assert.is(error.code, "busy");
    assert.equal(error.address, service.address);
    assert.match(error.message, `already served by process ${process.pid}`);
    assert.equal(await readServiceAddress(cwd), service.address);
    await service.stop();
    const next = await serve(cwd);
    await next.service.stop();
  }));

test("what a service that is gone left behind is taken over", () =>
  withServer(401, (stranger) =>
    withFolder({}, async (cwd) => {
      const leftovers: readonly (readonly [string, string | ServiceAddress])[] = [
        ["its process has ended", addressOf(NOWHERE, DEAD_PID)],
        ["its process's id was given to another", addressOf(NOWHERE)],
        ["its port too, and the token is not known there", addressOf(stranger)],
        ["nothing in it", ""],
        ["half of it", '{"version":1,"url":"http://127.0.0.1:1'],
        ["another version's", '{"version":0,"port":80}'],
        ["another machine's address", JSON.stringify({ ...addressOf("http://10.0.0.1:80") })],
      ];
      for (const [why, content] of leftovers) {
        await leave(cwd, content);
        const own = addressOf(stranger);
        const lock = await lockProject(cwd, own);
        assert.equal(await readServiceAddress(cwd), own, why);
        await lock.release();
        assert.equal(await readdir(dirname(serviceFile(cwd))), [".gitignore"], why);
      }
    }),
  ));

test("a service that is about to end still has its project", () =>
  withServer(503, (url) =>
    withFolder({}, async (cwd) => {
      const lock = await lockProject(cwd, addressOf(url));
      await rejectionOf(AlreadyServedError, lockProject(cwd, addressOf(url)));
      await lock.release();
    }),
  ));

test("a service that does not answer, or drops connections, still has its project while it lives", () => {
  const silent: RequestListener = () => undefined;
  const full: RequestListener = ({ socket }) => socket.destroy();
  const refusals = [silent, full].map((answer) =>
    withListener(answer, (url) =>
      withFolder({}, async (cwd) => {
        const hung = addressOf(url);
        await leave(cwd, hung);
        const error = await rejectionOf(AlreadyServedError, lockProject(cwd, addressOf(url)));
        assert.equal(error.address, hung);
        assert.equal(await readServiceAddress(cwd), hung);
        await leave(cwd, { ...hung, pid: DEAD_PID });
        await (await lockProject(cwd, addressOf(url))).release();
      }),
    ),
  );
  return Promise.all(refusals).then(() => undefined);
});

test("a service whose project was taken over leaves its successor's file alone", () =>
  withServer(200, (url) =>
    withFolder({}, async (cwd) => {
      const lock = await lockProject(cwd, addressOf(url));
      const successor = addressOf(url);
      await leave(cwd, successor);
      await lock.release();
      assert.equal(await readServiceAddress(cwd), successor);
    }),
  ));

test("of many that find a leftover at once exactly one takes it over, also after one died half-way", () =>
  withServer(200, (url) =>
    withFolder({}, async (cwd) => {
      const ROUNDS = 20;
      const CONTENDERS = 8;
      for (let round = 0; round < ROUNDS; round++) {
        const former = addressOf(NOWHERE, DEAD_PID);
        await leave(cwd, former);
        if (round % 2 === 1) await leaveClaim(cwd, former);
        const tries = Array.from({ length: CONTENDERS }, () => addressOf(url));
        const outcomes = await Promise.allSettled(tries.map((own) => lockProject(cwd, own)));
        const won = outcomes.flatMap((outcome) =>
          outcome.status === "fulfilled" ? [outcome.value] : [],
        );
        assert.is(won.length, 1);
        for (const outcome of outcomes) {
          if (outcome.status === "rejected") assert.instance(outcome.reason, AlreadyServedError);
        }
        const winner = tries[outcomes.findIndex(({ status }) => status === "fulfilled")];
        assert.equal(await readServiceAddress(cwd), winner);
        await Promise.all(won.map((lock) => lock.release()));
        assert.equal(await readdir(dirname(serviceFile(cwd))), [".gitignore"]);
      }
    }),
  ));

test("who only claimed a leftover is not named as the service; its successor is", () =>
  withServer(200, (url, server) =>
    withFolder({}, async (cwd) => {
      const [rival, successor] = [addressOf(url), addressOf(url)];
      await leave(cwd, addressOf(NOWHERE, DEAD_PID));
      const claim = await leaveClaim(cwd, rival);
      const rivalAsked = once(server, "request");
      const refusal = rejectionOf(AlreadyServedError, lockProject(cwd, addressOf(url)));
      await rivalAsked;
      await leave(cwd, successor);
      await rm(claim);
      assert.equal((await refusal).address, successor);
    }),
  ));

test("of several processes exactly one takes a leftover over, and one alone an empty place", () =>
  withFolder({}, async (cwd) => {
    const PROCESSES = 3;
    const ROUNDS = 10;
    const contenders = Array.from({ length: PROCESSES }, () => fork(CONTENDER, [cwd]));
    const replies = contenders.map((child) => on(child, "message"));
    const hear = async (k: number): Promise<string> => {
      const { value } = (await replies[k]?.next()) ?? {};
      return String(value[0]);
    };
    const ended = contenders.map((child) => once(child, "exit"));
    try {
      assert.equal(
        await Promise.all(contenders.map((_, k) => hear(k))),
        Array(PROCESSES).fill("ready"),
      );
      for (let round = 0; round < ROUNDS; round++) {
        if (round % 2 === 0) await leave(cwd, addressOf(NOWHERE, DEAD_PID));
        for (const child of contenders) child.send("contend");
        const outcomes = await Promise.all(contenders.map((_, k) => hear(k)));
        const winner = outcomes.indexOf("won");
        const pid = String((contenders[winner] as ChildProcess).pid);
        assert.equal(
          outcomes,
          outcomes.map((_, k) => (k === winner ? "won" : pid)),
        );
        contenders[winner]?.send("release");
        assert.is(await hear(winner), "released");
      }
    } finally {
      for (const child of contenders) child.disconnect();
      await Promise.all(ended);
    }
  }));

/** What `claimer` leaves if it dies after it has claimed the leftover and before it takes it over. */
async function leaveClaim(root: string, claimer: ServiceAddress): Promise<string> {
  const former = await readFile(serviceFile(root), "utf8");
  const claim = `${serviceFile(root)}.${sha256(former).slice(0, 16)}`;
  await writeFile(claim, JSON.stringify(claimer));
  return claim;
}

test.run();
