/** @file How charts of a run look, in the colours of `pageStyle`: lines differ in dashes and marks, too. */

/** Rules to follow `pageStyle`. */
export const chartStyle = `
.chart { min-width: 34rem; }
.chart text { paint-order: stroke; stroke: var(--card); stroke-width: 3px; stroke-linejoin: round; }
.chart .zero { stroke: var(--quiet); }
.chart .line { stroke-width: 2.5; stroke-linejoin: round; }
.chart .train { --own: var(--teal); }
.chart .learned, .chart .generic, .chart .path { --own: var(--orange); }
.chart .class, .chart .scaled { --own: var(--teal); }
.chart .others { --own: var(--orange); }
.chart .line, .chart .forecast { stroke: var(--own); }
.chart .line.train, .chart .line.class, .chart .line.scaled { stroke-dasharray: 7 4; }
.chart .forecast { stroke-width: 2; stroke-dasharray: 2 4; }
.chart .mark { fill: var(--own); stroke: none; }
.chart .band { fill: var(--own); opacity: .18; stroke: none; }
.chart .band.others { opacity: .1; }
.chart text.end { fill: var(--own); font-weight: 600; font-size: 12px; }
.chart .state { stroke: none; }
.chart path.state { opacity: .09; }
.chart .state.good { fill: var(--good); }
.chart .state.bad { fill: var(--bad); opacity: .13; }
.chart .state.quiet { fill: var(--quiet); }
.chart text.state { fill: var(--ink); }
.chart .edge { stroke: var(--quiet); stroke-dasharray: 1 3; }
.chart path.kept { stroke: var(--ink); stroke-width: 1.5; stroke-dasharray: 4 3; }
.chart text.kept, .chart text.step, .chart text.cell { fill: var(--ink); }
.chart text.kept { font-weight: 600; }
.chart text.cell { stroke: none; }
.chart text.broken { fill: var(--bad); font-size: 16px; font-weight: 700; }
.chart .ring { fill: none; stroke: var(--ink); stroke-width: 1.5; }
.chart .better { fill: var(--teal); }
.chart .worse { fill: var(--orange); }
.verdict strong { text-wrap: balance; font-size: 1.2rem; line-height: 1.35; display: block; }
.thumb { width: 4.5rem; }
.thumb, .thumb ~ * { vertical-align: middle; }
.thumb img { width: 4rem; height: 4rem; object-fit: contain; image-rendering: pixelated; border-radius: .25rem; display: block; }
`;
