/** What the test asks of the page: `window.game`. */
export interface Game {
  showInspector(theme: "light" | "dark"): void;
  /** Without Maquette. */
  showPlainInspector(): void;
  /** With Maquette among the extensions that can be installed. */
  showInspectorWithFeed(): void;
  hideInspector(): Promise<void>;
  /** As levels are switched: the scene is disposed, with the Inspector, and another one begins. */
  startNextLevel(): void;
  /** Of the scene, in its order. */
  meshes(): readonly MeshFacts[];
  /** Resolves when the scene is on the screen as it is, sharp from now on. */
  drawn(): Promise<void>;
  moveTo(uniqueId: number, x: number): void;
  /** Where the root of the mesh is seen: CSS pixels from the canvas's top left corner. */
  seenAt(uniqueId: number): { readonly x: number; readonly y: number };
  leftovers(): Leftovers;
}

export interface MeshFacts {
  readonly uniqueId: number;
  readonly name: string;
  readonly uuid: string | undefined;
  readonly vertices: number;
  /** World space, metres. */
  readonly min: readonly number[];
  readonly max: readonly number[];
}

/** What an Inspector that was closed could leave behind. */
export interface Leftovers {
  readonly engines: number;
  readonly elements: number;
  /** Without those of the scene's end: Babylon forgets one for each file it loads. */
  readonly sceneObservers: number;
}
