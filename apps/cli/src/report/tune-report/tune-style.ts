/** @file How the report of a tune looks, beside `pageStyle` and the charts of runs. */

/** Rules to follow `chartStyle`. */
export const tuneStyle = `
.chart .probe { --own: var(--teal); }
.chart .probe.chosen, .chart .probe.result { --own: var(--orange); }
.chart text.probe { fill: var(--ink); font-size: 12px; }
.chart text.probe.chosen, .chart text.probe.result { font-weight: 600; }
.chart .line.probe { stroke-width: 1.75; }
.chart .line.probe.chosen { stroke-width: 3; }
.chart .dominated, .chart .left { opacity: .4; }
.chart text.dominated, .chart text.left { opacity: .65; }
.chart .line.left { stroke-dasharray: 2 3; }
.chart .mark.base { fill: var(--quiet); }
.chart text.better-corner { fill: var(--good); font-size: 12px; }
.chart path.limit { stroke: var(--bad); stroke-width: 1.5; stroke-dasharray: 4 3; }
.chart text.limit { fill: var(--bad); font-weight: 600; }
#probes td:not(:last-child), #probes tbody th { white-space: nowrap; }
tr.faint td, tr.faint th { color: var(--quiet); }
tr.strong td, tr.strong th { font-weight: 600; }
`;
