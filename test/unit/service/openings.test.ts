import { suite } from "uvu";
import * as assert from "uvu/assert";
import { InputError } from "../../../plugin/core/errors.ts";
import { openingSchema, problemSchema } from "../../../plugin/protocol/service.ts";
import { OneTimeKeys } from "../../../plugin/service/one-time-keys.ts";
import { oneTimePageAddress, pageAddress } from "../../../plugin/service/page-address.ts";
import { rejectionOf } from "../../helpers/rejection.ts";
import { withFolder } from "../../helpers/temporary-folder.ts";
import { type ServedChoices, type ServedProject, withServedProject } from "./served-project.ts";

const test = suite("service/openings");

/** A service with a page. */
function withPage(body: (project: ServedProject) => Promise<void>): Promise<void> {
  return withFolder({ "index.html": "<p>studio</p>" }, (folder) => {
    const choices: ServedChoices = { pages: new URL(`file://${folder}/`) };
    return withServedProject({}, choices, body);
  });
}

test("an address for a browser leads to the page and its token, once", () =>
  withPage(async (project) => {
    const { address } = project.service;
    const once = await oneTimePageAddress(address);
    assert.not.match(once, address.token);
    const path = new URL(once).pathname;

    const headers = { host: "evil.example" };
    assert.is((await project.ask({ path, headers, token: false })).status, 421);
    assert.is((await project.ask({ method: "HEAD", path, token: false })).status, 404);
    const opened = await project.ask({ path, token: false });
    assert.is(opened.status, 303);
    assert.is(opened.headers["cache-control"], "no-store");
    const leadsTo = new URL(String(opened.headers["location"]), address.url);
    assert.is(leadsTo.href, pageAddress(address));

    const again = await project.ask({ path, token: false });
    assert.is(again.status, 410);
    assert.match(problemSchema.parse(again.json).message, "used or is too old");
    assert.not.match(again.body.toString(), address.token);
  }));

test("only who has the token gets such an address; keys that were not given out open nothing", () =>
  withPage(async (project) => {
    const refused = await project.ask({ method: "POST", path: "/openings", token: false });
    assert.is(refused.status, 401);
    const granted = await project.ask({ method: "POST", path: "/openings" });
    assert.is(granted.status, 201);
    const { path } = openingSchema.parse(granted.json);
    for (const key of ["0".repeat(64), "__proto__", "%00", path.slice(-64, -1)]) {
      const reply = await project.ask({ path: `/openings/${key}`, token: false });
      assert.is(reply.status, 410, key);
    }
  }));

test("a service without a page has no such address", () =>
  withServedProject({}, {}, async ({ service }) => {
    const error = await rejectionOf(InputError, oneTimePageAddress(service.address));
    assert.match(error.message, "shows no page");
  }));

test("a key is valid for a minute", () => {
  let now = 0;
  const keys = new OneTimeKeys(() => now);
  const [early, late] = [keys.issue(), keys.issue()];
  assert.is.not(early, late);
  now = 59_999;
  assert.ok(keys.take(early));
  assert.not.ok(keys.take(early));
  now = 60_000;
  assert.not.ok(keys.take(late));
});

test.run();
