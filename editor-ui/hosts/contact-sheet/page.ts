/** The page that Node opens in a browser without a window; Node calls it by this one global. */

import type { Answer, ContactSheetPage } from "../../../plugin/protocol/contact-sheet-page.ts";
import { renderViews } from "./render-views.ts";
import { shrinkPicture } from "./shrink-picture.ts";
import { createStudio, type Studio } from "./studio.ts";

declare global {
  var maquetteContactSheet: ContactSheetPage;
}

let studio: Promise<Studio> | undefined;

globalThis.maquetteContactSheet = {
  renderViews: (request) =>
    answer(async () => {
      studio ??= createStudio(document.createElement("canvas"));
      return await renderViews(await studio, request);
    }),
  shrinkPicture: (request) => answer(() => shrinkPicture(request)),
};

async function answer<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}
