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
import type { MeshFacts, Point, StudioProbe } from "../pages/studio/studio-probe.ts";

declare const studioProbe: StudioProbe;

const test = suite("e2e/studio");
const noBrowser = await browserUnavailable();

/** Bounds go from f32 in the GLB through world matrices, in f32 too. */
const BOUNDS_TOLERANCE_METRES = 1e-5;
/** A drop is at a whole pixel, and the camera's matrix is in f32. */
const DROP_TOLERANCE_PIXELS = 1;

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
    const middle = middleOf(named(meshes, "pumpkin").bounds);
    const { x, y } = await page.evaluate((point) => studioProbe.seenAt(point), middle);
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
  "a mesh dragged out of the panel stands where it was dropped; the address keeps no token",
  async ({ page, draw, service }) => {
    await page.getByRole("heading", { name: "Drop concept art" }).waitFor();
    assert.is(page.url(), `${service.address.url}/`);
    await page.reload();
    await draw("cottage", "hero");
    await waitForMesh(page);
    await page.evaluate(() => studioProbe.drawn());

    const target = { x: 150, y: 650 };
    await page
      .getByRole("option", { name: /hero/ })
      .dragTo(page.locator("#scene"), { targetPosition: target });
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

function middleOf({ min, max }: Bounds): Point {
  return [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
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
