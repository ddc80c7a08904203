/** The contact sheet's style: light and dark, from a phone's width up. */
export const STYLE = `
:root {
  --page: #f4f5f8; --card: #ffffff; --line: #e1e4eb; --text: #1c2230; --quiet: #626b7d;
  --plate-top: #f7f8fb; --plate-bottom: #e6e9f0; --chip: #eef0f5;
  --error: #b3261e; --error-back: #fdecea; --warning: #7a5200; --warning-back: #fff4dc;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #12151c; --card: #1b1f29; --line: #2b3140; --text: #e8ebf2; --quiet: #98a2b5;
    --plate-top: #4b5366; --plate-bottom: #343b4b; --chip: #272d3a;
    --error: #ffb4ab; --error-back: #43201d; --warning: #f3cd7d; --warning-back: #3a2f16;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 100rem; padding: clamp(1rem, 3vw, 3rem);
  background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Open Sans", sans-serif;
}
header { margin-bottom: clamp(1.25rem, 3vw, 2.5rem); }
h1 { margin: 0; font-size: clamp(1.6rem, 4vw, 2.4rem); line-height: 1.2; letter-spacing: -0.02em; overflow-wrap: anywhere; }
header p, footer p { margin: 0.4rem 0 0; color: var(--quiet); }
main { display: grid; gap: clamp(1rem, 2vw, 1.75rem); grid-template-columns: repeat(auto-fill, minmax(min(100%, 32rem), 1fr)); }
article { min-width: 0; padding: clamp(0.9rem, 2vw, 1.4rem); background: var(--card); border: 1px solid var(--line); border-radius: 1rem; }
h2 { margin: 0 0 0.8rem; font-size: 1.15rem; line-height: 1.3; overflow-wrap: anywhere; }
.plates, .views { display: grid; gap: 0.5rem; grid-template-columns: 1fr 1fr; }
@media (max-width: 32rem) { .plates { grid-template-columns: 1fr; } }
figure {
  position: relative; min-width: 0; margin: 0; overflow: hidden; aspect-ratio: 1; border-radius: 0.6rem;
  background: linear-gradient(var(--plate-top), var(--plate-bottom));
}
img { display: block; width: 100%; height: 100%; object-fit: contain; }
figcaption {
  position: absolute; left: 0.35rem; top: 0.35rem; padding: 0 0.4rem; border-radius: 0.35rem;
  background: rgb(20 24 33 / 0.55); color: #ffffff; font-size: 0.65rem; line-height: 1.5;
}
.none { display: grid; place-items: center; padding: 1rem; color: var(--quiet); text-align: center; overflow-wrap: anywhere; }
.none { background: none; border: 1px dashed var(--line); border-radius: 0.6rem; }
.views.none { min-height: 6rem; grid-template-columns: 1fr; }
.none p { margin: 0; }
.facts { display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0.9rem 0 0; padding: 0; list-style: none; font-size: 0.85rem; }
.facts li { min-width: 0; padding: 0.1rem 0.6rem; border-radius: 1rem; background: var(--chip); overflow-wrap: anywhere; }
.error, .warning { margin: 0.7rem 0 0; padding: 0.5rem 0.75rem; border-radius: 0.5rem; font-size: 0.85rem; overflow-wrap: anywhere; }
.error { background: var(--error-back); color: var(--error); }
.warning { background: var(--warning-back); color: var(--warning); }
footer { margin-top: 2rem; font-size: 0.85rem; }
@media print { article { break-inside: avoid; } }
`;
