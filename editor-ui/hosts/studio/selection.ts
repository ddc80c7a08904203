/** The one mesh that is selected: outlined, and dragged along the ground. */
import { PointerDragBehavior } from "@babylonjs/core/Behaviors/Meshes/pointerDragBehavior.js";
import { PointerEventTypes } from "@babylonjs/core/Events/pointerEvents.js";
import { SelectionOutlineLayer } from "@babylonjs/core/Layers/selectionOutlineLayer.js";
import { Color3 } from "@babylonjs/core/Maths/math.color.js";
import { Vector3 } from "@babylonjs/core/Maths/math.vector.js";
import type { AbstractMesh } from "@babylonjs/core/Meshes/abstractMesh.js";
import { Observable } from "@babylonjs/core/Misc/observable.js";
import type { Scene } from "@babylonjs/core/scene.js";
import { observe } from "../../swap/observe.ts";
import { rootOf } from "./scene-content.ts";

const OUTLINE = Color3.FromHexString("#3b9cff");
const OUTLINE_PIXELS = 2;

export interface Selection {
  /** The loader's root of the selected mesh. */
  readonly root: AbstractMesh | undefined;
  /** Told of each other mesh that is selected. */
  readonly onSelected: Observable<AbstractMesh>;
  select(root: AbstractMesh | undefined): void;
  /** Outlines what the selected mesh consists of now. */
  refresh(): void;
}

export interface SelectionEvents {
  /** Another mesh, or none, was selected, or the selected one was moved. */
  onChange(): void;
  /** The selected mesh was dragged somewhere and let go. */
  onDropped(): void;
}

export function createSelection(scene: Scene, { onChange, onDropped }: SelectionEvents): Selection {
  const outline = new SelectionOutlineLayer("selection", scene);
  outline.outlineColor = OUTLINE;
  outline.outlineThickness = OUTLINE_PIXELS;
  const drag = new PointerDragBehavior({ dragPlaneNormal: Vector3.Up() });
  drag.useObjectOrientationForDragging = false;
  // The behaviour's own way of moving lags behind the pointer, and stops short where it is let go.
  drag.moveAttached = false;
  drag.onDragObservable.add(({ delta }) => {
    root?.position.addInPlace(delta);
    onChange();
  });
  drag.onDragEndObservable.add(onDropped);
  const onSelected = new Observable<AbstractMesh>();
  let root: AbstractMesh | undefined;
  let stopObserving: (() => void) | undefined;

  const refresh = (): void => {
    outline.clearSelection();
    if (root) outline.addSelection(root.getChildMeshes());
  };
  const select = (next: AbstractMesh | undefined): void => {
    if (next === root) return;
    root?.removeBehavior(drag);
    stopObserving?.();
    root = next;
    root?.addBehavior(drag);
    stopObserving = root && observe(root.onDisposeObservable, () => select(undefined));
    refresh();
    if (root) onSelected.notifyObservers(root);
    onChange();
  };
  scene.onPointerObservable.add(({ pickInfo }) => {
    select(rootOf(pickInfo?.pickedMesh));
  }, PointerEventTypes.POINTERTAP);
  return {
    get root() {
      return root;
    },
    onSelected,
    select,
    refresh,
  };
}
