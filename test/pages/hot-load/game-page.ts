/** What the game's page offers to its test. */
export interface GamePage {
  /** Of the hero, which the game has loaded and changed by itself. */
  facts(): HeroFacts;
  /** Resolves when a frame with all that is loaded has been drawn. */
  drawn(): Promise<void>;
}

export interface HeroFacts {
  readonly uniqueId: number;
  readonly connection: string;
  /** Hash of the GLB it shows; undefined when it is not linked. */
  readonly sha256: string | undefined;
  readonly vertices: number;
  /** Metres, in the mesh's own frame, which is glTF's. */
  readonly bounds: { readonly min: readonly number[]; readonly max: readonly number[] };
  /** Mean over the vertices: red, green, blue, linear 0..1. */
  readonly colour: readonly number[];
  readonly position: readonly number[];
  readonly parent: string | undefined;
  readonly quest: unknown;
  readonly roughness: number | null | undefined;
  /** Vertices that the instance shows, and where it stands. */
  readonly instance: { readonly vertices: number; readonly position: readonly number[] };
  readonly meshes: number;
  readonly geometries: number;
}
