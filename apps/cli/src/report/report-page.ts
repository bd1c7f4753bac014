/**
 * @file The demo's report as one HTML document: styles, pictures and curve are inside, nothing is
 * loaded from elsewhere, and its own policy forbids that it ever is.
 */

import { html, type Markup } from "@atelier/base";
import type { Messages } from "../messages/messages.js";
import { assess } from "./assess.js";
import type { DemoReport, PromptPictures } from "./demo-report.js";
import { lossCurve } from "./loss-curve.js";
import { type EncodedPicture, encodePictures } from "./picture-data.js";
import { scoreTables } from "./score-tables.js";
import { usageGuide } from "./usage-guide.js";
import { wholePage } from "./whole-page.js";

/** The document. Everything in `report` is escaped; texts come from the catalogue. */
export async function reportPage(report: DemoReport, text: Messages): Promise<string> {
  const { report: own } = text;
  const pictures = await encodePictures(report, text);
  const time = text.duration(totalSeconds(report));
  return wholePage({
    ...{ language: own.language, title: own.title(report.subject) },
    beside: html`<img src="${pictures.portrait}" alt="${own.portrait}">`,
    below: html`<p>${own.summary(report.lessons.length, time, report.base.name)}</p>`,
    main: html`${verdict(report, text)}
<section><h2>${own.headings.lessons}</h2>
<p class="note">${own.lessons(report.subject)}</p>
<div class="pictures">${pictures.lessons.map(figure)}</div></section>
<section><h2>${own.headings.prompts}</h2>
<p class="note">${own.prompts(report.drawing)}</p>
${report.prompts.map((prompt, index) => promptCard(prompt, pictures.prompts[index] ?? [], text))}</section>
<section><h2>${own.headings.scores}</h2>
${report.measures === undefined ? html`<p>${own.verdict.unjudged}</p>` : scoreTables(report.measures, text)}</section>
<section><h2>${own.headings.loss}</h2>
${lossCurve(report.losses, text)}</section>
<section><h2>${own.headings.settings}</h2>
${factTable(report.settings)}
<h3>${own.headings.times}</h3>
${factTable(report.times.map(([part, seconds]) => [part, text.duration(seconds)]))}</section>
<section><h2>${own.headings.usage}</h2>
${usageGuide(report, text)}</section>`,
  });
}

function totalSeconds({ times }: DemoReport): number {
  return times.reduce((sum, [, seconds]) => sum + seconds, 0);
}

function verdict({ measures }: DemoReport, { report: text }: Messages): Markup {
  if (measures === undefined)
    return html`<div class="verdict"><p>${text.verdict.unjudged}</p></div>`;
  const findings = assess(measures);
  const failed = findings.filter(({ holds }) => !holds).length;
  return html`<div class="verdict ${failed === 0 ? "good" : "bad"}">
<strong>${failed === 0 ? text.verdict.worked : text.verdict.failed(failed, findings.length)}</strong>
<ul>${findings.map((finding) => html`<li class="${finding.holds ? "holds" : "fails"}">${text.findings[finding.claim](finding, measures)}</li>`)}</ul>
</div>`;
}

function promptCard(
  { prompt, asksFor }: PromptPictures,
  pictures: readonly (readonly EncodedPicture[])[],
  { report: text }: Messages,
): Markup {
  const [before = [], after = [], real = []] = pictures;
  const group = (
    kind: "before" | "after" | "real",
    shown: readonly EncodedPicture[],
  ): Markup | undefined =>
    shown.length === 0
      ? undefined
      : html`<div class="pair ${kind}" style="--count: ${shown.length}"><span>${text.kinds[kind]}</span>${shown.map(figure)}</div>`;
  const groups = [group("before", before), group("after", after), group("real", real)];
  return html`<article class="prompt">
<h3>“${prompt}” <span class="topic">${text.topics[asksFor]}</span></h3>
<div class="pairs">${groups.filter((part) => part !== undefined)}</div>
</article>`;
}

function figure({ source, label }: EncodedPicture): Markup {
  return html`<figure><img src="${source}" alt="${label}"><figcaption>${label}</figcaption></figure>`;
}

function factTable(facts: readonly (readonly [name: string, value: string])[]): Markup {
  const rows = facts.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  );
  return html`<div class="scroll"><table><tbody>${rows}</tbody></table></div>`;
}
