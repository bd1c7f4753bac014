/**
 * @file The report of a tune as one HTML document: styles and charts are inside, nothing is loaded from elsewhere, and
 * its own policy forbids that it ever is.
 */

import { html, type Markup } from "@atelier/base";
import { quoteArgument } from "../../format.js";
import type { Messages } from "../../messages/messages.js";
import { chartStyle } from "../run-report/chart-style.js";
import { drawings } from "../run-report/drawings.js";
import { section, wholePage } from "../whole-page.js";
import { paretoChart } from "./pareto-chart.js";
import { probeCurves } from "./probe-curves.js";
import { probeTable } from "./probe-table.js";
import { rangeChart } from "./range-chart.js";
import type { ProbeFate, TuneReport } from "./tune-report.js";
import { tuneStyle } from "./tune-style.js";

/** The document. Everything in `report` is escaped; texts come from the catalogue. */
export async function tunePage(report: TuneReport, text: Messages): Promise<string> {
  const { page: own } = text.tune;
  const { settings } = report.state;
  const title = own.title;
  const pareto = paretoChart(report, text);
  const curves = probeCurves(report, text);
  const range = rangeChart(report, text);
  return wholePage({
    ...{ language: text.report.language, title, style: chartStyle + tuneStyle },
    below: html`<p>${own.summary(settings)}</p>`,
    main: html`${resultBox(report, text)}
${section("drawings", own.headings.drawings, await drawn(report, text))}
${section("pareto", own.headings.pareto, pareto && html`${pareto}<p class="note">${own.paretoExplained}</p>`)}
${section("probes", own.headings.probes, table(report, text))}
${section("decisions", own.headings.decisions, decisionList(report, text))}
${section("curves", own.headings.curves, curves && html`${curves}<p class="note">${own.curvesExplained}</p>`)}
${section("range", own.headings.range, range && html`${range}<p class="note">${own.rangeExplained}</p>`)}
${section("trust", own.headings.trust, trust(report, text))}`,
  });
}

/** What was chosen, what came of it, and what to take. */
function resultBox(report: TuneReport, text: Messages): Markup {
  const { tune: own, runReport } = text;
  const { state, results, probes, folder } = report;
  const chosen = probes.find(({ fate }) => fate === "chosen");
  const result = probes.find(({ fate }) => fate === "result");
  const beats = state.decisions.every((each) => each.code !== "chosen" || each.beatsBase);
  const tone = chosen === undefined || !beats ? "" : "good";
  const headline =
    chosen === undefined
      ? own.page.nothingChosen(state.next !== undefined)
      : own.page.chosen(chosen.record.plan);
  const files = results.map(
    (file) => html`<li><code>${file.path}</code>: ${runReport.form(file)}</li>`,
  );
  const isOver = state.next === undefined;
  return html`<section id="result"><div class="verdict ${tone}">
<strong>${headline}</strong>
${result?.best === undefined ? undefined : html`<p>${own.page.result(result.record.plan, result.best)}</p>`}
${isOver ? undefined : html`<p>${own.page.goesOn(quoteArgument(folder))}</p>`}
</div>
${files.length === 0 ? undefined : html`<h3>${runReport.take}</h3><ul>${files}</ul>`}
${isOver ? html`<p>${own.page.again}</p><pre><code>${own.page.command(quoteArgument(`${folder}/chosen.json`))}</code></pre><p><a href="${result?.record.plan.id ?? "final"}/report.html">${own.page.runReport}</a></p>` : undefined}</section>`;
}

/** What the result draws. */
async function drawn({ drawn: full }: TuneReport, text: Messages): Promise<Markup | undefined> {
  return full === undefined || full.samples.length === 0 ? undefined : drawings(full, text);
}

const tones: Readonly<Record<ProbeFate, string>> = {
  chosen: "strong",
  result: "strong",
  dominated: "faint",
  left: "faint",
  other: "",
};

function table(report: TuneReport, text: Messages): Markup | undefined {
  const { head, rows } = probeTable(report, text);
  if (rows.length === 0) return undefined;
  return html`<div class="scroll"><table><thead><tr>${head.map((cell) => html`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map(({ probe, cells: [name = "", ...cells] }) => html`<tr class="${tones[probe.fate]}"><th scope="row">${name}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
}

/** Step by step, in sentences. */
function decisionList({ state }: TuneReport, { tune: own }: Messages): Markup | undefined {
  const names = new Map(state.probes.map(({ plan }) => [plan.id, own.name(plan)]));
  const sentences = state.decisions
    .map((decision) => own.decision(decision, (id) => names.get(id) ?? id))
    .filter((sentence) => sentence !== "");
  if (sentences.length === 0) return undefined;
  return html`<ol>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ol>`;
}

function trust({ state, probes }: TuneReport, { tune: own }: Messages): Markup {
  const heldOut = probes.find(({ record }) => record.heldOut.length > 0)?.record.heldOut ?? [];
  const { trusted } = own.page;
  return html`${trusted({ heldOut, minutes: state.settings.minutes }).map((sentence) => html`<p>${sentence}</p>`)}`;
}
