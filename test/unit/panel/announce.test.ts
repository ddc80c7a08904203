import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ClientState } from "../../../editor-ui/client/service-client.ts";
import { createAnnouncer } from "../../../editor-ui/panel/announce.ts";
import type { Asset, AssetState } from "../../../plugin/protocol/service.ts";
import { makeAsset, uuidOf } from "./assets.ts";

const test = suite("panel/announce");

function stateOf(
  states: readonly AssetState[],
  connection: ClientState["connection"] = "open",
): ClientState {
  const assets: Asset[] = states.map((state, index) =>
    makeAsset({
      uuid: uuidOf(index),
      name: `prop${index}`,
      state,
      ...(state === "failed" && { problem: { code: "bug", message: "out of luck — try again" } }),
    }),
  );
  return {
    connection,
    problem: undefined,
    project: undefined,
    model: undefined,
    folders: [],
    assets: new Map(assets.map((asset) => [asset.uuid, asset])),
    log: [],
  };
}

/** What is said of each state, in turn. */
function saidOf(...states: readonly ClientState[]): string[] {
  return states.map(createAnnouncer());
}

test("says when a mesh is ready, and why one failed", () => {
  assert.equal(saidOf(stateOf(["working"]), stateOf(["ready"])), [
    "",
    "prop0: mesh is up to date.",
  ]);
  assert.equal(saidOf(stateOf(["working"]), stateOf(["failed"])), [
    "",
    "prop0: failed: out of luck.",
  ]);
});

test("is silent about progress, about assets that are new, and when nothing changed", () => {
  assert.equal(saidOf(stateOf(["waiting"]), stateOf(["working"])), ["", ""]);
  assert.equal(saidOf(stateOf([]), stateOf(["ready", "failed"])), ["", ""]);
  assert.equal(saidOf(stateOf(["ready"]), stateOf(["ready"])), ["", ""]);
});

test("says a mesh that is made again each time", () => {
  const [working, ready] = [stateOf(["working"]), stateOf(["ready"])];
  const words = "prop0: mesh is up to date.";
  assert.equal(saidOf(working, ready, working, ready), ["", words, "", words]);
});

test("says failures at once, and what became ready once all are done", () => {
  assert.equal(
    saidOf(
      stateOf(["waiting", "waiting", "waiting", "working"]),
      stateOf(["waiting", "waiting", "working", "ready"]),
      stateOf(["working", "failed", "ready", "ready"]),
      stateOf(["ready", "failed", "ready", "ready"]),
    ),
    ["", "", "prop1: failed: out of luck.", "3 assets: mesh is up to date."],
  );
});

test("names two that failed together, and of more their number", () => {
  const working = stateOf(["working", "working", "working"]);
  assert.equal(
    saidOf(working, stateOf(["failed", "failed", "cancelled"])).at(1),
    "prop0, prop1: failed.",
  );
  assert.equal(saidOf(working, stateOf(["failed", "failed", "failed"])).at(1), "3 assets: failed.");
});

test("says that the connection was lost and that it is back, not that it began", () => {
  assert.equal(
    saidOf(
      stateOf([], "connecting"),
      stateOf([], "open"),
      stateOf([], "lost"),
      stateOf([], "open"),
    ),
    ["", "", "Connection to the service lost.", "Connected again."],
  );
});

test.run();
