import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { chmod, chown, mkdir, readdir, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testUnless } from "../helpers/skip.ts";
import {
  FAKE_CLI,
  ORDINARY_USER,
  ordinaryUserProblem,
  REAL_CLI,
  type SpawnOptions,
  spawnCli,
} from "../helpers/spawn-cli.ts";
import { modificationTimes, withFolder } from "../helpers/temporary-folder.ts";

const test = suite("e2e/cli-processes");

const PICTURES = { "art/a.png": "one", "art/b.png": "two", "art/c.png": "three", "art/d.png": "4" };

const IMPORT = ["import", "art", "--out", "out"];

async function pickTimes(cwd: string, names: readonly string[]): Promise<(number | undefined)[]> {
  const times = await modificationTimes(join(cwd, "out"));
  return names.map((name) => times[name]);
}

test("a batch that is killed goes on where it was, and earlier outputs stay as they are", () =>
  withFolder(PICTURES, async (cwd) => {
    const first = spawnCli(FAKE_CLI, IMPORT, { cwd, env: { FAKE_HOLD_AT: "c" } });
    await first.saysOnStderr("[2/4]");
    first.child.kill("SIGKILL");
    assert.is((await first.end).signal, "SIGKILL");

    const done = ["a.glb", "a.png.maquette.json", "b.glb", "b.png.maquette.json"];
    const before = await pickTimes(cwd, done);
    const second = await spawnCli(FAKE_CLI, IMPORT, { cwd }).end;
    assert.is(second.exitCode, 0, second.stderr);
    assert.match(second.stderr, "art/a.png: unchanged");
    assert.match(second.stderr, "art/b.png: unchanged");
    assert.match(second.stderr, "art/d.png: imported");
    assert.equal(await pickTimes(cwd, done), before);
    assert.equal(
      (await readdir(join(cwd, "out"))).filter((name) => name.startsWith(".")),
      [],
    );
  }));

test("Ctrl-C finishes nothing half-written, reports and exits with 130", () =>
  withFolder(PICTURES, async (cwd) => {
    const run = spawnCli(FAKE_CLI, [...IMPORT, "--json"], { cwd, env: { FAKE_HOLD_AT: "b" } });
    await run.saysOnStderr("[1/4]");
    run.child.kill("SIGINT");
    const { exitCode, stdout, stderr } = await run.end;
    assert.is(exitCode, 130, stderr);
    const { counts, items } = JSON.parse(stdout);
    assert.equal(counts, { imported: 1, unchanged: 0, failed: 0, cancelled: 3 });
    assert.match(stderr, "Cancelling");
    const names = await readdir(join(cwd, "out"));
    for (const { mesh, status } of items) {
      assert.is(names.includes(mesh.slice("out/".length)), status === "imported", mesh);
    }
  }));

testUnless(
  ordinaryUserProblem(),
  test,
  "a folder without permission is one line; the others go on",
  () =>
    withFolder({ "art/a.png": "one", "art/private/b.png": "two" }, async (cwd) => {
      await giveTo(cwd);
      await chmod(join(cwd, "art/private"), 0);
      const { exitCode, stdout, stderr } = await asOrdinaryUser(
        ["import", "art", "--out", "out"],
        cwd,
      );
      await chmod(join(cwd, "art/private"), 0o700);
      assert.is(exitCode, 1, stderr);
      assert.is(stdout, "out/a.glb\n");
      assert.match(
        stderr,
        "art/private: cannot be read, permission denied — give yourself read access\n",
      );
    }),
);

testUnless(
  ordinaryUserProblem(),
  test,
  "a read-only output folder is said before any work, per picture",
  () =>
    withFolder(
      { "art/a.png": "one", "art/b.png": "two", "out/a.glb": "glTF former" },
      async (cwd) => {
        await giveTo(cwd);
        await chmod(join(cwd, "out"), 0o500);
        const { exitCode, stderr } = await asOrdinaryUser(["import", "art", "--out", "out"], cwd);
        await chmod(join(cwd, "out"), 0o700);
        assert.is(exitCode, 1, stderr);
        const lines = stderr.split("\n").filter((line) => /^\[\d\/2\]/.test(line));
        assert.is(lines.length, 2);
        assert.match(lines[1] as string, "out: cannot be written, permission denied");
        assert.is(await readFile(join(cwd, "out/a.glb"), "utf8"), "glTF former");
        assert.equal(await readdir(join(cwd, "out")), ["a.glb"]);
      },
    ),
);

test("a loop of symbolic links is one line; the others go on", () =>
  withFolder({ "art/a.png": "one", "art/sub/b.png": "two" }, async (cwd) => {
    await symlink("../..", join(cwd, "art/sub/loop"));
    const { exitCode, stdout, stderr } = await spawnCli(FAKE_CLI, IMPORT, { cwd }).end;
    assert.is(exitCode, 1);
    assert.is(stdout, "out/a.glb\nout/sub/b.glb\n");
    assert.match(
      stderr,
      /^art\/sub\/loop: a symbolic link that leads back [^\n]+ — remove the link$/m,
    );
  }));

test("a reader of the progress that goes away does not stop the work", () =>
  withFolder({ "a.png": "no picture", "b.png": "no picture" }, async (cwd) => {
    const cli = spawnCli(REAL_CLI, ["import", "."], { cwd });
    cli.child.stderr?.destroy();
    assert.is((await cli.end).exitCode, 1);
    const sidecars = (await readdir(cwd)).filter((name) => name.endsWith(".maquette.json"));
    assert.equal(sidecars.sort(), ["a.png.maquette.json", "b.png.maquette.json"]);
  }));

testUnless(
  existsSync("/dev/full") ? undefined : "there is no /dev/full here",
  test,
  "results that cannot be written are one line",
  () => {
    const stdout = openSync("/dev/full", "w");
    try {
      const { status, stderr } = spawnSync(
        process.execPath,
        ["--import", import.meta.resolve("tsx"), REAL_CLI, "models", "list"],
        { stdio: ["ignore", stdout, "pipe"], encoding: "utf8" },
      );
      assert.is(status, 1);
      assert.is(stderr, "stdout: cannot be written (ENOSPC) — check where it is sent to\n");
    } finally {
      closeSync(stdout);
    }
  },
);

async function giveTo(cwd: string): Promise<void> {
  await mkdir(join(cwd, "out"), { recursive: true });
  const { uid, gid } = ORDINARY_USER;
  if (uid === undefined || gid === undefined) return;
  for (const name of [".", ...(await readdir(cwd, { recursive: true }))]) {
    await chown(join(cwd, name), uid, gid);
  }
}

function asOrdinaryUser(args: readonly string[], cwd: string) {
  const options: SpawnOptions = { cwd, ...ORDINARY_USER };
  return spawnCli(FAKE_CLI, args, options).end;
}

test.run();
