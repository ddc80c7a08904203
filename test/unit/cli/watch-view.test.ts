import { suite } from "uvu";
import * as assert from "uvu/assert";
import { WatchView } from "../../../plugin/cli/watch-view.ts";
import { Forecast } from "../../../plugin/project/forecast.ts";
import type { PlannedItem } from "../../../plugin/project/plan.ts";

const test = suite("cli/watch-view");

const PICTURE = {
  path: "/p/a.png",
  label: "a.png",
  name: "a",
  glbPath: "/p/a.glb",
  sidecarPath: "/p/a.png.maquette.json",
};

test("an attempt that failed is not shown as in work, while it waits and afterwards", () => {
  const failure = { code: "device", message: "cuda:0: is lost — wait" };
  const attempt = (): PlannedItem => ({ action: "refuse", picture: PICTURE, failure });
  let shown = "";
  const stderr = {
    isTTY: true,
    write: (text: string) => {
      shown = text.slice(text.lastIndexOf("\u001b[K") + 3).replace(/^.*\n/, "");
      return true;
    },
  };
  const view = new WatchView(stderr, {
    isQuiet: false,
    model: "fake",
    forecast: new Forecast({}),
    waiting: () => 0,
  });
  view.onEvent({ type: "stage", item: attempt(), stage: "encode", fraction: 0.5 });
  assert.is(shown, "a.png: encode");
  view.onEvent({ type: "retrying", picture: PICTURE, failure, delayMs: 500 });
  assert.is(shown, "");
  view.onEvent({ type: "stage", item: attempt(), stage: "decode", fraction: 0 });
  assert.is(shown, "a.png: decode");
});

test.run();
