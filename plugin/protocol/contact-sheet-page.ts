/** What Node asks of the contact sheet's browser page. */

/** Where the camera stands: on a circle around the mesh, looking at its centre. */
export interface View {
  /** 0 looks at the front (from +Z), 90 at the mesh's +X side. */
  readonly azimuthDegrees: number;
  /** 0 is level with the mesh's centre, 90 looks straight down. */
  readonly elevationDegrees: number;
}

export type PictureFormat = "image/png" | "image/webp";

export interface RenderRequest {
  readonly glb: Uint8Array;
  readonly views: readonly View[];
  /** Side of each square picture in pixels. */
  readonly size: number;
  readonly format: PictureFormat;
  /** CSS colour behind the mesh, or undefined for transparency. */
  readonly backdrop: string | undefined;
  /** Share of the picture's side that the mesh spans in its widest view, 0..1. */
  readonly fill: number;
  /** Whether the mesh stands on a ground that takes its soft shadow. */
  readonly groundShadow: boolean;
}

export interface ShrinkRequest {
  readonly picture: Uint8Array;
  /** MIME type of `picture`; the browser decides by it whether it is an SVG. */
  readonly type: string;
  /** Longest side of the answer in pixels; smaller pictures keep their size. */
  readonly longestSide: number;
}

/** A refusal says in a few words why the bytes cannot be shown. */
export type Answer<T> = { readonly value: T } | { readonly refusal: string };

export interface ContactSheetPage {
  /** One picture per view, all framed alike. */
  renderViews(request: RenderRequest): Promise<Answer<Uint8Array[]>>;
  /** The picture as WebP. */
  shrinkPicture(request: ShrinkRequest): Promise<Answer<Uint8Array>>;
}
