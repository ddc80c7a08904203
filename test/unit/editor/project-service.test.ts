import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import { findRunningService } from "../../../plugin/editor/find-service.ts";
import { ProjectService } from "../../../plugin/editor/project-service.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

const TOKEN = "5".repeat(64);

/** In the place of the `maquette` command: serves as long as stdin is open. */
const STAND_IN = `
import { createServer } from "node:http";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
const server = createServer((_, response) => response.end("[]")).listen(0, "127.0.0.1", () => {
  mkdirSync(".maquette", { recursive: true });
  const url = "http://127.0.0.1:" + server.address().port;
  const address = { version: 1, url, token: "${TOKEN}", pid: process.pid };
  writeFileSync(".maquette/service.json", JSON.stringify(address));
  writeFileSync("arguments.json", JSON.stringify(process.argv.slice(2)));
  console.log("no JSON");
  console.log(JSON.stringify({ event: "serving", url }));
});
process.stdin.on("end", () => {
  rmSync(".maquette/service.json");
  process.exit();
}).resume();
`;

const ENDS_AT_ONCE = `
console.error("a warning");
console.error("maquette serve: no such model — choose another");
process.exitCode = 2;
`;

const test = suite("editor/project-service");

async function withService(
  script: string,
  body: (service: ProjectService, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder({ "cli.mjs": script }, async (folder) => {
    const service = new ProjectService({ projectFolder: folder, cli: join(folder, "cli.mjs") });
    try {
      await body(service, folder);
    } finally {
      await service.close();
    }
  });
}

test("one service is started however often it is asked for, and ended with close", () =>
  withService(STAND_IN, async (service, folder) => {
    const [first, second] = await Promise.all([service.locate(), service.locate()]);
    assert.is(first.pid, second.pid);
    assert.is((await service.locate()).pid, first.pid);
    await Promise.all([service.close(), service.close()]);
    assert.is(await findRunningService(folder), undefined);
    assert.throws(() => process.kill(first.pid, 0), /ESRCH/);
    await rejectionOf(InputError, service.locate());
  }));

test("a service that died is started again by whoever asks next", () =>
  withService(STAND_IN, async (service) => {
    const first = await service.locate();
    process.kill(first.pid, "SIGKILL");
    const second = await service.locate();
    assert.is.not(second.pid, first.pid);
  }));

test("two Editors on one project have one service; it is started anew for the one that stays", () =>
  withService(STAND_IN, async (first, folder) => {
    const second = new ProjectService({ projectFolder: folder, cli: join(folder, "cli.mjs") });
    try {
      const shared = await first.locate();
      assert.is((await second.locate()).pid, shared.pid);
      await first.close();
      assert.is.not((await second.locate()).pid, shared.pid);
    } finally {
      await second.close();
    }
  }));

test("why none can be started is what the program said last", () =>
  withService(ENDS_AT_ONCE, async (service) => {
    const error = await rejectionOf(InputError, service.locate());
    assert.is(error.message, "maquette serve: no such model — choose another");
  }));

test("without Node.js on the path the Editor's own runs the service", () =>
  withService(STAND_IN, async (service) => {
    const { PATH } = process.env;
    process.env["PATH"] = "/nowhere";
    try {
      assert.type((await service.locate()).pid, "number");
    } finally {
      process.env["PATH"] = PATH;
    }
  }));

test("a service that keeps the Editor out is told, and none is started beside it", () =>
  withService(ENDS_AT_ONCE, async (service, folder) => {
    const other = createServer((_, response) => response.writeHead(403).end());
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    try {
      await writeAddress(folder, `http://127.0.0.1:${(other.address() as AddressInfo).port}`);
      const error = await rejectionOf(InputError, service.locate());
      assert.is(error.code, "busy");
      assert.match(error.message, `process ${process.pid} serves it without letting the Editor in`);
    } finally {
      other.close();
    }
  }));

test("an address that nothing answers at, or that is no address, counts for nothing", () =>
  withFolder({ ".maquette/service.json": "{ half" }, async (folder) => {
    assert.is(await findRunningService(folder), undefined);
    await writeAddress(folder, "http://127.0.0.1:1");
    assert.is(await findRunningService(folder), undefined);
  }));

async function writeAddress(folder: string, url: string): Promise<void> {
  await mkdir(join(folder, ".maquette"), { recursive: true });
  const address = { version: 1, url, token: TOKEN, pid: process.pid };
  await writeFile(join(folder, ".maquette", "service.json"), JSON.stringify(address));
}

test.run();
