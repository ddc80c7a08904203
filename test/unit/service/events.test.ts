import { writeFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { PROTOCOL_VERSION } from "../../../plugin/protocol/service.ts";
import { readServiceAddress } from "../../../plugin/service/lock.ts";
import { FAKE_MODEL, FakeGenerator } from "../../helpers/fake-generator.ts";
import { withServedProject } from "./served-project.ts";

const test = suite("service/events");

test("the first event says all there is", () =>
  withServedProject({ "art/a.png": "one" }, { inputs: ["art"] }, async (project) => {
    const first = project.listen();
    await first.untilState("art/a.png", "ready");
    const second = project.listen();
    const hello = await second.until(() => true);
    assert.equal(hello, {
      type: "hello",
      version: PROTOCOL_VERSION,
      project: project.cwd.split(/[\\/]/).at(-1),
      model: {
        id: FAKE_MODEL.id,
        name: FAKE_MODEL.name,
        preview: true,
        precision: "f32",
        licence: FAKE_MODEL.licence,
        device: "auto",
      },
      folders: ["art"],
      assets: await project.assets(),
    });
    first.socket.close();
    second.socket.close();
  }));

test("every client hears of a picture that comes, is made and goes", () =>
  withServedProject({}, {}, async (project) => {
    const listeners = [project.listen(), project.listen(), project.listen()];
    for (const listener of listeners) await listener.until(({ type }) => type === "hello");
    await writeFile(project.path("a.png"), "one");
    for (const listener of listeners) {
      const { uuid } = await listener.untilState("a.png", "ready");
      assert.equal(
        new Set(listener.heard.flatMap((e) => (e.type === "asset" ? [e.asset.uuid] : []))),
        new Set([uuid]),
      );
      listener.socket.close();
    }
  }));

test("the execution provider is told once it is known", () =>
  withServedProject({}, {}, async (project) => {
    const listener = project.listen();
    await listener.until(({ type }) => type === "hello");
    project.service.setDeviceInUse("cpu");
    const event = await listener.until(({ type }) => type === "model");
    assert.is(event.type === "model" && event.model.deviceInUse, "cpu");
    const late = project.listen();
    const hello = await late.until(() => true);
    assert.is(hello.type === "hello" && hello.model.deviceInUse, "cpu");
    listener.socket.close();
    late.socket.close();
  }));

test("progress that comes faster than anybody reads is told in steps, its end never left out", async () => {
  const PROGRESS_STEPS = 2000;
  /** All steps come in one turn; far fewer rounds of news can fit beside them. */
  const MAX_TOLD = 100;
  const generator = new FakeGenerator();
  const generate = generator.generate.bind(generator);
  generator.generate = (request) => {
    for (let k = 0; k < PROGRESS_STEPS; k++) request.onProgress?.("extract", k / PROGRESS_STEPS);
    return generate(request);
  };
  await withServedProject({}, { generator }, async (project) => {
    const listener = project.listen();
    await listener.until(({ type }) => type === "hello");
    await writeFile(project.path("a.png"), "one");
    await listener.untilState("a.png", "ready");
    assert.ok(listener.heard.length < MAX_TOLD, `${listener.heard.length} events`);
    listener.socket.close();
  });
});

test("when the service ends its clients are told to come again later, and its file is gone", async () => {
  const held = new FakeGenerator({ holdAt: "a" });
  await withServedProject({ "a.png": "one" }, { generator: held }, async (project) => {
    const listener = project.listen();
    await listener.untilState("a.png", "working");
    const [code] = await Promise.all([listener.closed, project.service.stop()]);
    assert.is(code, 1001);
    await project.service.stop();
    assert.is(await readServiceAddress(project.cwd), undefined);
    const refused = await project.ask({ path: "/assets" }).catch((error: Error) => error);
    assert.match(String(refused), "ECONNREFUSED");
  });
});

test.run();
