/**
 * What the swapper remembers about a node, material or texture: plain JSON under
 * `metadata.maquette`, which Babylon and its Editor save with the scene and copy to clones.
 */
import { SwapError } from "./swap-error.ts";

/** A field of a material or texture; a colour is its components. */
export type Value = number | boolean | null | readonly number[];
export type Values = Readonly<Record<string, Value>>;

export interface Notes {
  /** Asset that a node shows, or that a material or texture came from. */
  readonly uuid?: string;
  /** Of a linked node: hash of the GLB it shows; undefined when that is not known. */
  readonly sha256?: string | undefined;
  /** Asset of which this child of a linked node is a part: replaced with every new mesh. */
  readonly partOf?: string;
  /** Of a material: what the latest GLB gave it, so that other values are known as the user's. */
  readonly values?: Values;
  /** Of a material: the same for the textures in its slots. */
  readonly textures?: Readonly<Record<string, Values>>;
}

/** Babylon's nodes, materials and textures. */
export interface Noted {
  readonly name: string;
  metadata: unknown;
}

/** Metadata as far as it is the swapper's; the rest belongs to the host. */
interface Metadata {
  maquette?: Notes;
}

export function notesOf({ metadata }: Noted): Notes {
  return (metadata as Metadata | null | undefined)?.maquette ?? {};
}

/** Clones have the metadata of what they were cloned from, the very same object. */
export function unshareMetadata(noted: Noted, others: readonly Noted[]): void {
  const { metadata } = noted;
  if (typeof metadata !== "object" || metadata === null) return;
  const isShared = others.some((other) => other !== noted && other.metadata === metadata);
  if (isShared) noted.metadata = { ...metadata };
}

/**
 * Adds to the notes. The metadata object stays, as a game may hold on to it; the notes are
 * replaced. Other keys of theirs, which are the host's, are kept.
 *
 * @throws SwapError when the metadata is the user's and no object.
 */
export function note(noted: Noted, notes: Notes): void {
  noted.metadata ??= {};
  if (typeof noted.metadata !== "object") {
    throw new SwapError(
      "unlinkable",
      `${noted.name}: metadata is a ${typeof noted.metadata} — make it an object, so that the link to the picture can be kept in it`,
    );
  }
  const metadata = noted.metadata as Metadata;
  metadata.maquette = { ...metadata.maquette, ...notes };
}
