/** What a watch is told to do: make a mesh anew, cancel, change settings. */
import { randomUUID } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError, ModelError } from "../../../../plugin/core/errors.ts";
import { STAGES } from "../../../../plugin/core/progress.ts";
import type { GenerateRequest } from "../../../../plugin/pipeline/contract.ts";
import type { WatchEvent } from "../../../../plugin/project/watch/events.ts";
import type { PictureStatus } from "../../../../plugin/project/watch/picture-status.ts";
import { FakeGenerator } from "../../../helpers/fake-generator.ts";
import { rejectionOf } from "../../../helpers/rejection.ts";
import { type WatchedProject, withWatchedProject } from "../../../helpers/watched-project.ts";

const test = suite("project/watch/commands");

const isIdle = ({ type }: WatchEvent): boolean => type === "idle";

const isWorking = ({ phase }: PictureStatus): boolean => phase === "working";

/** The code of the InputError that `command` throws. */
function refusal(command: () => void): string | undefined {
  try {
    command();
  } catch (error) {
    if (error instanceof InputError) return error.code;
    throw error;
  }
  return undefined;
}

function workOf(status: PictureStatus): string {
  if (status.work === undefined) throw new Error(`${status.picture.label}: no work`);
  return status.work.id;
}

/** Work on `a` goes on until it is cancelled, the first time. */
class HeldOnce extends FakeGenerator {
  readonly #held = new FakeGenerator({ holdAt: "a" });

  override generate(request: GenerateRequest): ReturnType<FakeGenerator["generate"]> {
    const isFirst = request.name === "a" && this.#held.requests.length === 0;
    return isFirst ? this.#held.generate(request) : super.generate(request);
  }
}

test("an unchanged picture's mesh is made anew when it is asked for, once", () => {
  const generator = new FakeGenerator();
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    await project.until(isIdle);
    const { uuid } = project.status("a.png");
    const from = project.statuses.length;
    assert.equal(await project.after(() => project.watcher.generate(uuid)), ["a.png imported"]);
    assert.equal(project.phases("a.png", from), ["waiting", "working", "ready"]);
    assert.equal(generator.requests, ["a", "a"]);
    const started = project.events.filter(({ type }) => type === "started").at(-1);
    assert.is(
      started?.type === "started" && "reason" in started.item && started.item.reason,
      "asked for",
    );

    const touched = await project.after(() => project.save("a.png", "one"));
    assert.equal(touched, ["a.png unchanged"]);
  });
});

test("of meshes that are asked for while one is made, the last counts", () =>
  withWatchedProject({ "a.png": "one" }, { generator: new HeldOnce() }, async (project) => {
    const { uuid, work } = await project.untilStatus(isWorking);
    const news = await project.after(() => project.watcher.generate(uuid));
    assert.equal(news, ["a.png cancelled", "a.png imported"]);
    assert.is(project.status("a.png").phase, "ready");
    assert.is(
      refusal(() => project.watcher.cancel(work?.id ?? "")),
      "not-found",
    );
  }));

test("a mesh that was asked for is made anew although the picture is touched meanwhile", () => {
  const generator = new FakeGenerator();
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    await project.until(isIdle);
    await project.after(async () => {
      project.touch("a.png");
      project.watcher.generate(project.status("a.png").uuid);
      await project.save("a.png", "one");
    });
    assert.equal(generator.requests, ["a", "a"]);
  });
});

test("a mesh that another program saved is not made anew", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    await writeFile(project.path("a.glb"), "glTF by hand");
    await project.after(() => project.watcher.generate(project.status("a.png").uuid));
    assert.match(project.status("a.png").failure?.message ?? "", "was saved by another program");
    assert.is(await project.read("a.glb"), "glTF by hand");
  }));

test("what is not there or has no picture cannot be asked for", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = project.status("a.png");
    await project.after(async () => {
      await rm(project.path("a.png"));
      project.touch("a.png");
    });
    const { watcher } = project;
    assert.is(
      refusal(() => watcher.generate(uuid)),
      "bad-option",
    );
    assert.is((await rejectionOf(InputError, watcher.changeSettings(uuid, {}))).code, "bad-option");
    const unknown = randomUUID();
    assert.is(
      refusal(() => watcher.generate(unknown)),
      "not-found",
    );
    assert.is(
      (await rejectionOf(InputError, watcher.changeSettings(unknown, {}))).code,
      "not-found",
    );
    assert.is(
      refusal(() => watcher.cancel(unknown)),
      "not-found",
    );
  }));

test("work that is cancelled ends, and its picture is left alone until it changes", () =>
  withWatchedProject({ "a.png": "one" }, { generator: new HeldOnce() }, async (project) => {
    const status = await project.untilStatus(isWorking);
    const news = await project.after(() => {
      project.watcher.cancel(workOf(status));
      assert.is(project.status("a.png").phase, "cancelled", "at once");
    });
    assert.equal(news, ["a.png cancelled"]);
    assert.is(project.status("a.png").work, undefined);
    assert.equal(await project.after(() => project.save("b.png", "bad")), [
      "b.png failed: is damaged — export it again from your image editor",
    ]);
    assert.is(project.status("a.png").phase, "cancelled");
    await project.after(() => project.save("a.png", "two"));
    assert.is(project.status("a.png").phase, "ready");
  }));

test("work that waits and is cancelled never begins, until its mesh is asked for", () => {
  const generator = new HeldOnce();
  const files = { "a.png": "one", "b.png": "two" };
  return withWatchedProject(files, { generator }, async (project) => {
    const held = await project.untilStatus(isWorking);
    const { uuid, work } = project.status("b.png");
    project.watcher.cancel(work?.id ?? "");
    assert.is(project.status("b.png").phase, "cancelled");
    await project.after(() => project.watcher.cancel(workOf(held)));
    assert.is(project.status("b.png").phase, "cancelled");
    assert.not(project.news().some((line) => line.startsWith("b.png")));

    const from = project.statuses.length;
    project.watcher.generate(uuid);
    assert.is((await project.untilStatus(isWorking, from)).uuid, uuid);
  });
});

test("work that is cancelled between two attempts is not tried again", () => {
  const generator = new FakeGenerator({
    fail: () => new ModelError("device", "cuda:0: is lost — wait"),
  });
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    const status = await project.untilStatus(({ work }) => work?.retryAfter !== undefined);
    await project.after(() => project.watcher.cancel(workOf(status)));
    assert.is(project.status("a.png").phase, "cancelled");
    assert.is(generator.requests.length, 1);
  });
});

test("a device that is lost because its work was cancelled fails nothing", () => {
  const generator = new FakeGenerator({
    pauseIn: ({ signal }) =>
      new Promise((resolve) => signal?.addEventListener("abort", () => resolve())),
    fail: () => new ModelError("mismatch", "model: its process ended — start again"),
  });
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    const status = await project.untilStatus(({ work }) => work?.stage === STAGES.at(-1));
    await project.after(() => project.watcher.cancel(workOf(status)));
    assert.is(project.status("a.png").phase, "cancelled");
  });
});

test("settings are stored where they differ from the presets, and the mesh is made of them", () => {
  const files = {
    "maquette.config.json": '{"settings":{"triangles":1000}}',
    "a.png": "one",
  };
  return withWatchedProject(files, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = project.status("a.png");
    const change = (changes: Parameters<typeof project.watcher.changeSettings>[1]) =>
      project.after(() => project.watcher.changeSettings(uuid, changes));

    assert.equal(await change({ triangles: 300, resolution: 64 }), ["a.png imported"]);
    assert.equal((await project.sidecar("a.png")).settings, { resolution: 64, triangles: 300 });
    const { settings, result } = project.status("a.png");
    assert.equal(settings.own, { resolution: 64, triangles: 300 });
    assert.is(settings.base.triangles, 1000);
    assert.is(result?.settings.triangles, 300);

    await change({ resolution: null });
    assert.equal((await project.sidecar("a.png")).settings, { triangles: 300 });
    await change({ triangles: 1000 });
    assert.equal((await project.sidecar("a.png")).settings, {});
    assert.is(project.status("a.png").result?.settings.triangles, 1000);
  });
});

test("a picture without a sidecar gets one, with its uuid", () =>
  withWatchedProject({ "a.png": "one" }, { generator: new HeldOnce() }, async (project) => {
    const { uuid } = await project.untilStatus(isWorking);
    const news = await project.after(() => project.watcher.changeSettings(uuid, { triangles: 7 }));
    assert.equal(news, ["a.png cancelled", "a.png imported"]);
    const sidecar = await project.sidecar("a.png");
    assert.is(sidecar.uuid, uuid);
    assert.is(sidecar.result?.settings.triangles, 7);
  }));

test("changes that come together are all kept", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { watcher } = project;
    const { uuid } = project.status("a.png");
    await project.after(async () => {
      const changes = [{ triangles: 300 }, { resolution: 64 }, { matte: "none" }] as const;
      await Promise.all(changes.map((change) => watcher.changeSettings(uuid, change)));
    });
    const own = { resolution: 64, triangles: 300, matte: "none" } as const;
    assert.equal((await project.sidecar("a.png")).settings, own);
    assert.equal(project.status("a.png").settings.own, own);
  }));

test("settings that change while their mesh is written stay, and another one is made of them", () => {
  let changing: Promise<void> | undefined;
  const generator = new FakeGenerator({
    pauseIn: async () => {
      const { watcher } = project;
      changing ??= watcher.changeSettings(project.status("a.png").uuid, { triangles: 7 });
      await changing;
    },
  });
  let project: WatchedProject;
  return withWatchedProject({ "a.png": "one" }, { generator }, async (watched) => {
    project = watched;
    await project.until(isIdle);
    const { settings, result } = await project.sidecar("a.png");
    assert.equal(settings, { triangles: 7 });
    assert.is(result?.settings.triangles, 7);
    assert.equal(project.status("a.png").settings.own, { triangles: 7 });
    assert.equal(generator.requests, ["a", "a"]);
  });
});

test("of many changes one after the other the last one's mesh stands", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = project.status("a.png");
    await project.after(async () => {
      for (let triangles = 100; triangles < 120; triangles++) {
        await project.watcher.changeSettings(uuid, { triangles });
      }
    });
    assert.is(project.status("a.png").result?.settings.triangles, 119);
    assert.is(project.status("a.png").phase, "ready");
  }));

test("a sidecar that cannot be written is an error of the change, and nothing else", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const sidecar = await project.sidecar("a.png");
    await project.save("a.png.maquette.json", JSON.stringify({ ...sidecar, version: 99 }));
    const { uuid } = project.status("a.png");
    const error = await rejectionOf(
      InputError,
      project.watcher.changeSettings(uuid, { triangles: 7 }),
    );
    assert.match(error.message, /^settings of a\.png: has version 99/);
  }));

test.run();
