/** The configuration of a running watch. */
import { rm } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { WatchEvent } from "../../../../plugin/project/watch/events.ts";
import { withWatchedProject } from "../../../helpers/watched-project.ts";

const test = suite("project/watch/live-config");

const isIdle = ({ type }: WatchEvent): boolean => type === "idle";

test("presets that are edited hold at once, for the pictures they match", () => {
  const preset = (triangles: number): string =>
    JSON.stringify({ presets: [{ match: "props", settings: { triangles } }] });
  const files = {
    "maquette.config.json": preset(1000),
    "props/crate.png": "one",
    "cast/hero.png": "two",
  };
  return withWatchedProject(files, {}, async (project) => {
    await project.until(isIdle);
    const news = await project.after(() => project.save("maquette.config.json", preset(500)));
    assert.is(news[0], "configured ");
    assert.equal(news.slice(1).sort(), ["cast/hero.png unchanged", "props/crate.png imported"]);
    assert.is((await project.sidecar("props/crate.png")).result?.settings.triangles, 500);
    assert.is((await project.sidecar("cast/hero.png")).result?.settings.triangles, 5000);

    await project.after(() => project.save("props/barrel.png", "three"));
    assert.is((await project.sidecar("props/barrel.png")).result?.settings.triangles, 500);
  });
});

test("a configuration that is wrong leaves the former one in force", () => {
  const files = { "maquette.config.json": '{"settings":{"triangles":100}}', "a.png": "one" };
  return withWatchedProject(files, {}, async (project) => {
    await project.until(isIdle);
    const news = await project.after(() =>
      project.save("maquette.config.json", '{"settings":{"triangels":9}}'),
    );
    assert.is(news.length, 1);
    assert.match(
      news[0],
      /^maquette\.config\.json: unknown key "triangels".*; the former configuration stays in force$/,
    );
    await project.after(() => project.save("a.png", "two"));
    assert.is((await project.sidecar("a.png")).result?.settings.triangles, 100);
  });
});

test("a configuration that is made meanwhile holds at once, until it is deleted", () =>
  withWatchedProject({ "a.png": "one" }, {}, async (project) => {
    await project.until(isIdle);
    const triangles = async (): Promise<number | undefined> =>
      (await project.sidecar("a.png")).result?.settings.triangles;
    const file = "maquette.config.json";
    await project.after(() => project.save(file, '{"settings":{"triangles":100}}'));
    assert.is(await triangles(), 100);
    const news = await project.after(() =>
      project.save("maquette.config.mjs", "export default {}"),
    );
    assert.is(news.length, 1);
    assert.match(news[0], /holds maquette\.config\.json and maquette\.config\.mjs/);
    await project.after(async () => {
      for (const name of [file, "maquette.config.mjs"]) {
        await rm(project.path(name));
        project.touch(name);
      }
    });
    assert.is(await triangles(), 5000);
  }));

test("what a running watch cannot change is named", () =>
  withWatchedProject({ "maquette.config.json": "{}" }, {}, async (project) => {
    await project.until(isIdle);
    const news = await project.after(() =>
      project.save("maquette.config.json", '{"model":"other","device":"cpu"}'),
    );
    assert.equal(news, ["configured model,device"]);
  }));

test.run();
