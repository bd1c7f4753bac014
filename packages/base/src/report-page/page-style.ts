/** @file How the report looks: one column that fits a phone, light or dark as the reader's system is. */

/** The style sheet of the report. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --paper: #fbfaf7; --card: #fff; --ink: #1f2f4d; --quiet: #5d6880; --line: #e3e0d8;
  --teal: #13979a; --orange: #d9691c; --good: #1d7f4f; --bad: #b3362b;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14181f; --card: #1c222c; --ink: #e9ecf2; --quiet: #a3adbf; --line: #313a49;
    --teal: #3cc7c2; --orange: #ff9a55; --good: #5fd39a; --bad: #ff8f83;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 60rem; padding: 1.5rem 1rem 4rem; background: var(--paper);
  color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
}
/* Korean breaks between words. */
body:lang(ko) { word-break: keep-all; overflow-wrap: break-word; }
header { display: flex; gap: 1.25rem; align-items: center; flex-wrap: wrap; }
header > img { width: 8rem; height: 8rem; }
header > div { flex: 1 1 18rem; }
h1 { font-size: 1.8rem; line-height: 1.2; margin: 0 0 .4rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
p { margin: .4rem 0; }
.note, figcaption, .pair > span { color: var(--quiet); font-size: .875rem; }
.verdict { border-left: .35rem solid var(--quiet); background: var(--card); padding: .75rem 1rem; margin: 1.25rem 0; border-radius: .25rem; }
.verdict.good { border-color: var(--good); }
.verdict.bad { border-color: var(--bad); }
.verdict ul { margin: .4rem 0 0; padding: 0; list-style: none; }
.verdict li { padding-left: 1.5rem; text-indent: -1.5rem; }
.holds::before { content: "✓\\2002"; color: var(--good); font-weight: 700; }
.fails::before { content: "✗\\2002"; color: var(--bad); font-weight: 700; }
figure { margin: 0; }
figcaption { line-height: 1.35; padding-top: .25rem; }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(7.5rem, 1fr)); gap: .75rem; }
.pictures img, .pair img { width: 100%; aspect-ratio: 1; object-fit: contain; image-rendering: pixelated; border-radius: .375rem; display: block; background: var(--line); box-shadow: 0 0 0 1px var(--line); }
.prompt { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem 1rem; margin: 0 0 1rem; }
.prompt h3 { margin: 0 0 .5rem; }
.topic { font-weight: 400; color: var(--quiet); }
.pairs { display: flex; flex-wrap: wrap; gap: 1rem; }
.pair { display: grid; grid-template-columns: repeat(var(--count), minmax(0, 1fr)); flex: var(--count) 1 calc(var(--count) * 4.5rem); max-width: calc(var(--count) * 9rem); gap: .5rem; align-content: start; }
.pair > span { grid-column: 1 / -1; white-space: nowrap; }
.pair.after > span { color: var(--teal); font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .4rem .6rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--quiet); font-weight: 400; font-size: .875rem; }
td.number, th.number { text-align: right; white-space: nowrap; }
.loss { width: 100%; height: auto; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
.loss text { fill: var(--quiet); font-size: 11px; }
.loss path { fill: none; }
.loss .grid { stroke: var(--line); }
.loss .raw { stroke: var(--teal); opacity: .35; stroke-width: 1; }
.loss .smooth { stroke: var(--orange); stroke-width: 2.5; stroke-linejoin: round; }
pre { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: .75rem 1rem; overflow-x: auto; font: .8125rem/1.5 ui-monospace, SFMono-Regular, Consolas, monospace; }
code { font: .875em ui-monospace, SFMono-Regular, Consolas, monospace; overflow-wrap: anywhere; }
pre code { font: inherit; overflow-wrap: normal; }
ol, ul { padding-left: 1.4rem; }
`;
