/** How pictures stand, from what a watch tells of them. */
import { cp, readFile, rename, rm, stat } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError, ModelError } from "../../../../plugin/core/errors.ts";
import { STAGES } from "../../../../plugin/core/progress.ts";
import type { Delay } from "../../../../plugin/project/watch/clock.ts";
import type { WatchEvent } from "../../../../plugin/project/watch/events.ts";
import type { PictureStatus } from "../../../../plugin/project/watch/picture-status.ts";
import { FakeGenerator } from "../../../helpers/fake-generator.ts";
import {
  noDelay,
  type WatchChoices,
  type WatchedProject,
  withWatchedProject,
} from "../../../helpers/watched-project.ts";

const test = suite("project/watch/statuses");

const isIdle = ({ type }: WatchEvent): boolean => type === "idle";

async function remove(project: WatchedProject, name: string): Promise<void> {
  await rm(project.path(name));
  project.touch(name);
}

async function move(project: WatchedProject, from: string, to: string): Promise<void> {
  await rename(project.path(from), project.path(to));
  project.touch(from, to);
}

test("a picture waits, goes through the stages and ends ready, as its sidecar says", () =>
  withWatchedProject({ "art/a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    assert.equal(project.phases("art/a.png"), ["waiting", "working", "ready"]);
    const working = project.statuses.filter(({ phase }) => phase === "working");
    assert.equal(
      working.map(({ work }) => work?.stage),
      [...STAGES],
    );
    const works = project.statuses.flatMap(({ work }) => work ?? []);
    assert.is(new Set(works.map(({ id }) => id)).size, 1, "one work");
    assert.is(works[0]?.stage, undefined, "no stage while it waits");

    const sidecar = await project.sidecar("art/a.png");
    assert.is(new Set(project.statuses.map(({ uuid }) => uuid)).size, 1, "one uuid");
    const status = project.status("art/a.png");
    assert.is(status.uuid, sidecar.uuid);
    assert.equal(status.result, sidecar.result);
    assert.is(status.glbBytes, (await stat(project.path("art/a.glb"))).size);
    assert.equal(status.settings, { base: sidecar.result?.settings, own: {} });
    assert.is(status.work, undefined);
    assert.is(status.failure, undefined);
    assert.equal(project.watcher.folders, [project.cwd]);
  }));

/** How a status differs from what an event, told just now, says of its picture. */
function contradiction(event: WatchEvent, project: WatchedProject): string | undefined {
  const differs = (label: string, isSo: (status: PictureStatus) => boolean): string | undefined => {
    const status = project.watcher.statuses.find(({ picture }) => picture.label === label);
    if (status !== undefined && isSo(status)) return undefined;
    return `${event.type} ${label}: ${status?.phase ?? "no status"}`;
  };
  switch (event.type) {
    case "started":
      if (event.item.action !== "generate") return undefined;
      return differs(event.item.picture.label, ({ phase }) => phase === "working");
    case "stage":
      return differs(event.item.picture.label, ({ work }) => work?.stage === event.stage);
    case "retrying":
      return differs(event.picture.label, ({ work }) => work?.retryAfter === event.failure);
    case "finished": {
      const { item, outcome } = event;
      return differs(item.picture.label, ({ phase, work, result, failure }) => {
        if (work !== undefined) return false;
        if (outcome.status === "cancelled") return phase === "cancelled";
        if (outcome.status === "failed") return phase === "failed" && failure === outcome.failure;
        return phase === "ready" && isDeepStrictEqual(result, outcome.result);
      });
    }
    case "renamed":
      return (
        differs(event.picture.label, ({ phase }) => phase === "waiting") ??
        (differs(event.from, () => true) ? undefined : `${event.from} is still there`)
      );
    case "copied":
      return differs(event.picture.label, ({ phase }) => phase === "waiting");
    case "orphaned":
      return differs(event.picture.label, ({ phase }) => phase === "orphaned");
    case "configured":
      return differs("a.png", ({ settings }) => settings.base.triangles === 7);
    default:
      return undefined;
  }
}

test("whoever hears of something and asks at once is told the same", () => {
  let project: WatchedProject | undefined;
  let attempts = 0;
  const contradictions: string[] = [];
  const choices: WatchChoices = {
    generator: new FakeGenerator({
      holdAt: "held",
      fail: () => (attempts++ < 1 ? new ModelError("device", "cuda:0: is lost — wait") : undefined),
    }),
    onEvent: (event) => {
      const text = project && contradiction(event, project);
      if (text !== undefined) contradictions.push(text);
    },
  };
  const files = { "maquette.config.json": "{}", "first.png": "zero" };
  return withWatchedProject(files, choices, async (watched) => {
    await watched.until(isIdle);
    project = watched;
    attempts = 0;
    await watched.after(() => watched.save("cast/a.png", "one"));
    await watched.after(() => watched.save("bad.png", "bad"));
    await watched.after(() => move(watched, "cast/a.png", "cast/b.png"));
    await watched.after(async () => {
      await cp(watched.path("cast"), watched.path("crew"), { recursive: true });
      watched.touch("crew/b.png");
    });
    await watched.after(() => remove(watched, "crew/b.png"));
    await watched.after(() => move(watched, "cast/b.png", "a.png"));
    await watched.after(() => watched.save("maquette.config.json", '{"settings":{"triangles":7}}'));
    await watched.save("held.png", "two");
    const { work } = await watched.untilStatus(
      ({ picture, phase }) => picture.label === "held.png" && phase === "working",
    );
    await watched.after(() => watched.watcher.cancel(work?.id ?? ""));
    await watched.after(() => remove(watched, "held.png"));
    assert.equal(contradictions, []);
    const told = new Set(watched.events.map(({ type }) => type));
    assert.equal(
      [...told].sort(),
      "configured copied finished idle orphaned renamed retrying stage started watching".split(" "),
    );
  });
});

test("at the start the former mesh is known while the picture waits", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    await project.stop();
    const { result } = project.status("a.png");
    project.statuses.length = 0;
    await project.watchAgain({});
    assert.equal(project.phases("a.png"), ["waiting", "ready"]);
    assert.equal(project.statuses[0]?.result, result);
  }));

test("a picture that fails says why and keeps the result of its former mesh", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { result, glbBytes } = project.status("a.png");
    await project.after(() => project.save("a.png", "bad"));
    const failed = project.status("a.png");
    assert.is(failed.phase, "failed");
    assert.equal(failed.failure, {
      code: "unreadable",
      message: "is damaged — export it again from your image editor",
    });
    assert.equal([failed.result, failed.glbBytes], [result, glbBytes]);
    await project.after(() => project.save("a.png", "good"));
    assert.is(project.status("a.png").failure, undefined);
  }));

test("an attempt that is repeated says why, as the same work", () => {
  let attempts = 0;
  const generator = new FakeGenerator({
    fail: () => (attempts++ < 1 ? new ModelError("device", "cuda:0: is lost — wait") : undefined),
  });
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    await project.until(isIdle);
    assert.equal(project.phases("a.png"), ["waiting", "working", "ready"]);
    const works = project.statuses.flatMap(({ work }) => work ?? []);
    const again = works.filter(({ retryAfter }) => retryAfter !== undefined);
    assert.equal(again[0]?.retryAfter, { code: "device", message: "cuda:0: is lost — wait" });
    assert.equal(
      again.map(({ stage }) => stage),
      [undefined, ...STAGES],
    );
    assert.is(new Set(works.map(({ id }) => id)).size, 1, "one work");
  });
});

test("a picture that always loses the device fails, the others go on, and so does the watch", () => {
  const generator = new FakeGenerator({
    fail: ({ name }) =>
      name === "a" ? new ModelError("device", "model: its process ended — wait") : undefined,
  });
  const files = { "a.png": "one", "b.png": "two" };
  return withWatchedProject(files, { generator }, async (project) => {
    await project.until(isIdle);
    assert.is(project.status("a.png").phase, "failed");
    assert.is(project.status("a.png").failure?.code, "device");
    assert.is(project.status("b.png").phase, "ready");
    assert.equal(await project.after(() => project.save("c.png", "three")), ["c.png imported"]);
  });
});

test("a deleted picture is orphaned with its result, and ready again when it comes back", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid, result, glbBytes } = project.status("a.png");
    await project.after(() => remove(project, "a.png"));
    const orphan = project.status("a.png");
    assert.is(orphan.phase, "orphaned");
    assert.equal([orphan.uuid, orphan.glbBytes], [uuid, glbBytes]);
    assert.equal(orphan.result, result);

    const from = project.statuses.length;
    await project.after(() => project.save("a.png", "one"));
    assert.equal(project.phases("a.png", from), ["waiting", "ready"]);
    assert.is(project.status("a.png").uuid, uuid);
    assert.equal(project.gone, []);
  }));

test("a picture that is deleted before it had a mesh is gone", () => {
  const generator = new FakeGenerator({ holdAt: "a" });
  const files = { "a.png": "one", "b.png": "bad" };
  return withWatchedProject(files, { generator, jobs: 2 }, async (project) => {
    await project.until(({ type }) => type === "finished");
    const uuids = [project.status("a.png").uuid, project.status("b.png").uuid];
    await project.after(async () => {
      await remove(project, "a.png");
      await remove(project, "b.png");
    });
    assert.equal(project.watcher.statuses, []);
    assert.equal(project.gone.toSorted(), uuids.toSorted());
  });
});

test("a renamed picture keeps its uuid without being gone or orphaned in between", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = project.status("a.png");
    const from = project.statuses.length;
    await project.after(() => move(project, "a.png", "b.png"));
    assert.is(project.status("b.png").uuid, uuid);
    assert.equal(project.phases("b.png", from), ["waiting", "ready"]);
    assert.equal(project.phases("a.png", from), []);
    assert.is(project.watcher.statuses.length, 1);
    assert.equal(project.gone, []);
  }));

test("the mesh of a renamed picture keeps its name, and says so, until it is made anew", () => {
  const generator = new FakeGenerator();
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    await project.until(isIdle);
    assert.is(project.status("a.png").result?.glb.name, undefined);
    await project.after(() => move(project, "a.png", "b.png"));
    assert.is(project.status("b.png").result?.glb.name, "a");
    await project.after(() => move(project, "b.png", "c.png"));
    assert.is(project.status("c.png").result?.glb.name, "a");
    assert.equal(generator.requests, ["a"]);

    await project.after(() => project.save("c.png", "two"));
    assert.equal(generator.requests, ["a", "c"]);
    assert.is(project.status("c.png").result?.glb.name, undefined);
  });
});

test("a picture whose mesh another picture writes is gone, and back with its uuid later", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = project.status("a.png");
    await project.after(() => project.save("a.jpg", "two"));
    assert.equal(project.gone, [uuid]);
    assert.equal(
      project.watcher.statuses.map(({ picture }) => picture.label),
      ["a.jpg"],
    );
    await project.after(() => remove(project, "a.jpg"));
    assert.is(project.status("a.png").uuid, uuid);
    assert.is(project.watcher.statuses.length, 1, "the mesh is a.png's");
  }));

test("pictures that were deleted while nobody watched are orphaned at the start", () =>
  withWatchedProject({ "a.png": "one", "b.png": "two", "c.png": "bad" }, {}, async (project) => {
    await project.until(isIdle);
    await project.stop();
    const { uuid, result } = project.status("a.png");
    for (const name of ["a.png", "c.png"]) await rm(project.path(name));
    project.statuses.length = 0;
    assert.equal(
      await project.watchAgain({}),
      ["a.png orphaned", "b.png unchanged"],
      "of c.png no mesh stays",
    );
    const orphan = project.status("a.png");
    assert.is(orphan.phase, "orphaned");
    assert.is(orphan.uuid, uuid);
    assert.equal(orphan.result, result);
    assert.is((await project.sidecar("a.png")).orphaned, true);
    assert.is(project.watcher.statuses.length, 2, "without a mesh nothing is left of c.png");

    await project.stop();
    assert.equal(await project.watchAgain({}), ["b.png unchanged"], "told once");
    assert.is(project.status("a.png").phase, "orphaned");
  }));

test("sidecars of exported copies are nobody's orphans", () =>
  withWatchedProject({ "art/a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    await project.stop();
    await rename(project.path("art"), project.path("public"));
    const before = await readFile(project.path("public/a.png.maquette.json"), "utf8");
    await rm(project.path("public/a.png"));
    assert.equal(await project.watchAgain({}), []);
    assert.equal(project.watcher.statuses, []);
    assert.is(await readFile(project.path("public/a.png.maquette.json"), "utf8"), before);
  }));

for (const file of ["a.glb", "a.png.maquette.json"]) {
  test(`an orphan whose ${file} is deleted is gone`, () =>
    withWatchedProject({ "a.png": "one" }, {}, async (project) => {
      await project.until(isIdle);
      const { uuid } = project.status("a.png");
      await project.after(() => remove(project, "a.png"));
      await project.after(() => remove(project, file));
      assert.equal(project.gone, [uuid]);
      assert.equal(project.watcher.statuses, []);
    }));
}

test("edited presets are those of the status", () => {
  const preset = (triangles: number): string =>
    JSON.stringify({ presets: [{ match: "props", settings: { triangles } }] });
  const files = { "maquette.config.json": preset(1000), "props/a.png": "one" };
  return withWatchedProject(files, {}, async (project) => {
    await project.until(isIdle);
    assert.is(project.status("props/a.png").settings.base.triangles, 1000);
    await project.after(() => project.save("maquette.config.json", preset(500)));
    assert.is(project.status("props/a.png").settings.base.triangles, 500);
  });
});

test("a picture that is written while its import is repeated waits until that is over", () => {
  let isWriting = false;
  const delay: Delay = (ms, action) =>
    isWriting && ms < 500 ? () => undefined : noDelay(ms, action);
  let attempts = 0;
  const generator = new FakeGenerator({
    fail: () =>
      attempts++ < 1 ? new InputError("busy", "a.png: is in use — close it") : undefined,
  });
  return withWatchedProject({ "a.png": "one" }, { generator, delay }, async (project) => {
    await project.until(({ type }) => type === "retrying");
    isWriting = true;
    project.touch("a.png");
    const from = project.statuses.length;
    const putOff = await project.untilStatus(({ phase }) => phase === "waiting", from);
    assert.is(putOff.work?.stage, undefined);
    assert.is(putOff.work?.retryAfter?.code, "busy");
    isWriting = false;
    await project.save("a.png", "whole");
    await project.until(isIdle);
    assert.match(await project.read("a.glb"), "whole");
    assert.is(attempts, 2);
  });
});

test("a system that watches no more files is told of, and the watch goes on", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const limit = Object.assign(new Error("ENOSPC: System limit for number of file watchers"), {
      code: "ENOSPC",
      syscall: "watch",
    });
    project.deafen(limit);
    assert.match(
      project.news().at(-1) ?? "",
      /^watched folder: the system watches no more files \(ENOSPC\) — raise its limit, .*max_user_watches/,
    );
    assert.equal(await project.after(() => project.save("a.png", "two")), ["a.png imported"]);
  }));

test.run();
