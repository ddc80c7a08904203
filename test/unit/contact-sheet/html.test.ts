import { suite } from "uvu";
import * as assert from "uvu/assert";
import {
  type Card,
  escapeHtml,
  sheetCard,
  sheetEnd,
  sheetStart,
} from "../../../plugin/contact-sheet/html.ts";

const test = suite("contact-sheet/html");

const CARD: Card = {
  name: "barrel",
  picture: { type: "image/webp", bytes: Buffer.from("abc"), alt: "a", caption: "Concept" },
  views: [{ type: "image/webp", bytes: Buffer.from("xyz"), alt: "b", caption: "Front" }],
  facts: ["4,998 of 5,000 triangles"],
  warnings: [],
  error: undefined,
};

test("the five characters with a meaning in HTML are written as references", () => {
  assert.is(escapeHtml(`<a b="c" d='e'>&`), "&#60;a b=&#34;c&#34; d=&#39;e&#39;&#62;&#38;");
});

test("names, facts, warnings, errors, captions and alternative texts cannot become markup", () => {
  const hostile = `"><script>alert('x')</script>`;
  const picture = { ...CARD.views[0], type: "image/webp", bytes: new Uint8Array(), alt: hostile };
  const html = sheetCard({
    name: hostile,
    picture: { ...picture, caption: hostile },
    views: [{ ...picture, caption: hostile }],
    facts: [hostile],
    warnings: [hostile],
    error: hostile,
  });
  assert.not.match(html, "<script");
  assert.is(html.match(/&#60;script&#62;/g)?.length, 8);
  assert.not.match(sheetStart(hostile, hostile), "<script");
});

test("pictures are embedded with their alternative text", () => {
  const html = sheetCard(CARD);
  assert.match(html, 'src="data:image/webp;base64,YWJj" alt="a"');
  assert.match(html, 'src="data:image/webp;base64,eHl6" alt="b"');
});

test("a failed item shows its error and says that there is no mesh", () => {
  const html = sheetCard({ ...CARD, views: [], error: "truncated PNG" });
  assert.match(html, "<strong>Failed:</strong> truncated PNG");
  assert.match(html, "No mesh");
});

test("a picture that cannot be shown is replaced by the reason", () => {
  assert.match(sheetCard({ ...CARD, picture: "it is a TIFF" }), "<p>it is a TIFF</p>");
});

test("the page allows itself nothing but embedded pictures and its own style", () => {
  const html = sheetStart("Sheet", "1 picture") + sheetEnd();
  assert.match(html, "default-src 'none'; img-src data:; style-src 'unsafe-inline'");
  assert.not.match(html, /https?:|<script|<link|url\(/);
});

test.run();
