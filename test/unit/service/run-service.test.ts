import { rename } from "node:fs/promises";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import { readServiceAddress } from "../../../plugin/service/lock.ts";
import { FakeGenerator } from "../../helpers/fake-generator.ts";
import { rejection, rejectionOf } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { eventually, serve } from "./served-project.ts";

const test = suite("service/run-service");

test("when the watch fails the service ends with its reason, and everything is closed", () =>
  withFolder({ "art/a.png": "one" }, async (cwd) => {
    const project = await serve(cwd, { inputs: ["art"] });
    const listener = project.listen();
    await listener.untilState("art/a.png", "ready");
    await rename(join(cwd, "art"), join(cwd, "gone"));
    const error = await rejectionOf(InputError, project.service.ended);
    assert.match(error.message, "art: went away");
    assert.is(await listener.closed, 1001);
    assert.is(await readServiceAddress(cwd), undefined);
    assert.instance(await rejection(project.ask({ path: "/assets" })), Error);
    assert.is(await rejection(project.service.stop()), error);
  }));

test("a folder that cannot be watched is the reason at once", () =>
  withFolder({}, async (cwd) => {
    const { service } = await serve(cwd, { inputs: ["nowhere"] });
    const error = await rejectionOf(InputError, service.ended);
    assert.is(error.code, "not-found");
    assert.is(await readServiceAddress(cwd), undefined);
  }));

test("to stop cancels what is in work, and may be asked for twice", () =>
  withFolder({ "a.png": "one" }, async (cwd) => {
    const generator = new FakeGenerator({ holdAt: "a" });
    const { service, events } = await serve(cwd, { generator });
    await eventually(() => generator.requests.length === 1);
    await Promise.all([service.stop(), service.stop()]);
    await service.ended;
    const finished = events.filter(({ type }) => type === "finished");
    assert.equal(
      finished.map((event) => event.type === "finished" && event.outcome.status),
      ["cancelled"],
    );
  }));

test("services of two projects do not meet: the token of one opens nothing of the other", () =>
  withFolder({ "one/a.png": "one", "two/a.png": "two" }, async (folder) => {
    const one = await serve(join(folder, "one"));
    const two = await serve(join(folder, "two"));
    assert.is.not(one.service.address.token, two.service.address.token);
    assert.is((await two.ask({ path: "/assets", token: one.service.address.token })).status, 401);
    await Promise.all([one.service.stop(), two.service.stop()]);
  }));

test.run();
