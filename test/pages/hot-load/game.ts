/** A game in development: it loads a generated mesh by its address, and one line keeps it fresh. */
import { ArcRotateCamera } from "@babylonjs/core/Cameras/arcRotateCamera.js";
import { Engine } from "@babylonjs/core/Engines/engine.js";
import { HemisphericLight } from "@babylonjs/core/Lights/hemisphericLight.js";
import { ImportMeshAsync } from "@babylonjs/core/Loading/sceneLoader.js";
import { PBRMaterial } from "@babylonjs/core/Materials/PBR/pbrMaterial.js";
import { StandardMaterial } from "@babylonjs/core/Materials/standardMaterial.js";
import { Color3, Color4 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import { CreateCylinder } from "@babylonjs/core/Meshes/Builders/cylinderBuilder.js";
import { CreateGround } from "@babylonjs/core/Meshes/Builders/groundBuilder.js";
import { Mesh } from "@babylonjs/core/Meshes/mesh.js";
import { TransformNode } from "@babylonjs/core/Meshes/transformNode.js";
import { Scene } from "@babylonjs/core/scene.js";
import { hotLoad } from "../../../editor-ui/client/hot-load.ts";
import type { GamePage } from "./game-page.ts";

declare global {
  var game: GamePage | undefined;
}

const canvas = document.body.appendChild(document.createElement("canvas"));
canvas.width = 640;
canvas.height = 480;
const engine = new Engine(canvas, true);
const scene = new Scene(engine);
new ArcRotateCamera("camera", -1.4, 1.3, 3.4, new Vector3(0, 0.55, 0), scene);
new HemisphericLight("sky", new Vector3(-0.3, 1, -0.6), scene);
scene.clearColor = Color4.FromHexString("#8fb4d1ff");
const matt = (name: string, colour: string): StandardMaterial => {
  const material = new StandardMaterial(name, scene);
  material.diffuseColor = Color3.FromHexString(colour);
  material.specularColor = Color3.Black();
  return material;
};
CreateGround("meadow", { width: 12, height: 12 }, scene).material = matt("grass", "#6f9a5b");
const plinth = CreateCylinder("plinth", { height: 0.25, diameter: 0.9 }, scene);
plinth.material = matt("stone", "#8d8a86");
plinth.position.set(1, 0.125, 0);
const hot = hotLoad(scene);
engine.runRenderLoop(() => scene.render());

const { meshes } = await ImportMeshAsync("/art/hero.glb", scene);
const hero = meshes.find((mesh) => mesh.name === "hero");
if (!(hero instanceof Mesh) || !(hero.material instanceof PBRMaterial)) throw new Error("no hero");
const { material } = hero;
const squad = new TransformNode("squad", scene);
squad.position.x = 1;
hero.parent = squad;
hero.position.set(0, 0.25, 0);
hero.metadata.quest = "find the lamp";
material.roughness = 0.5;
const instance = hero.createInstance("second hero");
instance.position.set(-2, 0, 0);

globalThis.game = {
  facts() {
    const { minimum, maximum } = hero.getBoundingInfo();
    return {
      uniqueId: hero.uniqueId,
      connection: hot.client.state.connection,
      sha256: hero.metadata.maquette?.sha256,
      vertices: hero.getTotalVertices(),
      bounds: { min: minimum.asArray(), max: maximum.asArray() },
      colour: meanColour(),
      position: hero.position.asArray(),
      parent: hero.parent?.name,
      quest: hero.metadata.quest,
      roughness: material === hero.material ? material.roughness : undefined,
      instance: { vertices: instance.getTotalVertices(), position: instance.position.asArray() },
      meshes: scene.meshes.length,
      geometries: scene.geometries.length,
    };
  },
  async drawn() {
    await scene.whenReadyAsync();
    await new Promise((resolve) => scene.onAfterRenderObservable.addOnce(resolve));
  },
};

function meanColour(): number[] {
  const colours = hero?.getVerticesData("color") ?? [];
  const channels = (hero?.getVertexBuffer("color")?.getSize() ?? 4) as number;
  const count = colours.length / channels;
  return [0, 1, 2].map((channel) => {
    let sum = 0;
    for (let i = channel; i < colours.length; i += channels) sum += colours[i] ?? 0;
    return sum / count;
  });
}
