/** @file The table of an evaluation: a row for each measure, a column for the base, each model, and real pictures. */

import type { Estimate, ModelScores, Share } from "@atelier/diffusion/evaluate";
import { columnsOf, padColumns } from "@atelier/engine";
import type { Evaluation, ModelEvaluation } from "../evaluate/evaluation.js";
import type { MeasureName } from "../messages/evaluate-text.js";
import type { Messages } from "../messages/messages.js";

/** A row, written. */
export interface MeasureRow {
  readonly measure: MeasureName;
  readonly label: string;
  /** The base's, each model's, real pictures'. */
  readonly cells: readonly string[];
}

/** The table. */
export interface MeasureTable {
  readonly head: readonly string[];
  readonly rows: readonly MeasureRow[];
}

/** What a cell is written from; nothing where a model has no such score. */
type Value = Estimate | Share | number | undefined;

interface Measure {
  readonly name: MeasureName;
  readonly of: (model: ModelEvaluation) => Value;
  readonly ofReal?: (evaluation: Evaluation) => number;
  readonly write: (value: number) => string;
}

/** What a cell holds where there is nothing to say. */
const none = "–";
const fixed = (value: number): string => withMinus(value.toFixed(3));
const short = (value: number): string => withMinus(value.toFixed(2));
const signed = (value: number): string => fixed(value).replace(/^(?=[\d.]*[1-9])/, "+");
const percent = (value: number): string => `${Math.round(100 * value)} %`;

/** A minus sign, which nothing that is rounded to zero has. */
function withMinus(written: string): string {
  return /[1-9]/.test(written) ? written.replace("-", "−") : written.replace("-", "");
}

/** A score of the model itself. */
const own =
  (name: Exclude<keyof ModelScores, "prompts">) =>
  ({ scores }: ModelEvaluation): Value =>
    scores[name];

const measures: readonly Measure[] = [
  {
    name: "instance",
    of: own("instance"),
    ofReal: ({ real }) => real.scores.instance,
    write: fixed,
  },
  {
    name: "clipImage",
    of: own("clipImage"),
    ofReal: ({ real }) => real.scores.clipImage,
    write: fixed,
  },
  { name: "likenessShare", of: own("likenessShare"), write: short },
  { name: "clipText", of: own("clipText"), write: fixed },
  { name: "clipTextGain", of: ({ comparison }) => comparison?.clipText, write: signed },
  { name: "obeyed", of: own("obeyed"), write: percent },
  { name: "diversity", of: own("diversity"), write: fixed },
  { name: "diversityShare", of: ({ comparison }) => comparison?.diversity, write: short },
  { name: "variety", of: own("variety"), write: short },
  { name: "classResemblance", of: own("classResemblance"), write: fixed },
  {
    name: "classResemblanceGain",
    of: ({ comparison }) => comparison?.classResemblance,
    write: signed,
  },
  { name: "classKept", of: ({ comparison }) => comparison?.classKept, write: fixed },
  { name: "copies", of: own("copies"), write: percent },
];

/** All measures of which there is a number. */
export function evaluationTable(
  evaluation: Evaluation,
  { evaluate: text, range }: Messages,
): MeasureTable {
  const written = (value: Value, write: (value: number) => string) => cell(value, write, range);
  const { models } = evaluation;
  const rows = measures.map(({ name, of, ofReal, write }) => ({
    measure: name,
    label: text.measures[name].label,
    cells: [
      ...models.map((model) => written(of(model), write)),
      written(ofReal?.(evaluation), write),
    ],
  }));
  return {
    head: [text.measure, ...models.map(({ name }) => name), text.realPictures],
    rows: rows.filter(({ cells }) => cells.some((each) => each !== none)),
  };
}

function cell(value: Value, write: (value: number) => string, range: Messages["range"]): string {
  if (value === undefined) return none;
  if (typeof value === "number") return Number.isFinite(value) ? write(value) : none;
  const { low, high } = value;
  const point = "of" in value ? value.count / value.of : value.value;
  if (!Number.isFinite(point)) return none;
  const hasInterval = Number.isFinite(low) && Number.isFinite(high);
  return hasInterval ? `${write(point)} (${range(write(low), write(high))})` : write(point);
}

/** The table as lines of text in columns. */
export function tableLines({ head, rows }: MeasureTable): string[] {
  const lines = [head, ...rows.map(({ label, cells }) => [label, ...cells])];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => columnsOf(line[column] ?? ""))),
  );
  return lines.map((line) =>
    line
      .map((written, column) => padColumns(written, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** What is found of a model, in sentences. */
export function findings(
  evaluation: Evaluation,
  { scores, comparison }: ModelEvaluation,
  { evaluate: { findings: text } }: Messages,
): string[] {
  const [base] = evaluation.models;
  if (comparison === undefined) return [];
  const { clipText, diversity, classResemblance, classKept } = comparison;
  const known = (value: Estimate, sentence: () => string): string[] =>
    Number.isFinite(value.value) ? [sentence()] : [];
  return [
    text.likeness(scores.likenessShare, base.scores.likenessShare),
    ...known(clipText, () => text.obedience(clipText, scores.obeyed, base.scores.obeyed)),
    ...known(diversity, () => text.diversity(diversity)),
    ...known(classResemblance, () =>
      text.classes(classResemblance, classKept, evaluation.classSpread),
    ),
    text.copies(scores.copies, base.scores.copies),
  ];
}
