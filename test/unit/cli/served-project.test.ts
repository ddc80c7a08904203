import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { runCli } from "../../../plugin/cli/program.ts";
import { PROTOCOL_VERSION } from "../../../plugin/protocol/service.ts";
import { serviceFile } from "../../../plugin/service/lock.ts";
import { type FakeService, startFakeService } from "../../helpers/fake-service.ts";
import { RecordingTerminal } from "../../helpers/recording-terminal.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";

/** The commands in a project that a service has; it is this process. */
const test = suite("cli/served-project");

async function maquette(cwd: string, ...args: string[]) {
  const terminal = new RecordingTerminal(cwd);
  const unused = (): Promise<never> => Promise.reject(new Error("nothing is to be started"));
  const exitCode = await runCli(args, {
    terminal,
    openGenerator: unused,
    openWorkerGenerator: unused,
    openPage: unused,
    writeContactSheet: unused,
    exitCode: 0,
  });
  return { exitCode, stdout: terminal.output, stderr: terminal.errors };
}

async function withService(
  root: string,
  body: (address: FakeService["address"]) => Promise<void>,
): Promise<void> {
  const service = await startFakeService({ answer: (_, response) => response.end() });
  const address = { version: PROTOCOL_VERSION, pid: process.pid, ...service.address };
  await mkdir(dirname(serviceFile(root)), { recursive: true });
  await writeFile(serviceFile(root), JSON.stringify(address));
  try {
    await body(service.address);
  } finally {
    await service.close();
  }
}

test("watch and serve leave the project to its service, before a model is opened", () =>
  withFolder({ "art/a.png": "one" }, (cwd) =>
    withService(cwd, async ({ url }) => {
      for (const words of [
        ["watch", "art"],
        ["serve", "art"],
        ["watch", "art", "--json"],
        ["serve"],
      ]) {
        const { exitCode, stdout, stderr } = await maquette(cwd, ...words);
        assert.is(exitCode, 2, words.join(" "));
        assert.is(stdout, "");
        assert.is(
          stderr,
          `${cwd}: is already served by process ${process.pid} at ${url} — maquette studio shows it; to start another, end it first\n`,
        );
      }
      assert.equal(await readdir(join(cwd, "art")), ["a.png"]);
    }),
  ));

test("studio shows the service's page, whether or not a folder is named", () =>
  withFolder({ "art/a.png": "one", "maquette.config.json": "{}" }, (cwd) =>
    withService(cwd, async ({ url, token }) => {
      for (const [folder, ...words] of [[cwd], [cwd, "art"], [join(cwd, "art")]] as const) {
        const { exitCode, stdout, stderr } = await maquette(
          folder,
          "studio",
          "--no-open",
          ...words,
        );
        assert.is(exitCode, 0, stderr);
        assert.is(stdout, `${url}/#token=${token}\n`);
        assert.match(stderr, `Process ${process.pid} serves this project already`);
      }
    }),
  ));

test("what a service that is gone left keeps nobody from the project", () =>
  withFolder({}, async (cwd) => {
    await withService(cwd, () => Promise.resolve());
    const { exitCode, stderr } = await maquette(cwd, "studio");
    assert.is(exitCode, 2);
    assert.match(stderr, "maquette studio: no folder named");
  }));

test.run();
