import type { Effect, NullEngine } from "@babylonjs/core";
import type { Document } from "@gltf-transform/core";
import * as assert from "uvu/assert";
import { HERO_UUID, type Stage, sceneSuite } from "../../helpers/scene-suite.ts";
import {
  addShield,
  addTexture,
  BABYLON_PACKAGES,
  countEverything,
  heroGlb,
  plainPng,
} from "../../helpers/swap-scene.ts";

/** That a GLB of four triangles draws, and one of nine. */
const FORMER_INDICES = 12;
const NEW_INDICES = 27;
/** In some a mesh was missing, or a shader let go of before it was used. */
const FRAMES = 5;
/** Longer than any shader is waited for. */
const TOO_LONG_MS = 20_000;

interface Compiler {
  /** Resolves when a shader is wanted that was not there before. */
  readonly wanted: Promise<void>;
  /** Whether shaders that are wanted get ready; not so at first. */
  isAtWork: boolean;
}

/** From now on shaders are compiled beside the frames. */
function compileInBackground(engine: NullEngine): Compiler {
  const ready = new Set<Effect>(Object.values(Reflect.get(engine, "_compiledEffects")));
  let tell: () => void;
  const wanted = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const compiler = { wanted, isAtWork: false };
  const createEffect = engine.createEffect.bind(engine);
  engine.createEffect = (...request) => {
    const effect = createEffect(...request);
    if (ready.has(effect)) return effect;
    effect.isReady = () => {
      if (compiler.isAtWork) ready.add(effect);
      return ready.has(effect);
    };
    tell();
    return effect;
  };
  return compiler;
}

/** What `promise` resolves with although the time by which it would be given up never comes. */
async function outOfTime<T>(promise: Promise<T>): Promise<T | "waits"> {
  const now = performance.now();
  performance.now = () => now;
  let timer: NodeJS.Timeout | undefined;
  try {
    const waits = new Promise<"waits">((resolve) => {
      timer = setTimeout(resolve, TOO_LONG_MS, "waits");
    });
    return await Promise.race([promise, waits]);
  } finally {
    clearTimeout(timer);
    Reflect.deleteProperty(performance, "now");
  }
}

/** Needs a shader that the hero does not: with a texture. */
const addSkin = (document: Document) => addTexture(document, "BaseColor", plainPng(200, 0, 0));
const textured = () => heroGlb({ triangles: 9, edit: addSkin });

for (const [name, babylon] of BABYLON_PACKAGES) {
  const test = sceneSuite(`swap/drawable on ${name}`, babylon);

  test.after.each(({ engine }) => {
    Reflect.deleteProperty(engine, "createEffect");
    // The next test wants the same shaders.
    Reflect.set(engine, "_compiledEffects", {});
  });

  /** The hero before a camera, with everything drawn. */
  async function openView({ engine, scene, placeHero }: Stage) {
    new babylon.FreeCamera("camera", new babylon.Vector3(0, 1, -9), scene);
    /** The indices that each of some frames draws. */
    const draw = async () => {
      const drawn: number[] = [];
      for (let i = 0; i < FRAMES; i++) {
        scene.render();
        drawn.push(scene.getActiveIndices());
        // Babylon's timer, after which shaders that nothing uses end with the next frame.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
      return drawn;
    };
    const placed = await placeHero();
    return {
      ...placed,
      compile: async () => {
        await scene.whenReadyAsync();
        await draw();
        return compileInBackground(engine);
      },
      assertDrawn: async (indices: number) =>
        assert.equal(await draw(), Array(FRAMES).fill(indices)),
    };
  }

  type View = Awaited<ReturnType<typeof openView>>;

  async function swapWithoutGap(view: View, glb: Uint8Array, before: number, after: number) {
    const { swapper, compile, assertDrawn } = view;
    const compiler = await compile();
    let isSwapped = false;
    const swapping = swapper.swap(HERO_UUID, glb).then(() => {
      isSwapped = true;
    });
    await compiler.wanted;
    await assertDrawn(before);
    assert.not(isSwapped);
    compiler.isAtWork = true;
    await swapping;
    compiler.isAtWork = false;
    await assertDrawn(after);
  }

  test("the former mesh is drawn while the new one's shader is compiled; no frame is without", async (stage) => {
    const view = await openView(stage);
    await swapWithoutGap(view, await textured(), FORMER_INDICES, NEW_INDICES);
  });

  test("so it is with the user's own material, shadows and instances", async (stage) => {
    // Unlike Babylon's engine without a GPU, those with one draw instances together.
    stage.engine.getCaps().instancedArrays = true;
    const view = await openView(stage);
    view.hero.material = new babylon.StandardMaterial("gold", stage.scene);
    view.hero.createInstance("second").position.x = -2;
    view.hero.receiveShadows = true;
    const light = new babylon.DirectionalLight("sun", new babylon.Vector3(0, -1, 0), stage.scene);
    new babylon.ShadowGenerator(64, light).addShadowCaster(view.root, false);
    // The vertices' colours make another shader of a material without textures.
    const uncoloured = await heroGlb({
      triangles: 9,
      edit: (document) => {
        const [primitive] = document.getRoot().listMeshes()[0].listPrimitives();
        primitive.setAttribute("COLOR_0", null);
      },
    });
    await swapWithoutGap(view, uncoloured, 2 * FORMER_INDICES, 2 * NEW_INDICES);
  });

  test("so it is with a clone that has another material", async (stage) => {
    const view = await openView(stage);
    const { hero, material } = view;
    const clone = hero.clone("clone");
    clone.material = new babylon.StandardMaterial("gold", stage.scene);
    clone.position.x = -2;
    await swapWithoutGap(view, await textured(), 2 * FORMER_INDICES, 2 * NEW_INDICES);
    assert.is(hero.material, material);
    assert.ok(material.albedoTexture);
  });

  test("so it is with a GLB of parts", async (stage) => {
    const view = await openView(stage);
    const parts = await heroGlb({
      edit: (document) => {
        addSkin(document);
        addShield(document);
      },
    });
    await swapWithoutGap(view, parts, FORMER_INDICES, 2 * FORMER_INDICES);
  });

  test("a mesh for which there are shaders is not waited for", async (stage) => {
    const { swapper, compile, assertDrawn } = await openView(stage);
    await compile();
    await swapper.swap(HERO_UUID, await heroGlb({ triangles: 9 }));
    await assertDrawn(NEW_INDICES);
  });

  test("nor is one whose former mesh is not drawn", async (stage) => {
    const { swapper, hero, compile } = await openView(stage);
    const broken = new babylon.StandardMaterial("broken", stage.scene);
    await compile();
    hero.material = broken;
    assert.is(await outOfTime(swapper.swap(HERO_UUID, await textured())), "in-place");
  });

  test("a shader that is never compiled is waited for in vain, but not for ever", async (stage) => {
    const { swapper, hero, compile } = await openView(stage);
    const { wanted } = await compile();
    const swapping = swapper.swap(HERO_UUID, await textured());
    await wanted;
    const late = performance.now() + TOO_LONG_MS;
    performance.now = () => late;
    assert.is(await swapping, "in-place");
    Reflect.deleteProperty(performance, "now");
    assert.is(hero.getTotalVertices(), NEW_INDICES);
  });

  test("disposing the swapper ends the wait and leaves the former mesh, and nothing else", async (stage) => {
    const { swapper, hero, compile, assertDrawn } = await openView(stage);
    const compiler = await compile();
    const before = await countEverything(stage.scene);
    const swapping = swapper.swap(HERO_UUID, await textured());
    await compiler.wanted;
    swapper.dispose();
    assert.is(await outOfTime(swapping), "superseded");
    assert.is(hero.getTotalVertices(), FORMER_INDICES);
    assert.equal(await countEverything(stage.scene), before);
    compiler.isAtWork = true;
    await assertDrawn(FORMER_INDICES);
  });

  test("so does disposing the scene; what is disposed of it while waiting does not matter", async (stage) => {
    const { swapper, hero, material, compile } = await openView(stage);
    const { wanted } = await compile();
    const swapping = swapper.swap(HERO_UUID, await textured());
    await wanted;
    material.dispose();
    hero.dispose();
    await new Promise((resolve) => setTimeout(resolve, 50));
    stage.scene.dispose();
    assert.is(await outOfTime(swapping), "superseded");
  });

  test.run();
}
