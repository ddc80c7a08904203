import { readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError, ModelError } from "../../../plugin/core/errors.ts";
import { STAGES } from "../../../plugin/core/progress.ts";
import { loadConfig } from "../../../plugin/project/config.ts";
import {
  type ImportEvent,
  type ImportOptions,
  type ImportReport,
  runImport,
} from "../../../plugin/project/import.ts";
import { type ImportPlan, planImport } from "../../../plugin/project/plan.ts";
import type { SettingsPatch } from "../../../plugin/protocol/settings.ts";
import { FAKE_MODEL, FakeGenerator } from "../../helpers/fake-generator.ts";
import { modificationTimes, withFolder } from "../../helpers/temporary-folder.ts";

const test = suite("project/import");

interface Choices extends Partial<ImportOptions> {
  readonly inputs?: readonly string[];
  readonly flags?: SettingsPatch;
  readonly force?: boolean;
  readonly out?: string;
}

async function plan(cwd: string, choices: Choices = {}): Promise<ImportPlan> {
  return planImport({
    inputs: choices.inputs ?? ["."],
    cwd,
    config: await loadConfig({ cwd }),
    out: choices.out,
    model: choices.generator?.model ?? FAKE_MODEL,
    flags: choices.flags ?? {},
    force: choices.force === true,
  });
}

async function run(cwd: string, choices: Choices = {}): Promise<ImportReport> {
  const { generator = new FakeGenerator(), jobs = 2 } = choices;
  return runImport(await plan(cwd, choices), { ...choices, generator, jobs });
}

const statuses = (report: ImportReport): string =>
  report.items.map(({ picture, outcome }) => `${picture.label} ${outcome.status}`).join(", ");

async function reasons(cwd: string, choices: Choices = {}): Promise<string[]> {
  const { items } = await plan(cwd, choices);
  return items.map((item) => (item.action === "generate" ? item.reason : item.action));
}

async function sidecarOf(folder: string, picture: string) {
  return JSON.parse(await readFile(join(folder, `${picture}.maquette.json`), "utf8"));
}

test("a picture becomes a mesh and a sidecar, and the next run writes nothing", () =>
  withFolder({ "a.png": "one", "sub/b.png": "two" }, async (cwd) => {
    assert.is(statuses(await run(cwd)), "a.png imported, sub/b.png imported");
    const before = await modificationTimes(cwd);
    assert.equal(Object.keys(before), [
      "a.glb",
      "a.png",
      "a.png.maquette.json",
      "sub",
      "sub/b.glb",
      "sub/b.png",
      "sub/b.png.maquette.json",
    ]);
    const generator = new FakeGenerator();
    assert.is(statuses(await run(cwd, { generator })), "a.png unchanged, sub/b.png unchanged");
    assert.equal(generator.requests, []);
    assert.equal(await modificationTimes(cwd), before);
  }));

test("a picture whose sidecar says that it was deleted is a picture again", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    await run(cwd);
    const before = await sidecarOf(cwd, "a.png");
    const orphaned = JSON.stringify({ ...before, orphaned: true });
    await writeFile(join(cwd, "a.png.maquette.json"), orphaned);
    assert.is(statuses(await run(cwd)), "a.png unchanged");
    assert.equal(await sidecarOf(cwd, "a.png"), before);
  }));

test("the sidecar holds what the mesh was made from, no times and no absolute paths", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    await run(cwd, { out: join(cwd, "out"), inputs: ["art"], flags: { triangles: 100 } });
    const text = await readFile(join(cwd, "out/a.png.maquette.json"), "utf8");
    const { uuid, picture, settings, result } = JSON.parse(text);
    assert.match(uuid, /^[0-9a-f-]{36}$/);
    assert.is(picture, "../art/a.png");
    assert.equal(settings, { triangles: 100 });
    assert.is(result.glb.file, "a.glb");
    assert.is(result.model.licence.spdx, "Apache-2.0");
    assert.not.match(text, cwd);
    assert.not.match(text, /timings|Ms"/);
  }));

test("forcing gives the same bytes and the same UUID", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    await run(cwd);
    const glb = await readFile(join(cwd, "a.glb"));
    const sidecar = await readFile(join(cwd, "a.png.maquette.json"), "utf8");
    assert.is(statuses(await run(cwd, { force: true })), "a.png imported");
    assert.equal(await readFile(join(cwd, "a.glb")), glb);
    assert.is(await readFile(join(cwd, "a.png.maquette.json"), "utf8"), sidecar);
  }));

test("whatever the mesh depends on makes it new when it changes, and says so", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    assert.equal(await reasons(cwd), ["new"]);
    await run(cwd);
    assert.equal(await reasons(cwd), ["none"]);
    assert.equal(await reasons(cwd, { force: true }), ["forced"]);
    assert.equal(await reasons(cwd, { flags: { triangles: 9 } }), [
      "settings changed (triangles 5000 -> 9)",
    ]);
    const other = new FakeGenerator({ model: { ...FAKE_MODEL, weightsSha256: "d".repeat(64) } });
    assert.equal(await reasons(cwd, { generator: other }), ["model weights changed"]);

    await writeFile(join(cwd, "a.png"), "two");
    assert.equal(await reasons(cwd), ["picture changed"]);
    await writeFile(join(cwd, "a.png"), "one");
    assert.equal(await reasons(cwd), ["none"]);

    await writeFile(join(cwd, "a.glb"), "glTF damaged", { flag: "r+" });
    await writeFile(join(cwd, "a.glb"), "");
    assert.equal(await reasons(cwd), ["mesh changed on disk"]);
    await rm(join(cwd, "a.glb"));
    assert.equal(await reasons(cwd), ["mesh missing"]);
  }));

test("flags are kept for later runs, over presets, over the configuration", () =>
  withFolder({ "a.png": "one", "b.png": "two" }, async (cwd) => {
    const config = {
      settings: { triangles: 1000, resolution: 64 },
      presets: [{ match: "b.png", settings: { triangles: 500 } }],
    };
    await writeFile(join(cwd, "maquette.config.json"), JSON.stringify(config));
    await run(cwd);
    assert.is((await sidecarOf(cwd, "a.png")).result.settings.triangles, 1000);
    assert.is((await sidecarOf(cwd, "b.png")).result.settings.triangles, 500);
    assert.equal((await sidecarOf(cwd, "b.png")).settings, {});

    await run(cwd, { inputs: ["b.png"], flags: { triangles: 300 } });
    assert.equal((await sidecarOf(cwd, "b.png")).settings, { triangles: 300 });
    assert.equal(await reasons(cwd), ["none", "none"]);
    await run(cwd, { inputs: ["b.png"], flags: { triangles: 500 } });
    assert.equal((await sidecarOf(cwd, "b.png")).settings, {});
  }));

test("one failure stops no other, keeps the former mesh and is recorded without paths", () =>
  withFolder({ "a.png": "one", "b.png": "two" }, async (cwd) => {
    await run(cwd);
    const former = await readFile(join(cwd, "a.glb"));
    await writeFile(join(cwd, "a.png"), "bad");
    await writeFile(join(cwd, "b.png"), "three");
    const report = await run(cwd, { jobs: 1 });
    assert.is(statuses(report), "a.png failed, b.png imported");
    assert.equal(await readFile(join(cwd, "a.glb")), former);
    const { error, result } = await sidecarOf(cwd, "a.png");
    assert.equal(error, {
      code: "unreadable",
      message: "is damaged — export it again from your image editor",
    });
    assert.ok(result, "the former result stays");

    const before = await modificationTimes(cwd);
    await run(cwd);
    assert.equal(await modificationTimes(cwd), before, "failing again writes nothing new");
  }));

test("when the picture is good again, the error goes", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    await run(cwd);
    await writeFile(join(cwd, "a.png"), "bad");
    await run(cwd);
    await writeFile(join(cwd, "a.png"), "one");
    const generator = new FakeGenerator();
    assert.is(statuses(await run(cwd, { generator })), "a.png unchanged");
    assert.equal(generator.requests, []);
    assert.is((await sidecarOf(cwd, "a.png")).error, undefined);
  }));

test("a full disk fails the picture, not the batch, and leaves the former files", () =>
  withFolder({ "a.png": "one", "b.png": "two" }, async (cwd) => {
    await run(cwd);
    const former = await modificationTimes(cwd);
    const writeFull = async (path: string): Promise<void> => {
      throw new InputError("disk-full", `${path}: cannot be written, the disk is full — free some`);
    };
    const report = await run(cwd, { force: true, writeFile: writeFull });
    assert.is(statuses(report), "a.png failed, b.png failed");
    const [first] = report.items;
    assert.equal(first?.outcome, {
      status: "failed",
      failure: {
        code: "disk-full",
        message: "a.glb: cannot be written, the disk is full — free some",
      },
      warnings: ["the error could not be recorded in the sidecar"],
    });
    assert.equal(await modificationTimes(cwd), former);
  }));

test("a mesh whose sidecar was not written yet is made again", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const { writeFileAtomically } = await import("../../../plugin/files/write.ts");
    const dieAfterGlb = async (path: string, data: Uint8Array | string): Promise<void> => {
      if (!path.endsWith(".glb")) throw new InputError("disk-full", `${path}: full`);
      await writeFileAtomically(path, data);
    };
    await run(cwd, { writeFile: dieAfterGlb });
    assert.equal(await readdir(cwd), ["a.glb", "a.png"]);
    assert.is(statuses(await run(cwd)), "a.png imported");
    assert.equal(await reasons(cwd), ["none"]);
  }));

test("a mesh of another program is not overwritten, unless forced", () =>
  withFolder(
    { "a.png": "one", "a.glb": 'glTF{"asset":{"generator":"Khronos glTF Blender I/O"}}' },
    async (cwd) => {
      const [item] = (await run(cwd)).items;
      assert.equal(item?.outcome.status === "failed" && item.outcome.failure, {
        code: "unwritable",
        message:
          "a.glb: was saved by another program — move it away, or replace it with maquette import --force",
      });
      assert.equal(await readdir(cwd), ["a.glb", "a.png"]);
      assert.is(statuses(await run(cwd, { force: true })), "a.png imported");
    },
  ));

test("a damaged sidecar is a warning; its UUID lives on", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    await run(cwd);
    const { uuid } = await sidecarOf(cwd, "a.png");
    const path = join(cwd, "a.png.maquette.json");
    await writeFile(path, `<<<<<<< HEAD\n${await readFile(path, "utf8")}`);
    const [item] = (await run(cwd)).items;
    const warnings = item?.outcome.status === "imported" ? item.outcome.warnings : [];
    assert.is(warnings.length, 1);
    assert.match(warnings[0] as string, "a.png.maquette.json: is not JSON");
    const healed = await sidecarOf(cwd, "a.png");
    assert.is(healed.uuid, uuid);
    assert.equal(healed.result.warnings, []);
  }));

test("a sidecar of a newer version fails its picture and is left alone", () =>
  withFolder(
    { "a.png": "one", "b.png": "two", "a.png.maquette.json": '{ "version": 99 }' },
    async (cwd) => {
      assert.is(statuses(await run(cwd)), "a.png failed, b.png imported");
      assert.is(await readFile(join(cwd, "a.png.maquette.json"), "utf8"), '{ "version": 99 }');
    },
  ));

test("a model that fails for every picture ends the run with one error", () =>
  withFolder({ "a.png": "one", "b.png": "two", "c.png": "three" }, async (cwd) => {
    const broken = new ModelError("unreadable", "model.safetensors: is damaged — get it again");
    const generator = new FakeGenerator({ fail: () => broken });
    const report = await run(cwd, { generator, jobs: 1 });
    assert.is(report.modelError, broken);
    assert.is(statuses(report), "a.png cancelled, b.png cancelled, c.png cancelled");
    assert.equal(generator.requests, ["a"]);
    assert.equal(await readdir(cwd), ["a.png", "b.png", "c.png"]);
  }));

test("a model that finds no surface fails that picture only", () =>
  withFolder({ "a.png": "one", "b.png": "two" }, async (cwd) => {
    const generator = new FakeGenerator({
      fail: ({ name }) => (name === "a" ? new ModelError("no-surface", "a.png: empty") : undefined),
    });
    assert.is(statuses(await run(cwd, { generator })), "a.png failed, b.png imported");
  }));

test("an error nobody foresaw fails one picture and is kept as a bug", () =>
  withFolder({ "a.png": "one", "b.png": "two" }, async (cwd) => {
    const bug = new TypeError("x is not a function");
    const generator = new FakeGenerator({ fail: ({ name }) => (name === "a" ? bug : undefined) });
    const report = await run(cwd, { generator });
    assert.is(statuses(report), "a.png failed, b.png imported");
    assert.equal(report.bugs, [bug]);
    assert.equal((await sidecarOf(cwd, "a.png")).error.code, "bug");
  }));

test("cancelling keeps what is done and writes nothing more", () =>
  withFolder({ "a.png": "one", "b.png": "two", "c.png": "three" }, async (cwd) => {
    const controller = new AbortController();
    const onEvent = (event: ImportEvent): void => {
      if (event.type === "stage" && event.item.picture.name === "b") controller.abort();
    };
    const report = await run(cwd, {
      jobs: 1,
      signal: controller.signal,
      onEvent,
      generator: new FakeGenerator({ holdAt: "b" }),
    });
    assert.is(statuses(report), "a.png imported, b.png cancelled, c.png cancelled");
    assert.equal(await readdir(cwd), ["a.glb", "a.png", "a.png.maquette.json", "b.png", "c.png"]);
  }));

test("a picture saved again while it is imported is not mistaken for its new self", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const generator = new FakeGenerator();
    const generate = generator.generate.bind(generator);
    generator.generate = async (request) => {
      const result = await generate(request);
      await writeFile(join(cwd, "a.png"), "saved again");
      return result;
    };
    assert.is(statuses(await run(cwd, { generator })), "a.png failed");
    assert.is(statuses(await run(cwd)), "a.png imported");
  }));

test("events tell the start, the stages in order and the end of every picture", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const events: string[] = [];
    await run(cwd, {
      onEvent: (event) => events.push(event.type === "stage" ? event.stage : event.type),
    });
    assert.equal(events, ["started", ...STAGES, "finished"]);
  }));

test("a moved project, output folder included, is still unchanged", () =>
  withFolder({ "p/art/a.png": "one" }, async (folder) => {
    await run(join(folder, "p"), { inputs: ["art"], out: join(folder, "p/out") });
    await rename(join(folder, "p"), join(folder, "q"));
    const cwd = join(folder, "q");
    assert.equal(await reasons(cwd, { inputs: ["art"], out: join(cwd, "out") }), ["none"]);
  }));

test("a commercial project refuses a non-commercial model before any work", () =>
  withFolder(
    { "a.png": "one", "maquette.config.json": '{ "licencePolicy": "commercial" }' },
    async (cwd) => {
      const licence = { spdx: "CC-BY-NC-4.0", commercialUse: false, source: "its page" };
      const generator = new FakeGenerator({ model: { ...FAKE_MODEL, licence } });
      const error = await run(cwd, { generator }).catch((reason: unknown) => reason);
      assert.instance(error, InputError);
      assert.is((error as InputError).code, "licence");
      assert.equal(generator.requests, []);
      assert.equal(await readdir(cwd), ["a.png", "maquette.config.json"]);
      assert.is(statuses(await run(cwd)), "a.png imported");
      const { result } = await sidecarOf(cwd, "a.png");
      assert.equal(result.model.licence, FAKE_MODEL.licence);
    },
  ));

test.run();
