/** Which picture keeps which uuid when folders are copied and moved with their sidecars. */
import { cp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { WatchEvent } from "../../../../plugin/project/watch/events.ts";
import { FakeGenerator } from "../../../helpers/fake-generator.ts";
import { withWatchedProject } from "../../../helpers/watched-project.ts";

const test = suite("project/watch/identities");

const isIdle = ({ type }: WatchEvent): boolean => type === "idle";

test("the pictures of a folder that is copied with its sidecars get uuids of their own", () => {
  const generator = new FakeGenerator();
  return withWatchedProject({ "cast/a.png": "one" }, { generator }, async (project) => {
    await project.until(isIdle);
    const before = await project.sidecar("cast/a.png");
    const news = await project.after(async () => {
      await cp(project.path("cast"), project.path("a copy"), { recursive: true });
      project.touch("a copy/a.png");
    });
    assert.equal(news, ["a copy/a.png copied", "a copy/a.png unchanged"]);
    assert.equal(await project.sidecar("cast/a.png"), before, "the first known keeps its uuid");
    const copy = await project.sidecar("a copy/a.png");
    assert.is.not(copy.uuid, before.uuid);
    assert.equal(copy.result, before.result);
    assert.is(project.status("a copy/a.png").uuid, copy.uuid);
    assert.is(project.status("cast/a.png").uuid, before.uuid);
    assert.equal(generator.requests, ["a"]);

    // It is the copy for good.
    await project.stop();
    await project.watchAgain({});
    assert.is(project.status("cast/a.png").uuid, before.uuid);
    assert.is(project.status("a copy/a.png").uuid, copy.uuid);
  });
});

test("of copies that stand there at the start the first by name keeps the uuid", () =>
  withWatchedProject({ "b/a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    await project.stop();
    const { uuid } = await project.sidecar("b/a.png");
    for (const name of ["a", "c"]) {
      await cp(project.path("b"), project.path(name), { recursive: true });
    }
    await project.watchAgain({});
    const uuids = await Promise.all(
      ["a/a.png", "b/a.png", "c/a.png"].map(async (name) => (await project.sidecar(name)).uuid),
    );
    assert.is(uuids[0], uuid);
    assert.is(new Set(uuids).size, 3);
    assert.equal(
      project.watcher.statuses.map((status) => status.uuid),
      uuids,
    );
  }));

test("a folder that is moved with its sidecars keeps its uuids", () =>
  withWatchedProject({ "cast/a.png": "one", "cast/b.png": "two" }, {}, async (project) => {
    await project.until(isIdle);
    const uuids = project.watcher.statuses.map(({ uuid }) => uuid);
    const news = await project.after(async () => {
      await rename(project.path("cast"), project.path("crew"));
      project.touch("crew/a.png", "crew/b.png", "cast/a.png", "cast/b.png");
    });
    assert.equal(news, ["crew/a.png unchanged", "crew/b.png unchanged"]);
    assert.equal(
      project.watcher.statuses.map(({ uuid, picture }) => `${picture.label} ${uuid}`),
      [`crew/a.png ${uuids[0]}`, `crew/b.png ${uuids[1]}`],
    );
    assert.equal(project.gone, []);
  }));

test("a picture that moved with a copy of its sidecar keeps its uuid, the orphan gets another", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = project.status("a.png");
    await project.after(async () => {
      await cp(project.path("a.png.maquette.json"), project.path("b.png.maquette.json"));
      await rename(project.path("a.png"), project.path("b.png"));
      project.touch("a.png", "b.png");
    });
    assert.is(project.status("b.png").uuid, uuid);
    const orphan = project.status("a.png");
    assert.is(orphan.phase, "orphaned");
    assert.is.not(orphan.uuid, uuid);
    assert.is((await project.sidecar("a.png")).uuid, orphan.uuid);
  }));

test("a sidecar with another uuid, say of another branch, counts from the next change on", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid: former } = project.status("a.png");
    const uuid = "0e8f4f3e-0000-4000-8000-000000000001";
    const file = project.path("a.png.maquette.json");
    await writeFile(file, (await readFile(file, "utf8")).replace(former, uuid));
    await project.after(() => project.save("a.png", "two"));
    assert.is(project.status("a.png").uuid, uuid);
    assert.is((await project.sidecar("a.png")).uuid, uuid);
    assert.equal(project.gone, [former]);
  }));

test("a picture whose sidecar is deleted keeps its uuid while it is watched", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = project.status("a.png");
    await rm(project.path("a.png.maquette.json"));
    await project.after(() => project.save("a.png", "two"));
    assert.is((await project.sidecar("a.png")).uuid, uuid);
  }));

test("a damaged sidecar's uuid is kept if it can be read", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    await project.stop();
    const { uuid } = project.status("a.png");
    const file = project.path("a.png.maquette.json");
    await writeFile(file, `<<<<<<< HEAD\n${await readFile(file, "utf8")}`);
    await project.watchAgain({});
    assert.is(project.status("a.png").uuid, uuid);
    assert.is((await project.sidecar("a.png")).uuid, uuid);
  }));

test.run();
