/**
 * Pictures of GLBs, rendered by Babylon.js in a browser without a window and without a network.
 */

import { openPageHost, plainBytes } from "../browser/page-host.ts";
import { InputError } from "../core/errors.ts";
import type {
  ContactSheetPage,
  RenderRequest,
  ShrinkRequest,
  View,
} from "../protocol/contact-sheet-page.ts";

/** The built page; the same address from `plugin/contact-sheet/` and from `dist/contact-sheet/`. */
const PAGE = {
  subject: "contact sheet page",
  bundle: new URL("../../dist/contact-sheet/page.js", import.meta.url),
  global: "maquetteContactSheet",
};

export type RenderOptions = Partial<Omit<RenderRequest, "glb">>;

/** Front, side and back tell what the model made of the parts the picture does not show. */
export const STANDARD_VIEWS: readonly (View & { readonly caption: string })[] = [
  { caption: "Front", azimuthDegrees: 0, elevationDegrees: 8 },
  { caption: "Right side", azimuthDegrees: 90, elevationDegrees: 8 },
  { caption: "Back", azimuthDegrees: 180, elevationDegrees: 8 },
  { caption: "From above", azimuthDegrees: 35, elevationDegrees: 35 },
];

export const RENDER_DEFAULTS: Omit<RenderRequest, "glb"> = {
  views: STANDARD_VIEWS,
  size: 480,
  format: "image/png",
  backdrop: undefined,
  fill: 0.82,
  groundShadow: true,
};

export interface Photographer {
  /** One picture per view, all framed alike. @throws InputError when `glb` cannot be shown. */
  renderViews(glb: Uint8Array, options?: RenderOptions): Promise<Buffer[]>;
  /** The picture as WebP. @throws InputError when the browser cannot show it. */
  shrinkPicture(request: ShrinkRequest): Promise<Buffer>;
  /** Addresses the page asked for; each request was refused. */
  readonly refusedRequests: readonly string[];
  close(): Promise<void>;
}

/**
 * Starts a browser for any number of pictures.
 *
 * @throws InputError when no browser starts, CancelledError when `signal` is aborted, also later.
 */
export async function openPhotographer(signal?: AbortSignal): Promise<Photographer> {
  const { call, refusedRequests, close } = await openPageHost<ContactSheetPage>(PAGE, signal);
  return {
    async renderViews(glb, options = {}) {
      const request = { ...RENDER_DEFAULTS, ...options, glb: plainBytes(glb) };
      const answer = await call("renderViews", request);
      if ("value" in answer) return answer.value.map((picture) => Buffer.from(picture));
      throw new InputError("unreadable", `mesh: ${answer.refusal} — give a plain GLB`);
    },
    async shrinkPicture(source) {
      const request = { ...source, picture: plainBytes(source.picture) };
      const answer = await call("shrinkPicture", request);
      if ("value" in answer) return Buffer.from(answer.value);
      throw new InputError("unreadable", `picture: ${answer.refusal} — give a PNG, JPEG or WebP`);
    },
    refusedRequests,
    close,
  };
}
