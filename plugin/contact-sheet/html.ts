/** The contact sheet's HTML, piece by piece, so that a long sheet is never whole in memory. */

import { STYLE } from "./style.ts";

export interface EmbeddedPicture {
  readonly type: string;
  readonly bytes: Uint8Array;
  readonly alt: string;
  readonly caption: string;
}

export interface Card {
  readonly name: string;
  /** Text in place of a picture says why there is none. */
  readonly picture: EmbeddedPicture | string;
  readonly views: readonly EmbeddedPicture[];
  readonly facts: readonly string[];
  readonly warnings: readonly string[];
  /** Why there is no mesh, or no new one. */
  readonly error: string | undefined;
}

/** For text and for attribute values in double quotes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

export function sheetStart(title: string, summary: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(summary)}</p>
</header>
<main>
`;
}

export function sheetEnd(): string {
  return "</main>\n<footer><p>Made by Maquette</p></footer>\n</body>\n</html>\n";
}

export function sheetCard(card: Card): string {
  const views =
    card.views.length > 0
      ? `<div class="views">${card.views.map(figure).join("")}</div>`
      : '<div class="views none"><p>No mesh</p></div>';
  return `<article>
<h2>${escapeHtml(card.name)}</h2>
<div class="plates">
${typeof card.picture === "string" ? missingPicture(card.picture) : figure(card.picture)}
${views}
</div>
${list("facts", card.facts)}${notes("error", "Failed", card.error ? [card.error] : [])}${notes("warning", "Warning", card.warnings)}</article>
`;
}

function figure({ type, bytes, alt, caption }: EmbeddedPicture): string {
  const source = `data:${type};base64,${Buffer.from(bytes).toString("base64")}`;
  return `<figure><img src="${source}" alt="${escapeHtml(alt)}"><figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

function missingPicture(reason: string): string {
  return `<figure class="none"><p>${escapeHtml(reason)}</p></figure>`;
}

function list(className: string, texts: readonly string[]): string {
  if (texts.length === 0) return "";
  const entries = texts.map((text) => `<li>${escapeHtml(text)}</li>`).join("");
  return `<ul class="${className}">${entries}</ul>\n`;
}

function notes(className: string, label: string, texts: readonly string[]): string {
  return texts
    .map((text) => `<p class="${className}"><strong>${label}:</strong> ${escapeHtml(text)}</p>\n`)
    .join("");
}
