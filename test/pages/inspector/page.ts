/** A game in development whose developer opens the Inspector. */
import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import { EngineStore } from "@babylonjs/core/Engines/engineStore.js";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Matrix, Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { Viewport } from "@babylonjs/core/Maths/math.viewport.js";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder.js";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { Observable } from "@babylonjs/core/Misc/observable.js";
import { Scene } from "@babylonjs/core/scene.js";
import { type InspectorToken, ShowInspector } from "@babylonjs/inspector";
import {
  MaquetteService,
  maquetteExtensionFeed,
} from "../../../editor-ui/hosts/inspector/extension.tsx";
import type { Game } from "./game.ts";

function createLevel(engine: Engine): Scene {
  const level = new Scene(engine);
  level.clearColor = Color4.FromHexString("#8fb4d1ff");
  const target = new Vector3(0, 0.4, 0);
  new ArcRotateCamera("camera", -Math.PI / 2.6, 1.25, 3, target, level).attachControl();
  new HemisphericLight("sun", new Vector3(0.3, 1, -0.4), level);
  const grass = new StandardMaterial("grass", level);
  grass.diffuseColor = Color3.FromHexString("#6f9a5b");
  grass.specularColor = Color3.Black();
  CreateGround("ground", { width: 6, height: 6 }, level).material = grass;
  return level;
}

const canvas = document.querySelector("canvas");
if (!canvas) throw new Error("page: there is no canvas");
const engine = new Engine(canvas, true);
// Leaves the processor to what is tested, where there is no GPU: few frames, of few pixels.
engine.maxFPS = 10;
engine.setHardwareScalingLevel(4);
let level = createLevel(engine);
engine.runRenderLoop(() => level.render());

/** The loader's node above a mesh. */
function rootOf(uniqueId: number): TransformNode {
  const root = level.getMeshByUniqueId(uniqueId)?.parent;
  if (root instanceof TransformNode) return root;
  throw new Error(`page: mesh ${uniqueId} has no root`);
}

let inspector: InspectorToken | undefined;

function show(options: Parameters<typeof ShowInspector>[1]): void {
  inspector = ShowInspector(level, {
    layoutMode: "inline",
    disableTeachingMoments: true,
    ...options,
  });
}

const game: Game = {
  showInspector: (themeMode) => show({ themeMode, serviceDefinitions: [MaquetteService] }),
  showPlainInspector: () => show({}),
  showInspectorWithFeed: () => show({ extensionFeeds: [maquetteExtensionFeed()] }),

  async hideInspector() {
    await inspector?.dispose();
  },

  startNextLevel() {
    level.dispose();
    level = createLevel(engine);
  },

  meshes: () =>
    level.meshes.map((mesh) => {
      const { minimumWorld, maximumWorld } = mesh.getBoundingInfo().boundingBox;
      return {
        uniqueId: mesh.uniqueId,
        name: mesh.name,
        uuid: mesh.metadata?.maquette?.uuid,
        vertices: mesh.getTotalVertices(),
        min: minimumWorld.asArray(),
        max: maximumWorld.asArray(),
      };
    }),

  async drawn() {
    engine.setHardwareScalingLevel(1);
    await level.whenReadyAsync();
    for (let frame = 0; frame < 2; frame++) {
      await new Promise((resolve) => level.onAfterRenderObservable.addOnce(resolve));
    }
  },

  moveTo(uniqueId, x) {
    rootOf(uniqueId).position.x = x;
  },

  seenAt(uniqueId) {
    const { clientWidth: width, clientHeight: height } = canvas;
    const { x, y } = Vector3.Project(
      rootOf(uniqueId).position,
      Matrix.IdentityReadOnly,
      level.getTransformMatrix(),
      new Viewport(0, 0, width, height),
    );
    return { x, y };
  },

  leftovers: () => ({
    engines: EngineStore.Instances.length,
    elements: document.querySelectorAll("body *").length,
    sceneObservers: Object.values(level)
      .filter((value) => value instanceof Observable && value !== level.onDisposeObservable)
      .reduce((count, { observers }) => count + observers.length, 0),
  }),
};

Object.assign(window, { game });
