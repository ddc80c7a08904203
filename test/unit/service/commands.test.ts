import { readFile, rm, writeFile } from "node:fs/promises";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { z } from "zod";
import { STAGES, type Stage } from "../../../plugin/core/progress.ts";
import type { GenerateRequest, GenerateResult } from "../../../plugin/pipeline/contract.ts";
import { parseSidecar } from "../../../plugin/project/sidecar.ts";
import { assetSchema, problemSchema } from "../../../plugin/protocol/service.ts";
import { FakeGenerator } from "../../helpers/fake-generator.ts";
import { type Reply, type ServedProject, withServedProject } from "./served-project.ts";

const test = suite("service/commands");

const NIL = "00000000-0000-4000-8000-000000000000";
const JSON_TYPE = { "content-type": "application/json" };

test("the assets are the project's pictures, as the protocol has them", () =>
  withServedProject({ "art/hero.png": "one" }, { inputs: ["art"] }, async (project) => {
    const listener = project.listen();
    const asset = await listener.untilState("art/hero.png", "ready");
    const [listed] = z.array(assetSchema).parse(await project.assets());
    assert.equal(listed, asset);
    assert.is(asset.name, "hero");
    assert.is(asset.mesh, "art/hero.glb");
    assert.is(asset.job, undefined);
    assert.is(asset.result?.bytes, (await readFile(project.path("art/hero.glb"))).length);
    assert.is(asset.result?.model.id, "fake");
    assert.is(asset.settings.preset.triangles, 5000);
    assert.equal(asset.settings.own, {});
    assert.is(asset.uuid, await uuidIn(project, "art/hero.png"));
    listener.socket.close();
  }));

test("generate makes an unchanged picture's mesh anew", async () => {
  const generator = new FakeGenerator();
  await withServedProject({ "a.png": "one" }, { generator }, async (project) => {
    const listener = project.listen();
    const { uuid } = await listener.untilState("a.png", "ready");
    assert.is(generator.requests.length, 1);
    const from = listener.heard.length;
    const reply = await project.ask({ method: "POST", path: `/assets/${uuid}/generate` });
    assert.is(reply.status, 202);
    await listener.untilState("a.png", "ready", from);
    assert.is(generator.requests.length, 2);
    listener.socket.close();
  });
});

test("a change of settings is a new mesh; null takes it back", () =>
  withServedProject({ "a.png": "one" }, {}, async (project) => {
    const listener = project.listen();
    const { uuid } = await listener.untilState("a.png", "ready");
    const path = `/assets/${uuid}/settings`;
    const change = async (triangles: number | null): Promise<void> => {
      const body = JSON.stringify({ triangles });
      const reply = await project.ask({ method: "PATCH", path, headers: JSON_TYPE, body });
      assert.is(reply.status, 204, String(reply.body));
    };
    await change(800);
    await listener.until(
      (event) =>
        event.type === "asset" &&
        event.asset.state === "ready" &&
        event.asset.result?.triangles.requested === 800 &&
        event.asset.settings.own.triangles === 800,
    );
    await change(null);
    await listener.until(
      (event) =>
        event.type === "asset" &&
        event.asset.state === "ready" &&
        event.asset.result?.triangles.requested === 5000 &&
        event.asset.settings.own.triangles === undefined,
      listener.heard.length,
    );
    listener.socket.close();
  }));

test("work in progress has a stage and can be cancelled by its id", () =>
  withServedProject(
    { "a.png": "one" },
    { generator: new FakeGenerator({ holdAt: "a" }) },
    async (project) => {
      const listener = project.listen();
      const working = await listener.until(
        (event) => event.type === "asset" && event.asset.job?.stage === STAGES.at(-1),
      );
      const job = working.type === "asset" ? working.asset.job : undefined;
      assert.is(job?.fraction, 0);
      assert.is(job?.remainingMs, undefined); // nothing is known yet
      const reply = await project.ask({ method: "DELETE", path: `/jobs/${job?.id}` });
      assert.is(reply.status, 204);
      const cancelled = await listener.untilState("a.png", "cancelled");
      assert.is(cancelled.job, undefined);
      assert.is(cancelled.result, undefined);
      const again = await project.ask({ method: "DELETE", path: `/jobs/${job?.id}` });
      assert.is(again.status, 404);
      listener.socket.close();
    },
  ));

const STAGE_MS = 60_000;

/** Says that each stage took a minute. */
class SlowGenerator extends FakeGenerator {
  override async generate(request: GenerateRequest): Promise<GenerateResult> {
    const { glb, report } = await super.generate(request);
    const timings = STAGES.map((stage) => [stage, STAGE_MS]);
    const timingsMs = Object.fromEntries(timings) as Record<Stage, number>;
    return { glb, report: { ...report, timingsMs } };
  }
}

test("the remaining time comes from the pictures made so far", () =>
  withServedProject(
    { "a.png": "one" },
    { generator: new SlowGenerator({ holdAt: "b" }) },
    async (project) => {
      const listener = project.listen();
      await listener.untilState("a.png", "ready");
      await writeFile(project.path("b.png"), "two");
      const event = await listener.until(
        ({ type, ...rest }) =>
          type === "asset" && "asset" in rest && rest.asset.job?.remainingMs !== undefined,
      );
      const { job } = event.type === "asset" ? event.asset : {};
      const stage = STAGES.indexOf(job?.stage as Stage);
      const remainingMs = job?.remainingMs ?? 0;
      assert.ok(remainingMs <= STAGE_MS * (STAGES.length - stage), `${remainingMs} ms`);
      assert.ok(remainingMs > STAGE_MS * (STAGES.length - stage - 1), `${remainingMs} ms`);
      listener.socket.close();
    },
  ));

test("a picture that is refused has a problem, and one that is deleted leaves an orphan", () =>
  withServedProject({ "bad.png": "bad", "b.png": "two" }, {}, async (project) => {
    const listener = project.listen();
    const failed = await listener.untilState("bad.png", "failed");
    assert.is(failed.problem?.code, "unreadable");
    await listener.untilState("b.png", "ready");
    await rm(project.path("b.png"));
    const orphan = await listener.untilState("b.png", "orphaned");
    assert.ok(orphan.result);
    const mesh = await project.ask({ path: `/files/${orphan.uuid}/mesh.glb` });
    assert.is(mesh.status, 200);
    assert.is((await project.ask({ path: `/files/${orphan.uuid}/picture` })).status, 404);
    listener.socket.close();
  }));

test("reveal shows the mesh, else the picture", async () => {
  const revealed: string[] = [];
  const reveal = async (path: string): Promise<void> => {
    revealed.push(path);
  };
  await withServedProject({ "a.png": "one", "bad.png": "bad" }, { reveal }, async (project) => {
    const listener = project.listen();
    const { uuid: a } = await listener.untilState("a.png", "ready");
    const { uuid: bad } = await listener.untilState("bad.png", "failed");
    for (const uuid of [a, bad]) {
      const reply = await project.ask({ method: "POST", path: `/assets/${uuid}/reveal` });
      assert.is(reply.status, 204);
    }
    assert.equal(revealed, [project.path("a.glb"), project.path("bad.png")]);
    listener.socket.close();
  });
});

test("an unknown asset is not found, by every route", () =>
  withServedProject({}, {}, async (project) => {
    const asked = [
      { method: "POST", path: `/assets/${NIL}/generate` },
      { method: "POST", path: `/assets/${NIL}/reveal` },
      { method: "PATCH", path: `/assets/${NIL}/settings`, headers: JSON_TYPE, body: "{}" },
      { path: `/files/${NIL}/picture` },
      { path: `/files/${NIL}/thumbnail` },
      { path: `/files/${NIL}/mesh.glb` },
      { method: "DELETE", path: "/jobs/none" },
      { path: "/nothing" },
    ];
    for (const ask of asked) assertProblem(await project.ask(ask), 404, "not-found", ask.path);
  }));

test("an address that cannot be read is refused without being repeated", () =>
  withServedProject({}, {}, async (project) => {
    for (const path of [`/jobs/${"x".repeat(5000)}`, "/jobs/%zz", "/%c0%ae%c0%ae/"]) {
      const reply = await project.ask({ method: "DELETE", path });
      const { message } = assertProblem(reply, 400, "bad-option", path.slice(0, 10));
      assert.not.match(message, /xxx|%/);
    }
  }));

test("a body that does not fit is refused with the field's name", () =>
  withServedProject({ "a.png": "one" }, {}, async (project) => {
    const listener = project.listen();
    const { uuid } = await listener.untilState("a.png", "ready");
    const cases: readonly (readonly [string, RegExp])[] = [
      ['{"triangles":3}', /triangles.*3.*expected a whole number from 4/],
      ['{"triangles":"many"}', /triangles.*"many"/],
      ['{"triangle":100}', /unknown key "triangle"/],
      ['{"size":{"axis":"depth","metres":1}}', /size\.axis.*"depth"/],
      ["[]", /settings/],
      ["null", /settings/],
      ["3", /settings/],
    ];
    for (const [body, message] of cases) {
      const ask = { method: "PATCH", path: `/assets/${uuid}/settings`, headers: JSON_TYPE, body };
      const problem = assertProblem(await project.ask(ask), 400, "bad-option", body);
      assert.match(problem.message, message);
    }
    for (const body of ["{", "", '{"a":1}}', "\0", '{"__proto__":{"x":1}}']) {
      const ask = { method: "PATCH", path: `/assets/${uuid}/settings`, headers: JSON_TYPE, body };
      assertProblem(await project.ask(ask), 400, "bad-option", body);
    }
    const path = `/assets/${uuid}/settings`;
    const plain = { method: "PATCH", path, headers: { "content-type": "text/xml" }, body: "<a/>" };
    assertProblem(await project.ask(plain), 415, "unsupported", "XML");
    const large = { method: "PATCH", path, headers: JSON_TYPE, body: `"${"x".repeat(65 << 10)}"` };
    assertProblem(await project.ask(large), 413, "too-large", "65 kB");
    assert.equal((await project.assets())[0]?.settings.own, {});
    listener.socket.close();
  }));

test("what is our own fault is said without its stack or paths, and told to those who listen", () =>
  withServedProject(
    { "a.png": "one" },
    {
      reveal: () => {
        throw new Error("boom in /home/somebody/secret");
      },
    },
    async (project) => {
      const listener = project.listen();
      const { uuid } = await listener.untilState("a.png", "ready");
      const reply = await project.ask({ method: "POST", path: `/assets/${uuid}/reveal` });
      const { message } = assertProblem(reply, 500, "bug", "reveal");
      assert.not.match(message, /boom|secret|at /);
      const log = await listener.until(({ type }) => type === "log");
      assert.is(log.type === "log" && log.level, "error");
      assert.not.match(JSON.stringify(log), /boom|secret/);
      const bug = project.events.find(({ type }) => type === "bug");
      assert.match(String(bug?.type === "bug" && bug.error), /boom/);
      listener.socket.close();
    },
  ));

function assertProblem(
  reply: Reply,
  status: number,
  code: string,
  message: string,
): { message: string } {
  assert.is(reply.status, status, `${message}: ${reply.body}`);
  const problem = problemSchema.parse(reply.json);
  assert.is(problem.code, code, message);
  assert.not.match(problem.message, /\n/);
  return problem;
}

async function uuidIn(project: ServedProject, picture: string): Promise<string | undefined> {
  const file = project.path(`${picture}.maquette.json`);
  const state = parseSidecar(await readFile(file, "utf8"), file);
  return state.kind === "present" ? state.sidecar.uuid : undefined;
}

test.run();
