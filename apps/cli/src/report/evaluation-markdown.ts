/** @file An evaluation in Markdown: the table that a paper would have, and what it needs to be read. */

import { markdownTable } from "@atelier/base";
import type { Evaluation } from "../evaluate/evaluation.js";
import type { Messages } from "../messages/messages.js";
import { copiesOf } from "./evaluation-copies.js";
import { evaluationNotes, summaryOf } from "./evaluation-notes.js";
import { evaluationTable, findings } from "./evaluation-table.js";

/** The document. */
export function evaluationMarkdown(evaluation: Evaluation, text: Messages): string {
  const { evaluate: own } = text;
  const { head, rows } = evaluationTable(evaluation, text);
  const table = { head, rows: rows.map(({ label, cells }) => [label, ...cells]) };
  const found = evaluation.models
    .slice(1)
    .flatMap((model) => [
      ...(evaluation.models.length > 2 ? [`**${model.name}**`, ""] : []),
      ...findings(evaluation, model, text).map((sentence) => `- ${sentence}`),
      "",
    ]);
  const meanings = rows.map(
    ({ measure, label }) => `- **${label}**: ${own.measures[measure].means}`,
  );
  const copies = evaluation.models.slice(1).flatMap((model) =>
    copiesOf(evaluation, model).map(({ path, nearest: { index, similarity } }) => {
      return `- ${path}: ${own.shown.nearest(evaluation.real.pictures[index] ?? "", similarity)}`;
    }),
  );
  return [
    `# ${own.title(evaluation.subject.name)}`,
    ...["", summaryOf(evaluation, text), "", ...found],
    ...[markdownTable(table), "", own.intervals, "", ...meanings, ""],
    ...evaluationNotes(evaluation, text).flatMap((note) => [note, ""]),
    ...(copies.length === 0 ? [] : [`## ${own.headings.copies}`, "", ...copies, ""]),
  ].join("\n");
}
