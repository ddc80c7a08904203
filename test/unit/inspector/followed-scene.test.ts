import { NullEngine, Observable, Scene } from "@babylonjs/core";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { followScene } from "../../../editor-ui/hosts/inspector/followed-scene.ts";

const test = suite("inspector/followed-scene");

const engine = new NullEngine();
test.after(() => engine.dispose());

/** An Inspector that shows `scene`, and what was made and disposed for its scenes, by uid. */
function inspect(scene: Scene | null) {
  const context = {
    currentScene: scene,
    currentSceneObservable: new Observable<Scene | null>(),
    show(next: Scene | null) {
      context.currentScene = next;
      context.currentSceneObservable.notifyObservers(next);
    },
  };
  const log: string[] = [];
  const followed = followScene(context, ({ uid }) => {
    log.push(`open ${uid}`);
    return { uid, dispose: () => log.push(`dispose ${uid}`) };
  });
  return { context, followed, log };
}

test("what belongs to a scene is made at once, and anew for each scene that is shown", () => {
  const [first, second] = [new Scene(engine), new Scene(engine)];
  const { context, followed, log } = inspect(first);
  let told = 0;
  followed.subscribe(() => told++);
  assert.is(followed.current?.uid, first.uid);

  context.show(second);
  assert.is(followed.current?.uid, second.uid);
  assert.is(told, 1);
  context.show(null);
  assert.is(followed.current, undefined);
  assert.is(told, 2);
  assert.equal(log, [
    `open ${first.uid}`,
    `dispose ${first.uid}`,
    `open ${second.uid}`,
    `dispose ${second.uid}`,
  ]);
});

test("an Inspector without a scene has nothing until there is one", () => {
  const { context, followed } = inspect(null);
  assert.is(followed.current, undefined);
  const scene = new Scene(engine);
  context.show(scene);
  assert.is(followed.current?.uid, scene.uid);
});

test("disposing ends what there is, and nobody is told or asked again", () => {
  const scene = new Scene(engine);
  const { context, followed, log } = inspect(scene);
  let told = 0;
  followed.subscribe(() => told++);
  followed.dispose();
  context.show(new Scene(engine));
  assert.equal(log, [`open ${scene.uid}`, `dispose ${scene.uid}`]);
  assert.is(told, 0);
});

test("a listener that has ended is not told", () => {
  const { context, followed } = inspect(null);
  let told = 0;
  followed.subscribe(() => told++)();
  context.show(new Scene(engine));
  assert.is(told, 0);
});

test.run();
