import { copyFile, mkdir, readdir, rename, rm, utimes, writeFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError, ModelError } from "../../../../plugin/core/errors.ts";
import { sha256 } from "../../../../plugin/files/hash.ts";
import type { GenerateRequest, GenerateResult } from "../../../../plugin/pipeline/contract.ts";
import type { WatchEvent } from "../../../../plugin/project/watch/events.ts";
import { FakeGenerator } from "../../../helpers/fake-generator.ts";
import { rejectionOf } from "../../../helpers/rejection.ts";
import { type WatchedProject, withWatchedProject } from "../../../helpers/watched-project.ts";

const test = suite("project/watch/project-watcher");

const isIdle = ({ type }: WatchEvent): boolean => type === "idle";

/** The events up to the first rest. */
async function atFirst(project: WatchedProject): Promise<string[]> {
  await project.until(isIdle);
  return project.news();
}

test("what stands there is imported at first, and a picture again when it is saved", () =>
  withWatchedProject({ "art/a.png": "one", "art/b.png": "two" }, {}, async (project) => {
    assert.equal(await atFirst(project), ["art/a.png imported", "art/b.png imported"]);
    const { uuid } = await project.sidecar("art/a.png");
    const news = await project.after(() => project.save("art/a.png", "changed"));
    assert.equal(news, ["art/a.png imported"]);
    assert.match(await project.read("art/a.glb"), "changed");
    assert.is((await project.sidecar("art/a.png")).uuid, uuid);
  }));

test("a picture that is new gets its mesh, one that was only touched none", () => {
  const generator = new FakeGenerator();
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    await project.until(isIdle);
    assert.equal(await project.after(() => project.save("sub/b.png", "two")), [
      "sub/b.png imported",
    ]);
    const news = await project.after(async () => {
      await utimes(project.path("a.png"), 1, 1);
      project.touch("a.png");
    });
    assert.equal(news, ["a.png unchanged"]);
    assert.equal(generator.requests, ["a", "b"]);
  });
});

test("a second watch generates nothing for what is up to date, and finds what was renamed", () =>
  withWatchedProject({ "a.png": "one", "b.png": "two" }, {}, async (project) => {
    await project.until(isIdle);
    await project.stop();
    const { uuid } = await project.sidecar("b.png");
    await rename(project.path("b.png"), project.path("c.png"));
    const generator = new FakeGenerator();
    const news = await project.watchAgain({ generator });
    assert.equal(news, ["c.png was b.png", "a.png unchanged", "c.png unchanged"]);
    assert.equal(generator.requests, []);
    assert.is((await project.sidecar("c.png")).uuid, uuid);
  }));

test("a renamed picture keeps its identity; sidecar and mesh follow and nothing is generated", () => {
  const generator = new FakeGenerator();
  const choices = { generator, out: "meshes", inputs: ["art"] };
  return withWatchedProject({ "art/hero.png": "one" }, choices, async (project) => {
    await project.until(isIdle);
    const before = await project.sidecar("meshes/hero.png");
    const news = await project.after(async () => {
      await mkdir(project.path("art/cast"));
      await rename(project.path("art/hero.png"), project.path("art/cast/villain.png"));
      project.touch("art/cast/villain.png", "art/hero.png");
    });
    assert.equal(news, ["art/cast/villain.png was art/hero.png", "art/cast/villain.png unchanged"]);
    const after = await project.sidecar("meshes/cast/villain.png");
    assert.is(after.uuid, before.uuid);
    assert.is(after.picture, "../../art/cast/villain.png");
    assert.is(after.result?.glb.file, "villain.glb");
    assert.is(sha256(await project.read("meshes/cast/villain.glb")), before.result?.glb.sha256);
    assert.equal(await readdir(project.path("meshes")), ["cast"]);
    assert.equal(generator.requests, ["hero"]);
  });
});

test("a picture that was renamed and then edited keeps its identity too", () =>
  withWatchedProject({ "hero.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = await project.sidecar("hero.png");
    const news = await project.after(async () => {
      await rename(project.path("hero.png"), project.path("villain.png"));
      await writeFile(project.path("villain.png"), "edited");
      project.touch("villain.png", "hero.png");
    });
    assert.equal(news, ["villain.png was hero.png", "villain.png imported"]);
    assert.is((await project.sidecar("villain.png")).uuid, uuid);
  }));

test("a name that is heard of before the other one is gone waits for it", () =>
  withWatchedProject({ "hero.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = await project.sidecar("hero.png");
    await project.after(async () => {
      await rename(project.path("hero.png"), project.path("villain.png"));
      project.touch("villain.png");
      setImmediate(() => project.touch("hero.png"));
    });
    assert.is((await project.sidecar("villain.png")).uuid, uuid);
    assert.equal(
      (await readdir(project.cwd)).filter((name) => name.startsWith("hero")),
      [],
    );
  }));

test("a deleted picture leaves its mesh, and is adopted again when it comes back", () => {
  const generator = new FakeGenerator();
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    await project.until(isIdle);
    const before = await project.sidecar("a.png");
    const deleted = await project.after(async () => {
      await rm(project.path("a.png"));
      project.touch("a.png");
    });
    assert.equal(deleted, ["a.png orphaned"]);
    assert.equal(await project.sidecar("a.png"), { ...before, orphaned: true });
    assert.match(await project.read("a.glb"), "one");

    assert.equal(await project.after(() => project.save("a.png", "one")), ["a.png unchanged"]);
    assert.equal(await project.sidecar("a.png"), before);
    assert.equal(generator.requests, ["a"]);
  });
});

test("a deleted picture that comes back under another name brings its identity", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = await project.sidecar("a.png");
    await project.after(async () => {
      await rm(project.path("a.png"));
      project.touch("a.png");
    });
    const news = await project.after(() => project.save("b.png", "one"));
    assert.equal(news, ["b.png was a.png", "b.png unchanged"]);
    const after = await project.sidecar("b.png");
    assert.is(after.uuid, uuid);
    assert.is(after.orphaned, undefined);
  }));

test("a copy is a picture of its own", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const news = await project.after(async () => {
      await copyFile(project.path("a.png"), project.path("b.png"));
      project.touch("b.png");
    });
    assert.equal(news, ["b.png imported"]);
    const uuids = [await project.sidecar("a.png"), await project.sidecar("b.png")];
    assert.is.not(uuids[0].uuid, uuids[1].uuid);
  }));

test("two pictures that swap their names keep the identities of the names", () =>
  withWatchedProject({ "a.png": "one", "b.png": "two" }, {}, async (project) => {
    await project.until(isIdle);
    const { uuid } = await project.sidecar("a.png");
    await project.after(async () => {
      await rename(project.path("a.png"), project.path("c"));
      await rename(project.path("b.png"), project.path("a.png"));
      await rename(project.path("c"), project.path("b.png"));
      project.touch("a.png", "b.png");
    });
    assert.is((await project.sidecar("a.png")).uuid, uuid);
    assert.match(await project.read("a.glb"), "two");
    assert.match(await project.read("b.glb"), "one");
  }));

test("a mesh that stands in the way of a renamed one stays", () =>
  withWatchedProject({ "a.png": "one", "b.glb": "glTF somebody's" }, {}, async (project) => {
    await project.until(isIdle);
    const news = await project.after(async () => {
      await rename(project.path("a.png"), project.path("b.png"));
      project.touch("a.png", "b.png");
    });
    assert.is(news[0], "b.png was a.png");
    assert.match(news[1], /^b\.png failed: b\.glb: was saved by another program/);
    assert.is(await project.read("b.glb"), "glTF somebody's");
    assert.match(await project.read("a.glb"), "one");
  }));

/** Holds its first picture until that is cancelled. */
class HeldFirst extends FakeGenerator {
  readonly #held = new FakeGenerator({ holdAt: "a" });

  override generate(request: GenerateRequest): Promise<GenerateResult> {
    const isFirst = this.#held.requests.length === 0;
    return isFirst ? this.#held.generate(request) : super.generate(request);
  }
}

test("a picture that changes while it is in work is begun anew, with its last content", () => {
  const generator = new HeldFirst();
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    await project.until(({ type }) => type === "stage");
    const from = project.events.length;
    await project.save("a.png", "two");
    await project.until(isIdle, from);
    assert.is(project.news(from)[0], "a.png cancelled");
    assert.equal(generator.requests, ["a"]);
    assert.match(await project.read("a.glb"), "two");
  });
});

test("a picture that is touched while it is in work goes on", () => {
  const generator = new FakeGenerator({ holdAt: "a" });
  return withWatchedProject({ "a.png": "one" }, { generator, jobs: 2 }, async (project) => {
    await project.until(({ type }) => type === "stage");
    await utimes(project.path("a.png"), 1, 1);
    project.touch("a.png");
    // What comes later is looked at later.
    for (const name of ["b", "c"]) {
      const from = project.events.length;
      await project.save(`${name}.png`, name);
      await project.until(({ type }) => type === "finished", from);
    }
    assert.equal(project.news(), ["b.png imported", "c.png imported"]);
    assert.equal(generator.requests, ["a", "b", "c"]);
  });
});

test("a picture that is deleted while it is in work is cancelled and leaves nothing", () => {
  const generator = new FakeGenerator({ holdAt: "a" });
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    await project.until(({ type }) => type === "stage");
    const news = await project.after(async () => {
      await rm(project.path("a.png"));
      project.touch("a.png");
    });
    assert.equal(news, ["a.png cancelled"]);
    assert.equal(await readdir(project.cwd), [".maquette"]);
  });
});

test("what fails for a reason that passes is tried again, with growing pauses", () => {
  let attempts = 0;
  const generator = new FakeGenerator({
    fail: () => (attempts++ < 2 ? new ModelError("device", "cuda:0: is lost — wait") : undefined),
  });
  return withWatchedProject({ "a.png": "one" }, { generator }, async (project) => {
    assert.equal(await atFirst(project), [
      "a.png again in 500",
      "a.png again in 2000",
      "a.png imported",
    ]);
    assert.is((await project.sidecar("a.png")).error, undefined);
  });
});

test("others go on while a picture waits to be tried again; after the last attempt it has failed", () => {
  const generator = new FakeGenerator({
    fail: ({ name }) =>
      name === "a" ? new InputError("busy", "a.png: is in use — close it") : undefined,
  });
  const files = { "a.png": "one", "b.png": "two" };
  return withWatchedProject(files, { generator, jobs: 1 }, async (project) => {
    assert.equal(await atFirst(project), [
      "a.png again in 500",
      "b.png imported",
      "a.png again in 2000",
      "a.png again in 8000",
      "a.png failed: is in use — close it",
    ]);
  });
});

test("a picture's own fault is not tried again until it is saved", () =>
  withWatchedProject({ "a.png": "bad" }, {}, async (project) => {
    assert.equal(await atFirst(project), [
      "a.png failed: is damaged — export it again from your image editor",
    ]);
    assert.equal(await project.after(() => project.save("a.png", "good")), ["a.png imported"]);
  }));

test("the model's own fault ends the watch", () => {
  const fault = new ModelError("mismatch", "model x: lacks a tensor — download it again");
  const generator = new FakeGenerator({ fail: () => fault });
  return withWatchedProject({ "a.png": "one" }, { generator }, async (_, running) => {
    assert.is(await rejectionOf(ModelError, running), fault);
  });
});

test("a folder that goes away ends the watch, and no picture passes for deleted", () =>
  withWatchedProject({ "art/a.png": "one" }, { inputs: ["art"] }, async (project, running) => {
    await project.until(isIdle);
    await rename(project.path("art"), project.path("gone"));
    project.touch("art/a.png");
    const error = await rejectionOf(InputError, running);
    assert.match(error.message, "art: went away while it was watched");
    assert.is((await project.sidecar("gone/a.png")).orphaned, undefined);
  }));

/** Holds all its pictures until `goOn` is called. */
class HeldGenerator extends FakeGenerator {
  readonly goOn: () => void;

  constructor() {
    let goOn = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    super({ pauseIn: () => held });
    this.goOn = goOn;
  }
}

test("work on a picture whose folder went away does not make the folder anew", () => {
  const generator = new HeldGenerator();
  const choices = { inputs: ["art"], generator };
  return withWatchedProject({ "art/a.png": "one" }, choices, async (project, running) => {
    await project.until(({ type }) => type === "stage");
    await rename(project.path("art"), project.path("gone"));
    generator.goOn();
    await project.until(({ type }) => type === "finished");
    assert.equal((await readdir(project.cwd)).sort(), [".maquette", "gone"]);
    project.touch("art");
    assert.match((await rejectionOf(InputError, running)).message, "art: went away");
    assert.equal(await readdir(project.path("gone")), ["a.png"]);
  });
});

test("a folder that was made anew in the place of another is not taken for it", () =>
  withWatchedProject({ "art/a.png": "one" }, { inputs: ["art"] }, async (project, running) => {
    await project.until(isIdle);
    await rename(project.path("art"), project.path("gone"));
    await mkdir(project.path("art"));
    project.touch("art");
    assert.match((await rejectionOf(InputError, running)).message, "art: went away");
    assert.is((await project.sidecar("gone/a.png")).orphaned, undefined);
  }));

test("a folder that is missing is refused at once", async () => {
  const watching = withWatchedProject({}, { inputs: ["art"] }, () => Promise.resolve());
  assert.match((await rejectionOf(InputError, watching)).message, "art: does not exist");
});

test("two pictures for one mesh are told of once, and the second takes over when the first goes", () =>
  withWatchedProject({ "a.jpg": "one", "a.png": "two" }, {}, async (project) => {
    const [problem, ...others] = await atFirst(project);
    assert.match(problem, "a.png: would write a.glb, as a.jpg does");
    assert.equal(others, ["a.jpg imported"]);
    const news = await project.after(async () => {
      await rm(project.path("a.jpg"));
      project.touch("a.jpg");
    });
    assert.equal(news, ["a.png imported"]);
  }));

test("a watch that is ended cancels what is in work and writes its log to the end", () => {
  const generator = new FakeGenerator({ holdAt: "b" });
  const files = { "a.png": "one", "b.png": "two", "c.png": "three" };
  return withWatchedProject(files, { generator }, async (project) => {
    await project.until((event) => event.type === "stage" && event.item.picture.name === "b");
    await project.stop();
    assert.equal(project.news(), ["a.png imported", "b.png cancelled"]);
    const lines = (await project.read(".maquette/watch.log")).trimEnd().split("\n");
    assert.equal(
      lines.map((line) => {
        const { event, picture, status } = JSON.parse(line);
        return [event, picture, status].filter(Boolean).join(" ");
      }),
      [
        "watching",
        "started a.png",
        "finished a.png imported",
        "started b.png",
        "finished b.png cancelled",
      ],
    );
    assert.is(await project.read(".maquette/.gitignore"), "*\n");
  });
});

test.run();
