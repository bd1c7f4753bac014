/**
 * @file The report of a run as one HTML document: styles, pictures and charts are inside, nothing is
 * loaded from elsewhere, and its own policy forbids that it ever is.
 */

import { html, type Markup } from "@atelier/base";
import { quoteArgument } from "../../format.js";
import type { Messages } from "../../messages/messages.js";
import { inFlags } from "../../option-flags.js";
import { lossCurve } from "../loss-curve.js";
import { section, wholePage } from "../whole-page.js";
import { chartStyle } from "./chart-style.js";
import { drawings } from "./drawings.js";
import { errorChart } from "./error-chart.js";
import { encodePicture } from "./figures.js";
import { forecastOf, forgettables, forgettingChart } from "./forgetting-chart.js";
import { heatMap } from "./heat-map.js";
import { pathChart } from "./path-chart.js";
import { pictureTable } from "./picture-table.js";
import { keptStep, type ReportedWatch, type RunReport } from "./run-report.js";
import { settingsOf } from "./settings.js";
import { courseLines, resultLine } from "./verdict-line.js";

/** The document. Everything in `report` is escaped; texts come from the catalogue. */
export async function runPage(report: RunReport, text: Messages): Promise<string> {
  const { runReport: own } = text;
  const { config, plan, watch, losses, problems, seconds, step } = report;
  const title = own.title(config.name);
  const sizes = plan && { ...plan, ...shown(report), step, time: text.duration(seconds) };
  return wholePage({
    ...{ language: text.report.language, title, style: chartStyle },
    below: sizes && html`<p>${own.summary(sizes)}</p>`,
    main: html`${verdictBox(report, text)}
${problems.map((problem) => html`<p class="note">${inFlags(problem)}</p>`)}
${watch === undefined ? undefined : await watchedSections({ ...report, watch }, text)}
${section("drawings", own.headings.drawings, await drawings(report, text))}
${section("loss", own.headings.loss, lossCurve(losses, text))}
${section("settings", own.headings.settings, factTable(settingsOf(report, text)))}
${section("watching", watch === undefined ? own.headings.unwatched : own.headings.watching, watching(report, text))}`,
  });
}

/** Pictures that were trained on, and those that were not. */
function shown({ plan, watch }: RunReport): { readonly pictures: number; readonly held: number } {
  const [all, held] = [plan?.pictures ?? 0, watch?.heldOut.length ?? 0];
  return { pictures: watch?.validation === undefined ? all - held : all, held };
}

/** What is to be said, what was kept and why, and what to take. */
function verdictBox(report: RunReport, text: Messages): Markup {
  const { runReport: own } = text;
  const { watch, results, state, folder } = report;
  const verdict = resultLine(report, text);
  const course = courseLines(report, text);
  const lastLook = watch?.history.looks.at(-1)?.step ?? 0;
  const files = results.files.map(
    (file) => html`<li><code>${file.path}</code>: ${own.form(file)}</li>`,
  );
  const { strengths } = report;
  const scaled = (strengths?.step === results.step ? strengths.results : []).map(
    (file) =>
      html`<li><code>${file.path}</code>: ${own.atStrength(file, strengths?.chosen.strength ?? 1)}</li>`,
  );
  const last = report.last.map(({ path }) => html`<li><code>${path}</code>: ${own.lastStep}</li>`);
  return html`<section id="verdict"><div class="verdict ${verdict.tone}">
<strong>${verdict.sentence}</strong>
${watch === undefined ? undefined : html`<p>${keptReason({ ...report, watch }, text)}</p>`}
${course.length === 0 ? undefined : html`<p>${own.lastLook(lastLook, course)}</p>`}
<p>${inFlags(own.runState(state, folder))}</p>
</div>
${files.length === 0 ? html`<p>${own.noResult}</p>` : html`<h3>${own.take}</h3><ul>${files}${scaled}${last}</ul>`}</section>`;
}

/** Why the result is of its step. */
function keptReason(
  { watch, results, state }: RunReport & { readonly watch: ReportedWatch },
  text: Messages,
): string {
  const { runReport: own, verdicts } = text;
  const { kept } = watch.judgement;
  if (watch.bank === "echo") return own.lastOfEchoes;
  const reason = verdicts.kept(kept, watch.bank);
  if (state.kind !== "done") return own.bestSoFar(reason);
  return kept.step === results.step ? reason : own.keptNot(reason, results.step);
}

async function watchedSections(
  report: RunReport & { readonly watch: ReportedWatch },
  text: Messages,
): Promise<Markup> {
  const { runReport: own } = text;
  const { watch, pictures, state } = report;
  const lastLook = watch.history.looks.at(-1)?.step ?? 0;
  // Where it goes on there is room for what is to come.
  const last = state.kind === "done" ? lastLook : watch.history.steps;
  const kept = keptStep(report);
  const thumbnails = await Promise.all(
    pictures.flatMap(({ name, thumbnail }) =>
      thumbnail === undefined
        ? []
        : [encodePicture(thumbnail, name).then((picture) => [name, picture] as const)],
    ),
  );
  const path = pathChart(watch, { kept, strengths: report.strengths }, text);
  const shown = kept === undefined || kept === 0 ? lastWhole(watch) : kept;
  const { broken, bank, tables } = watch;
  return html`
${section(
  "learned",
  own.headings.learned,
  html`${errorChart(watch, { kept, last }, text)}
<p class="note">${own.curves.explained(bank)}</p>
${broken.length === 0 ? undefined : html`<p>${own.curves.broken(broken)}</p>`}`,
)}
${section(
  "forgotten",
  own.headings.forgotten,
  html`${forgettingChart(watch, { kept, last }, text)}
${forecasts(watch, last, text).map((sentence) => html`<p>${sentence}</p>`)}
<p class="note">${own.forgetting.explained}</p>`,
)}
${
  path === undefined
    ? undefined
    : section(
        "path",
        own.headings.path,
        html`${path}<p class="note">${own.path.explained(report.strengths !== undefined)}</p>`,
      )
}
${section("pictures", own.headings.pictures, pictureTable(watch, { step: shown, thumbnails: new Map(thumbnails) }, text))}
${section(
  "timesteps",
  own.headings.timesteps,
  html`${heatMap(tables.learned, text)}<p class="note">${own.heatMap.explained}</p>`,
)}`;
}

const lastWhole = ({ judgement: { signals } }: ReportedWatch): number => signals.at(-1)?.step ?? 0;

/** What is expected at the end, or what had been expected of it. */
function forecasts(
  watch: ReportedWatch,
  last: number,
  { runReport: { forgetting: text } }: Messages,
): string[] {
  const end = watch.judgement.signals.at(-1);
  return forgettables.flatMap((what) => {
    const forecast = forecastOf(watch, what, last);
    if (forecast === undefined || end === undefined) return [];
    const name = text.name(what, watch.classPrompt ?? "");
    const known = forecast.step === end.step ? undefined : end[what]?.now.value;
    return [text.forecast({ name, ...forecast, steps: watch.history.steps, known, at: end.step })];
  });
}

/** How far to trust it, and what watching cost; how to watch, where nobody did. */
function watching(
  { watch, seconds, config }: RunReport,
  { runReport: own, duration }: Messages,
): Markup {
  const { watching: text } = own;
  if (watch === undefined && config.watch.share > 0) return html`<p>${text.tooShort}</p>`;
  if (watch === undefined) {
    const folder = quoteArgument(config.data.folder);
    return html`<p>${text.unwatched}</p><pre><code>${text.command(folder)}</code></pre>`;
  }
  const { history, bank, heldOut } = watch;
  const { learned } = watch.judgement.signals.at(-1) ?? watch.judgement.kept;
  const prompts = new Set(history.banks.generic?.map(({ picture }) => picture)).size;
  const part = watch.seconds / Math.max(seconds, watch.seconds);
  return html`<p>${text.trusted({ bank, learned, heldOut })} ${text.different(prompts)}</p>
<h3>${text.cost}</h3>
<p>${text.took({ looks: history.looks.length, time: duration(watch.seconds), part })}</p>`;
}

function factTable(facts: readonly (readonly [name: string, value: string])[]): Markup {
  const rows = facts.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  );
  return html`<div class="scroll"><table><tbody>${rows}</tbody></table></div>`;
}
