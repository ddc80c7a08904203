import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { studioPage } from "../../plugin/cli/serve-project.ts";
import { serviceAddressSchema } from "../../plugin/protocol/service.ts";
import { testUnless } from "../helpers/skip.ts";
import { FAKE_CLI, spawnCli } from "../helpers/spawn-cli.ts";
import { withFolder } from "../helpers/temporary-folder.ts";

const test = suite("e2e/studio-command");

const notBuilt = studioPage() === undefined ? "the studio's page is not built" : undefined;

async function pageAddress(cwd: string): Promise<string> {
  const text = await readFile(join(cwd, ".maquette/service.json"), "utf8");
  const { url, token } = serviceAddressSchema.parse(JSON.parse(text));
  return `${url}/#token=${token}`;
}

/** Where the address that was opened leads. */
async function redirection(stderr: string): Promise<string> {
  const [, opened = ""] = /^opened (\S+)$/m.exec(stderr) ?? [];
  const { status, headers } = await fetch(opened, { redirect: "manual" });
  assert.is(status, 303);
  return new URL(headers.get("location") ?? "", opened).href;
}

testUnless(notBuilt, test, "serves the project and opens its page", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    const run = spawnCli(FAKE_CLI, ["studio", "art"], { cwd });
    try {
      await run.saysOnStderr("art/a.png: imported");
      const page = await pageAddress(cwd);
      await run.saysOnStderr("opened ");
      const html = await fetch(page);
      assert.is(html.status, 200);
      assert.match(await html.text(), /<script [^>]*src=/);

      run.child.kill("SIGINT");
      const { exitCode, stdout, stderr } = await run.end;
      assert.is(exitCode, 130);
      assert.is(stdout, `${page}\n`);
      assert.not.match(stderr, page, "not on the browser's command line");
    } finally {
      run.child.kill("SIGKILL");
      await run.end;
    }
  }),
);

for (const [first, words] of [
  ["studio", ["art"]],
  ["watch", []],
] as const) {
  testUnless(notBuilt, test, `beside ${first}, it opens the page of that one and ends`, () =>
    withFolder({ "art/a.png": "one" }, async (cwd) => {
      const run = spawnCli(FAKE_CLI, [first, "art"], { cwd });
      try {
        await run.saysOnStderr("art/a.png: imported");
        const page = await pageAddress(cwd);
        const second = await spawnCli(FAKE_CLI, ["studio", ...words], { cwd }).end;
        assert.is(second.exitCode, 0, second.stderr);
        assert.match(second.stderr, `Process ${run.child.pid} serves this project already`);
        assert.is(await redirection(second.stderr), page);
        assert.is(second.stdout, `${page}\n`);
      } finally {
        run.child.kill("SIGKILL");
        await run.end;
      }
    }),
  );
}

testUnless(notBuilt, test, "with --no-open it prints the address and opens nothing", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    const run = spawnCli(FAKE_CLI, ["studio", "art", "--no-open"], { cwd });
    await run.saysOnStderr("art/a.png: imported");
    const page = await pageAddress(cwd);
    run.child.kill("SIGTERM");
    const { exitCode, stdout, stderr } = await run.end;
    assert.is(exitCode, 143, stderr);
    assert.is(stdout, `${page}\n`);
    assert.not.match(stderr, "opened");
  }),
);

test("in an empty project without a folder it says what to do and leaves nothing", () =>
  withFolder({}, async (cwd) => {
    const { exitCode, stderr } = await spawnCli(FAKE_CLI, ["studio"], { cwd }).end;
    assert.is(exitCode, 2);
    assert.is(
      stderr,
      'maquette studio: no folder named — name one, or list "pictures" in maquette.config.json\n',
    );
    assert.not.ok(existsSync(join(cwd, ".maquette")));
  }));

test.run();
