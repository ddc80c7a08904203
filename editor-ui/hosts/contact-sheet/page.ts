/** The page that Node opens in a browser without a window; Node calls it by this one global. */

import type {
  Answer,
  ContactSheetPage,
  RenderRequest,
} from "../../../plugin/protocol/contact-sheet-page.ts";
import { renderViews } from "./render-views.ts";
import { shrinkPicture } from "./shrink-picture.ts";
import { createStudio, type Studio } from "./studio.ts";

declare global {
  var maquetteContactSheet: ContactSheetPage;
}

let studio: Promise<Studio> | undefined;
let lastRendering: Promise<unknown> = Promise.resolve();

globalThis.maquetteContactSheet = {
  renderViews: (request) => answer(() => renderInTurn(request)),
  shrinkPicture: (request) => answer(() => shrinkPicture(request)),
};

/** One at a time: all renderings share the studio. */
function renderInTurn(request: RenderRequest): Promise<Uint8Array[]> {
  const rendering = lastRendering.then(async () => {
    studio ??= createStudio(document.createElement("canvas"));
    return await renderViews(await studio, request);
  });
  // The one who asked is told of a failure; the next one need not be.
  lastRendering = rendering.catch(() => undefined);
  return rendering;
}

async function answer<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}
