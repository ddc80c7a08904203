/**
 * A small Babylon.js game in development. Its props are pictures in `art/`: save one, and the mesh
 * made from it changes in the running scene.
 */
import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import { DirectionalLight } from "@babylonjs/core/Lights/directionalLight.js";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder.js";
import { Scene } from "@babylonjs/core/scene.js";
import { hotLoad } from "babylon-maquette/client";

const canvas = document.querySelector("canvas");
if (!canvas) throw new Error("index.html has a canvas");
const engine = new Engine(canvas, true);
const scene = createMeadow(engine);

const village = hotLoad(scene);
await Promise.all([
  village.place("art/watchtower.jpg", { position: new Vector3(0, 0, 3) }),
  village.place("art/pine.png", { position: new Vector3(-3.5, 0, 0) }),
  village.place("art/pumpkin.svg", { position: new Vector3(1.5, 0, -2) }),
]);

function createMeadow(engine: Engine): Scene {
  const scene = new Scene(engine);
  scene.clearColor = new Color4(0.65, 0.8, 0.92, 1);
  const camera = new ArcRotateCamera("camera", -1.25, 1.3, 12, new Vector3(0, 2, 0), scene);
  camera.attachControl();
  new HemisphericLight("sky", Vector3.Up(), scene).intensity = 0.7;
  new DirectionalLight("sun", new Vector3(-1, -2, 1), scene).intensity = 1;
  const meadow = new StandardMaterial("meadow", scene);
  meadow.diffuseColor = new Color3(0.3, 0.45, 0.2);
  meadow.specularColor = Color3.Black();
  CreateGround("meadow", { width: 40, height: 40 }, scene).material = meadow;
  engine.runRenderLoop(() => scene.render());
  window.addEventListener("resize", () => engine.resize());
  return scene;
}
