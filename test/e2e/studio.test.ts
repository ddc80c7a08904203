import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import type { Bounds } from "../../plugin/core/mesh.ts";
import { browserUnavailable } from "../helpers/browser.ts";
import { readSample } from "../helpers/drawn-project.ts";
import { waitForComparison } from "../helpers/panel-view.ts";
import { saveScreenshot } from "../helpers/screenshot.ts";
import { testUnless } from "../helpers/skip.ts";
import { type Studio, withStudio } from "../helpers/studio.ts";
import type { MeshFacts, Pixel, Point, StudioProbe } from "../pages/studio/studio-probe.ts";

declare const studioProbe: StudioProbe;

const test = suite("e2e/studio");
const noBrowser = await browserUnavailable();

/** Bounds go from f32 in the GLB through world matrices, in f32 too. */
const BOUNDS_TOLERANCE_METRES = 1e-5;
/** A drop is at a whole pixel, and the camera's matrix is in f32. */
const DROP_TOLERANCE_PIXELS = 1;

/** Pixels per CSS pixel, as on most laptops. */
const DENSITY = 2;
/** Half a second at 60 Hz: longer than the page goes on after a cause. */
const IDLE_DISPLAY_FRAMES = 30;

/** Where the page's camera stands at first: 0.4 pi from the vertical. */
const ELEVATION_DEGREES = 18;
/** Its matrix is in f32. */
const ELEVATION_TOLERANCE_DEGREES = 1e-3;

/** Resolves with the meshes once there are `count`, none with as many vertices as `former`. */
async function waitForMeshes(
  page: Page,
  count: number,
  former?: MeshFacts,
): Promise<readonly MeshFacts[]> {
  const found = await page.waitForFunction(
    ([count, vertices]) => {
      const meshes = studioProbe.meshes();
      const isThere = meshes.length === count && meshes.every((mesh) => mesh.vertices !== vertices);
      return isThere && meshes;
    },
    [count, former?.vertices] as const,
  );
  return (await found.jsonValue()) as readonly MeshFacts[];
}

async function waitForMesh(page: Page, former?: MeshFacts): Promise<MeshFacts> {
  const [mesh] = await waitForMeshes(page, 1, former);
  return mesh as MeshFacts;
}

function named(meshes: readonly MeshFacts[], name: string): MeshFacts {
  const mesh = meshes.find((mesh) => mesh.name === name);
  if (!mesh) throw new Error(`no mesh ${name}`);
  return mesh;
}

function assertBounds(actual: Bounds, gltf: Bounds, [x, y, z]: readonly number[]): void {
  const moved = [gltf.min, gltf.max].flatMap((p) => [p[0] + x, p[1] + y, p[2] + z]);
  for (const [i, value] of [...actual.min, ...actual.max].entries()) {
    assert.ok(
      Math.abs(value - (moved[i] as number)) < BOUNDS_TOLERANCE_METRES,
      `${JSON.stringify(actual)}: ${moved}`,
    );
  }
}

async function keepPicture(page: Page, name: string): Promise<void> {
  await page.evaluate(() => studioProbe.drawn());
  await saveScreenshot(page, `samples/screenshots/studio-${name}.webp`);
}

const studioTest = (title: string, body: (studio: Studio) => Promise<void>): void =>
  testUnless(noBrowser, test, title, () => withStudio({}, body));

studioTest(
  "a picture dropped on disk appears in the scene; drawn anew, the same node gets the new mesh",
  async ({ page, draw, bounds, refusedRequests }) => {
    const invitation = page.getByRole("heading", { name: "Drop concept art" });
    await invitation.waitFor();

    await draw("watchtower", "hero");
    const tower = await waitForMesh(page);
    assert.is(tower.name, "hero");
    assertBounds(tower.bounds, await bounds("hero"), tower.position);
    assert.is(await invitation.count(), 0);
    const view = await waitForComparison(page);
    await keepPicture(page, "placed");

    const edits = [tower.uniqueId, [0.5, 0, -0.25], { quest: "find the lamp" }] as const;
    await page.evaluate((edits) => studioProbe.edit(...edits), edits);
    await draw("pumpkin", "hero");
    const pumpkin = await waitForMesh(page, tower);
    assert.is(pumpkin.uniqueId, tower.uniqueId);
    assert.equal(pumpkin.position, [0.5, 0, -0.25]);
    assertBounds(pumpkin.bounds, await bounds("hero"), [0.5, 0, -0.25]);
    assert.is(pumpkin.metadata["quest"], "find the lamp");
    await waitForComparison(page, view);
    await keepPicture(page, "redrawn");
    assert.equal(refusedRequests, []);
  },
);

studioTest(
  "pictures dropped on the scene are saved; meshes stand apart, all in view; a click selects, Delete removes",
  async ({ page, cwd, draw, service }) => {
    await draw("watchtower", "watchtower");
    await waitForMesh(page);
    await draw("pine", "pine");
    await waitForMeshes(page, 2);
    const bytes = new Uint8Array(await readSample("pumpkin"));
    await page.evaluate((bytes) => studioProbe.dropFile("pumpkin.png", bytes), bytes);
    const meshes = await waitForMeshes(page, 3);
    assert.ok((await readdir(join(cwd, "art"))).includes("pumpkin.png"));
    for (const mesh of meshes) {
      const others = meshes.filter((other) => other !== mesh);
      assert.ok(others.every(({ bounds }) => areApart(mesh.bounds, bounds)));
      assert.ok(await isInView(page, mesh.bounds), mesh.name);
    }
    const elevation = await page.evaluate(() => studioProbe.elevation());
    assert.ok(
      Math.abs(elevation - ELEVATION_DEGREES) < ELEVATION_TOLERANCE_DEGREES,
      `${elevation}`,
    );

    await page.evaluate(() => studioProbe.drawn());
    const { x, y } = await pixelOf(page, named(meshes, "pumpkin"));
    await page.mouse.click(x, y);
    await page.getByRole("heading", { name: "pumpkin" }).waitFor();
    await waitForComparison(page);
    await keepPicture(page, "selected");
    await saveScreenshot(page.locator("#panel"), "samples/screenshots/panel.webp");

    await page.keyboard.press("Delete");
    const left = await waitForMeshes(page, 2);
    await draw("cottage", "pumpkin");
    await draw("lantern", "pine");
    await page.waitForFunction(
      ([name, vertices]) =>
        studioProbe.meshes().some((mesh) => mesh.name === name && mesh.vertices !== vertices),
      ["pine", named(left, "pine").vertices] as const,
    );
    await waitForMeshes(page, 2);

    await service.stop();
    await page.getByRole("heading", { name: "The service has ended" }).waitFor();
    await waitForMeshes(page, 2);
  },
);

studioTest(
  "a mesh dragged in the scene moves as the ground under the pointer; after a reload each is where it was, those removed are not",
  async ({ page, draw }) => {
    for (const [i, name] of ["watchtower", "pine", "pumpkin"].entries()) {
      await draw(name, name);
      await waitForMeshes(page, i + 1);
    }
    // A mesh is in the scene a moment before it has its place and the camera looks at all of them.
    await page.waitForFunction(() => studioProbe.isIdle());
    const before = await waitForMeshes(page, 3);
    const from = await pixelOf(page, named(before, "watchtower"));
    const to = { x: from.x + 40, y: from.y + 90 };
    const pumpkin = await pixelOf(page, named(before, "pumpkin"));
    const held = await page.evaluate((pixel) => studioProbe.groundAt(pixel), from);
    await page.mouse.click(from.x, from.y);
    await page.getByRole("heading", { name: "watchtower" }).waitFor();
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 3 });
    await page.mouse.up();

    const [start, end] = [before, await waitForMeshes(page, 3)].map(
      (meshes) => named(meshes, "watchtower").position,
    ) as [Point, Point];
    assert.ok(Math.abs(end[1] - start[1]) < BOUNDS_TOLERANCE_METRES, `${end[1]} m high`);
    const heldNow = held.map((value, i) => value + (end[i] as number) - (start[i] as number));
    const { x, y } = await page.evaluate(
      (point) => studioProbe.seenAt(point),
      heldNow as [number, number, number],
    );
    const off = Math.hypot(x - to.x, y - to.y);
    assert.ok(off < DROP_TOLERANCE_PIXELS, `${off} pixels off`);

    await page.mouse.click(pumpkin.x, pumpkin.y);
    await page.getByRole("heading", { name: "pumpkin" }).waitFor();
    await page.keyboard.press("Delete");
    await waitForMeshes(page, 2);
    await page.getByRole("option", { name: /pine/ }).click();
    await page.getByRole("button", { name: "Place in scene" }).click();
    const laidOut = await waitForMeshes(page, 3);

    await page.reload();
    await draw("lantern", "lantern");
    const restored = await waitForMeshes(page, 4);
    const places = (meshes: readonly MeshFacts[]): string[] =>
      meshes.map(({ name, position }) => `${name} ${position}`).toSorted();
    const others = restored.filter(({ name }) => name !== "lantern");
    assert.equal(places(others), places(laidOut));
    const { bounds } = named(restored, "lantern");
    assert.ok(others.every((other) => areApart(other.bounds, bounds)));
  },
);

studioTest(
  "frames are drawn only when something changes: camera, size, colours, a mesh",
  async ({ page, draw }) => {
    await draw("watchtower", "hero");
    const tower = await waitForMesh(page);
    await waitForComparison(page);
    const rest = async (): Promise<number> => {
      await page.waitForFunction(() => studioProbe.isIdle());
      return await page.evaluate(() => studioProbe.frames());
    };
    const drawsFor = async (cause: string, act: () => Promise<unknown>): Promise<void> => {
      const before = await rest();
      await act();
      await page.waitForFunction((before) => studioProbe.frames() > before, before);
      assert.ok((await rest()) > before, cause);
    };

    const before = await rest();
    await page.evaluate((count) => studioProbe.displayFrames(count), IDLE_DISPLAY_FRAMES);
    assert.is(await page.evaluate(() => studioProbe.frames()), before);

    await page.mouse.move(100, 100);
    await drawsFor("zoom", () => page.mouse.wheel(0, 120));
    await drawsFor("narrow", () => page.setViewportSize({ width: 1000, height: 700 }));
    await drawsFor("dark", () => page.emulateMedia({ colorScheme: "dark" }));
    await drawsFor("hot load", async () => {
      await draw("pumpkin", "hero");
      await waitForMesh(page, tower);
    });
    await drawsFor("selection", () => page.getByRole("button", { name: "Select" }).click());
  },
);

studioTest(
  "a mesh dragged out of the panel stands where it was dropped, on a dense display too; the address keeps no token",
  async ({ page, draw, service }) => {
    await page.getByRole("heading", { name: "Drop concept art" }).waitFor();
    assert.is(page.url(), `${service.address.url}/`);
    await showOnDenseDisplay(page);
    await page.reload();
    await draw("cottage", "hero");
    await waitForMesh(page);
    const scene = page.locator("#scene");
    const width = await scene.getAttribute("width");
    assert.is(Number(width), DENSITY * ((await scene.boundingBox())?.width ?? 0));
    await page.evaluate(() => studioProbe.drawn());

    const target = { x: 150, y: 650 };
    await page.getByRole("option", { name: /hero/ }).dragTo(scene, { targetPosition: target });
    const { position } = (await waitForMeshes(page, 2)).at(-1) as MeshFacts;
    assert.ok(Math.abs(position[1]) < BOUNDS_TOLERANCE_METRES, `${position[1]} m high`);
    const { x, y } = await page.evaluate((point) => studioProbe.seenAt(point), position);
    const off = Math.hypot(x - target.x, y - target.y);
    assert.ok(off < DROP_TOLERANCE_PIXELS, `${off} pixels off`);
  },
);

testUnless(noBrowser, test, "without WebGL, or without its key, the page says what to do", () =>
  withStudio({ hasWebGl: false }, async ({ page, draw, service }) => {
    await page.getByRole("heading", { name: "No 3D view" }).waitFor();
    await draw("cottage", "hero");
    await page.getByRole("option", { name: /hero/ }).waitFor();

    const stranger = await page.context().newPage();
    await stranger.goto(service.address.url);
    await stranger.getByText("Run maquette studio").waitFor();
  }),
);

async function showOnDenseDisplay(page: Page): Promise<void> {
  const size = page.viewportSize();
  if (!size) throw new Error("the page has no size");
  const session = await page.context().newCDPSession(page);
  const metrics = { ...size, deviceScaleFactor: DENSITY, mobile: false };
  await session.send("Emulation.setDeviceMetricsOverride", metrics);
}

/** Where the middle of a mesh is seen. */
async function pixelOf(page: Page, { bounds: { min, max } }: MeshFacts): Promise<Pixel> {
  const [x, y, z] = [0, 1, 2].map((axis) => (min[axis] + max[axis]) / 2) as [
    number,
    number,
    number,
  ];
  return await page.evaluate((point) => studioProbe.seenAt(point), [x, y, z] as const);
}

/** Whether all corners are within the canvas. */
async function isInView(page: Page, { min, max }: Bounds): Promise<boolean> {
  const size = await page.locator("#scene").boundingBox();
  if (!size) throw new Error("the page shows no canvas");
  const corners = [min, max].flatMap(([x]) =>
    [min, max].flatMap(([, y]) => [min, max].map(([, , z]): Point => [x, y, z])),
  );
  const seen = await page.evaluate(
    (corners) => corners.map((corner) => studioProbe.seenAt(corner)),
    corners,
  );
  return seen.every(({ x, y }) => x > 0 && y > 0 && x < size.width && y < size.height);
}

/** Seen from above. */
function areApart(a: Bounds, b: Bounds): boolean {
  return [0, 2].some((axis) => a.max[axis] < b.min[axis] || b.max[axis] < a.min[axis]);
}

test.run();
