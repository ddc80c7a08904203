/** With the operating system's own events; the tests wait for what happens, not for time. */
import { appendFile, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { realDelay } from "../../../../plugin/project/watch/clock.ts";
import type { WatchEvent } from "../../../../plugin/project/watch/events.ts";
import { watchFiles } from "../../../../plugin/project/watch/file-events.ts";
import { FakeGenerator } from "../../../helpers/fake-generator.ts";
import { type WatchedProject, withWatchedProject } from "../../../helpers/watched-project.ts";

const test = suite("project/watch/file-events");

const REAL = { watchFiles, delay: realDelay };

const finished =
  (label: string, status: string) =>
  (event: WatchEvent): boolean =>
    event.type === "finished" &&
    event.item.picture.label === label &&
    event.outcome.status === status;

/** Runs `change` and waits for the event it has to lead to. */
async function expect(
  project: WatchedProject,
  suits: (event: WatchEvent) => boolean,
  change: () => Promise<unknown>,
): Promise<void> {
  const from = project.events.length;
  await change();
  await project.until(suits, from);
}

test("pictures are heard of when they are saved, replaced, renamed and deleted, in new folders too", () =>
  withWatchedProject({ "art/a.png": "one" }, { ...REAL, inputs: ["art"] }, async (project) => {
    const path = (name: string) => project.path(`art/${name}`);
    await project.until(finished("art/a.png", "imported"));
    await expect(project, finished("art/a.png", "imported"), () =>
      appendFile(path("a.png"), "more"),
    );
    await expect(project, finished("art/a.png", "imported"), async () => {
      await writeFile(path(".a.tmp"), "replaced as editors do");
      await rename(path(".a.tmp"), path("a.png"));
    });
    await expect(project, finished("art/new/deep/b.png", "imported"), async () => {
      await mkdir(path("new/deep"), { recursive: true });
      await writeFile(path("new/deep/b.png"), "two");
    });
    // With a folder, sidecar and mesh go as well.
    await expect(project, finished("art/moved/deep/b.png", "unchanged"), () =>
      rename(path("new"), path("moved")),
    );
    await expect(
      project,
      (event) => event.type === "renamed" && event.picture.label === "art/c.png",
      () => rename(path("a.png"), path("c.png")),
    );
    await expect(
      project,
      (event) => event.type === "orphaned" && event.picture.label === "art/c.png",
      () => rm(path("c.png")),
    );
  }));

test("our own files, hidden ones and those of the Editor are not listened to", () => {
  const generator = new FakeGenerator();
  const choices = { ...REAL, generator, out: "meshes" };
  return withWatchedProject({ "a.png": "one" }, choices, async (project) => {
    await project.until(finished("a.png", "imported"));
    for (const folder of ["meshes", "node_modules/p", ".bjseditor", "public", "level.scene"]) {
      await mkdir(project.path(folder), { recursive: true });
      await writeFile(project.path(`${folder}/x.png`), "two");
    }
    await writeFile(project.path("editor_preview.png"), "two");
    await writeFile(project.path("wall_albedo.png"), "two");
    await expect(project, finished("z.png", "imported"), () =>
      writeFile(project.path("z.png"), "three"),
    );
    assert.equal(generator.requests, ["a", "z"]);
  });
});

test("a configuration that an editor replaces is read again", () =>
  withWatchedProject(
    { "maquette.config.json": "{}", "art/a.png": "" },
    { ...REAL, inputs: ["art"] },
    async (project) => {
      for (const triangles of [100, 200]) {
        await expect(
          project,
          (event) => event.type === "configured",
          async () => {
            await writeFile(project.path("c.tmp"), JSON.stringify({ settings: { triangles } }));
            await rename(project.path("c.tmp"), project.path("maquette.config.json"));
          },
        );
      }
    },
  ));

test("a configuration that is made is heard of, above the pictures' folder too", () =>
  withWatchedProject({ "art/a.png": "" }, { ...REAL, inputs: ["art"] }, (project) =>
    expect(
      project,
      (event) => event.type === "configured",
      () => writeFile(project.path("maquette.config.json"), "{}"),
    ),
  ));

for (const out of [undefined, "meshes"]) {
  const folder = out ?? "art";
  test(`a mesh that a deleted picture left in ${folder} is heard of when it is deleted too`, () =>
    withWatchedProject(
      { "art/a.png": "one", "art/b.png": "two" },
      { ...REAL, inputs: ["art"], ...(out && { out }) },
      async (project) => {
        await project.until(finished("art/b.png", "imported"));
        for (const name of ["a", "b"]) {
          const { uuid } = project.status(`art/${name}.png`);
          await expect(
            project,
            ({ type }) => type === "orphaned",
            () => rm(project.path(`art/${name}.png`)),
          );
          const from = project.events.length;
          await rm(project.path(`${folder}/${name}.${name === "a" ? "glb" : "png.maquette.json"}`));
          await project.until(({ type }) => type === "idle" && project.gone.includes(uuid), from);
        }
        assert.equal(project.watcher.statuses, []);
      },
    ));
}

test("a link that leads back to a folder above it is no endless folder", () =>
  withWatchedProject({ "art/a.png": "one" }, REAL, async (project) => {
    await project.until(finished("art/a.png", "imported"));
    await symlink("..", project.path("art/loop"));
    await expect(project, finished("art/b.png", "imported"), () =>
      writeFile(project.path("art/b.png"), "two"),
    );
    assert.not(project.news().some((line) => line.includes("loop/")));
  }));

test.run();
