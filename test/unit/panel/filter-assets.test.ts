import { suite } from "uvu";
import * as assert from "uvu/assert";
import { countByFilter, FILTERS, filterAssets } from "../../../editor-ui/panel/filter-assets.ts";
import { ASSET_STATES } from "../../../plugin/protocol/service.ts";
import { makeAsset } from "./assets.ts";

const test = suite("panel/filter assets");

const ASSETS = [
  makeAsset({ name: "Hero", picture: "art/people/hero front.png", state: "ready" }),
  makeAsset({ name: "lamp", picture: "art/props/lamp.png", state: "working" }),
  makeAsset({ name: "lamp-2", picture: "art/props/old lamp.png", state: "waiting" }),
  makeAsset({ name: "crate", picture: "art/props/crate.png", state: "failed" }),
];

const names = (filter: keyof typeof FILTERS, query: string) =>
  filterAssets(ASSETS, filter, query).map(({ name }) => name);

test("every state is in one filter besides all", () => {
  const states = Object.values(FILTERS).flatMap((filter) => filter.states ?? []);
  assert.equal([...states].sort(), [...ASSET_STATES].sort());
});

test("a search finds all its words anywhere in path or name, whatever their case", () => {
  assert.equal(names("all", ""), ["Hero", "lamp", "lamp-2", "crate"]);
  assert.equal(names("all", "PROPS lamp"), ["lamp", "lamp-2"]);
  assert.equal(names("all", "  front hero "), ["Hero"]);
  assert.equal(names("all", "sword"), []);
});

test("a filter goes together with a search", () => {
  assert.equal(names("busy", ""), ["lamp", "lamp-2"]);
  assert.equal(names("busy", "old"), ["lamp-2"]);
  assert.equal(names("failed", "lamp"), []);
});

test("counts tell how many each filter would show", () => {
  assert.equal(countByFilter(ASSETS), { all: 4, busy: 2, ready: 1, failed: 1, idle: 0 });
});

test.run();
