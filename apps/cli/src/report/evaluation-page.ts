/** @file An evaluation as one HTML document that loads nothing: table, meanings, drawings beside what they are like. */

import { html, type Markup } from "@atelier/base";
import type { RgbPicture } from "@atelier/diffusion/core";
import type { Evaluation, ModelEvaluation } from "../evaluate/evaluation.js";
import type { Messages } from "../messages/messages.js";
import { copiesOf, type DrawingBeside, drawingsBeside } from "./evaluation-copies.js";
import { evaluationNotes, fileOf, summaryOf } from "./evaluation-notes.js";
import { thumbnail } from "./evaluation-pictures.js";
import { evaluationTable, findings, type MeasureTable } from "./evaluation-table.js";
import type { EncodedPicture } from "./picture-data.js";
import { wholePage } from "./whole-page.js";

/** Where the page takes its pictures from. */
export interface EvaluationPictures {
  readonly real: readonly RgbPicture[];
  /** @param model position among the evaluation's models */
  drawing(model: number, prompt: number, seed: number): Promise<RgbPicture>;
  /** The first drawing of a prompt of the class. */
  ofClass(model: number, prompt: number): Promise<RgbPicture>;
}

/** Copies that are shown of each model. */
const shownCopies = 24;

/** The document. Everything in `evaluation` is escaped; texts come from the catalogue. */
export async function evaluationPage(
  evaluation: Evaluation,
  pictures: EvaluationPictures,
  text: Messages,
): Promise<string> {
  const { evaluate: own } = text;
  const table = evaluationTable(evaluation, text);
  const title = own.title(evaluation.subject.name);
  const view: View = { evaluation, pictures, text };
  return wholePage({
    ...{ language: own.language, title },
    below: html`<p>${summaryOf(evaluation, text)}</p>`,
    main: html`${shortSection(evaluation, text)}
<section><h2>${own.headings.table}</h2>
${measureTable(table)}
<p class="note">${own.intervals}</p>
${evaluationNotes(evaluation, text).map((note) => html`<p class="note">${note}</p>`)}</section>
<section><h2>${own.headings.measures}</h2>
${meaningTable(table, text)}</section>
<section><h2>${own.headings.real}</h2>
<div class="pictures">${(await realFigures(view)).map((shown) => figure(shown))}</div></section>
<section><h2>${own.headings.copies}</h2>
${await copyGroups(view)}</section>
${await classSection(view)}
<section><h2>${own.headings.drawings}</h2>
<p class="note">${own.sheet}</p>
${await promptCards(view)}</section>`,
  });
}

interface View {
  readonly evaluation: Evaluation;
  readonly pictures: EvaluationPictures;
  readonly text: Messages;
}

function shortSection(evaluation: Evaluation, text: Messages): Markup {
  const { headings } = text.evaluate;
  const parts = evaluation.models.slice(1).map((model) => {
    const sentences = findings(evaluation, model, text);
    return html`<strong>${model.name}</strong><ul>${sentences.map((sentence) => html`<li>${sentence}</li>`)}</ul>`;
  });
  return html`<section><h2>${headings.short}</h2><div class="verdict">${parts}</div></section>`;
}

function measureTable({ head: [first = "", ...others], rows }: MeasureTable): Markup {
  const heads = others.map((name) => html`<th scope="col" class="number">${name}</th>`);
  const body = rows.map(({ label, cells }) => {
    const written = cells.map((cell) => html`<td class="number">${cell}</td>`);
    return html`<tr><th scope="row">${label}</th>${written}</tr>`;
  });
  return html`<div class="scroll"><table><thead><tr><th scope="col">${first}</th>${heads}</tr></thead><tbody>${body}</tbody></table></div>`;
}

function meaningTable({ rows }: MeasureTable, { evaluate }: Messages): Markup {
  const body = rows.map(
    ({ measure, label }) =>
      html`<tr><th scope="row">${label}</th><td>${evaluate.measures[measure].means}</td></tr>`,
  );
  return html`<div class="scroll"><table><tbody>${body}</tbody></table></div>`;
}

function realFigures({ evaluation, pictures }: View): Promise<EncodedPicture[]> {
  const { pictures: paths } = evaluation.real;
  return Promise.all(
    pictures.real.map((picture, index) => thumbnail(picture, fileOf(paths, index))),
  );
}

async function copyGroups(view: View): Promise<Markup[]> {
  const { evaluation, text } = view;
  const parts: Markup[] = [];
  for (const [index, model] of evaluation.models.entries()) {
    if (index === 0) continue;
    const copies = copiesOf(evaluation, model);
    const groups: Markup[] = [];
    for (const copy of copies.slice(0, shownCopies)) {
      const prompt = evaluation.protocol.prompts[copy.prompt]?.prompt ?? "";
      const shown = [await drawingFigure(view, index, copy), await nearestFigure(view, copy)];
      groups.push(group(`${prompt}: ${copy.path}`, shown));
    }
    const more = copies.length - groups.length;
    parts.push(html`<article class="prompt"><h3>${model.name}</h3>
${copies.length === 0 ? html`<p>${text.evaluate.noCopies}</p>` : html`<div class="pairs">${groups}</div>`}
${more > 0 ? html`<p class="note">${text.evaluate.moreCopies(more)}</p>` : undefined}</article>`);
  }
  return parts;
}

async function classSection({ evaluation, pictures, text }: View): Promise<Markup | undefined> {
  const { protocol, models } = evaluation;
  if (protocol.classPrompts.length === 0) return undefined;
  const cards: Markup[] = [];
  for (const [prompt, asked] of protocol.classPrompts.entries()) {
    const shown: EncodedPicture[] = [];
    for (const [index, { name }] of models.entries()) {
      shown.push(await thumbnail(await pictures.ofClass(index, prompt), name));
    }
    cards.push(group(`“${asked}”`, shown));
  }
  const { classSheet, headings } = text.evaluate;
  return html`<section><h2>${headings.classes}</h2>
<p class="note">${classSheet}</p>
<div class="pairs">${cards}</div></section>`;
}

async function promptCards(view: View): Promise<Markup[]> {
  const { evaluation, text } = view;
  const { protocol, models } = evaluation;
  const cards: Markup[] = [];
  for (const [prompt, asked] of protocol.prompts.entries()) {
    const groups: Markup[] = [];
    for (const [index, model] of models.entries()) {
      const [nearest] = drawingsBeside(evaluation, model, prompt);
      if (index === 0 || nearest === undefined) continue;
      groups.push(await promptGroup(view, { index, model, nearest }));
    }
    const learned = protocol.learned[prompt] === true ? text.evaluate.shown.learned : "";
    cards.push(html`<article class="prompt">
<h3>“${asked.prompt}” <span class="topic">${learned}</span></h3>
<div class="pairs">${groups}</div>
</article>`);
  }
  return cards;
}

async function promptGroup(
  view: View,
  {
    index,
    model,
    nearest,
  }: {
    readonly index: number;
    readonly model: ModelEvaluation;
    readonly nearest: DrawingBeside;
  },
): Promise<Markup> {
  const { evaluation, pictures, text } = view;
  const { prompt, seed } = nearest;
  const { shown } = text.evaluate;
  const ofBase = await pictures.drawing(0, prompt, seed);
  const label = shown.base(evaluation.drawnBy.seed + seed);
  const drawn = await drawingFigure(view, index, nearest);
  const { instance = Number.NaN, clipText = Number.NaN } = model.scores.prompts[prompt] ?? {};
  return group(`${model.name}: ${text.evaluate.promptScores(instance, clipText)}`, [
    await thumbnail(ofBase, label),
    drawn,
    await nearestFigure(view, nearest),
  ]);
}

async function drawingFigure(
  { evaluation, pictures, text }: View,
  model: number,
  { prompt, seed, isCopy }: DrawingBeside,
): Promise<EncodedPicture> {
  const { shown } = text.evaluate;
  const label = shown.drawing(evaluation.drawnBy.seed + seed);
  const picture = await pictures.drawing(model, prompt, seed);
  return thumbnail(picture, isCopy ? `${label}: ${shown.copy}` : label);
}

async function nearestFigure(
  { evaluation, pictures, text }: View,
  { nearest: { index, similarity } }: DrawingBeside,
): Promise<EncodedPicture> {
  const label = text.evaluate.shown.nearest(fileOf(evaluation.real.pictures, index), similarity);
  const picture = pictures.real[index];
  return picture === undefined ? { source: "", label } : thumbnail(picture, label);
}

function group(title: string, shown: readonly EncodedPicture[]): Markup {
  return html`<div class="pair" style="--count: ${shown.length}"><span>${title}</span>${shown.map(figure)}</div>`;
}

function figure({ source, label }: EncodedPicture): Markup {
  return html`<figure><img src="${source}" alt="${label}"><figcaption>${label}</figcaption></figure>`;
}
