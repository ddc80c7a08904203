import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { ClientState } from "../../../editor-ui/client/service-client.ts";
import { announce } from "../../../editor-ui/panel/announce.ts";
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

test("says when a mesh is ready, and why one failed", () => {
  assert.is(announce(stateOf(["working"]), stateOf(["ready"])), "prop0: mesh is up to date.");
  assert.is(announce(stateOf(["working"]), stateOf(["failed"])), "prop0: failed: out of luck.");
});

test("is silent about progress, about assets that are new, and when nothing changed", () => {
  assert.is(announce(stateOf(["waiting"]), stateOf(["working"])), "");
  assert.is(announce(stateOf([]), stateOf(["ready", "failed"])), "");
  assert.is(announce(stateOf(["ready"]), stateOf(["ready"])), "");
});

test("counts when many change at once", () => {
  const before = stateOf(["working", "working", "working", "working"]);
  assert.is(
    announce(before, stateOf(["ready", "ready", "ready", "failed"])),
    "3 assets: mesh is up to date. prop3: failed: out of luck.",
  );
});

test("says that the connection was lost and that it is back, not that it began", () => {
  assert.is(announce(stateOf([], "open"), stateOf([], "lost")), "Connection to the service lost.");
  assert.is(announce(stateOf([], "lost"), stateOf([], "open")), "Connected again.");
  assert.is(announce(stateOf([], "connecting"), stateOf([], "open")), "");
});

test.run();
