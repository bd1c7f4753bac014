/** @file `atelier inspect`: says what a file or folder is and what is wrong with it. */

import { sentenceOf, type Warning } from "@atelier/diffusion/core";
import { errorProblem, type Inspection, inspectPath } from "@atelier/diffusion/inspect";
import {
  AtelierError,
  columnsOf,
  padColumns,
  type Sentence,
  type SentenceCatalogue,
  said,
  sentenceIn,
} from "@atelier/engine";
import type { Command } from "commander";
import { type CliContext, print, printJson } from "../cli-context.js";
import { exitCodes } from "../exit.js";
import { formatBytes, formatCount } from "../format.js";
import type { Messages } from "../messages/messages.js";
import { addParts, addPredictionType, type ModelOptions } from "../model-options.js";
import { findAdapter, findBase } from "../open-base.js";
import { inFlags } from "../option-flags.js";
import { createProgress, type Progress } from "../progress.js";
import { worded } from "../worded.js";

interface InspectOptions extends Pick<ModelOptions, "predictionType" | "part"> {
  readonly base?: string;
  readonly json?: boolean;
}

/** Adds the command. */
export function addInspectCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const command = program
    .command("inspect")
    .description(text.inspect.description)
    .argument("<paths...>", text.inspect.argument)
    .option("--base <model>", text.inspect.base);
  addParts(addPredictionType(command, text), text)
    .option("--json", text.program.json)
    .addHelpText("after", text.inspect.more)
    .action((paths: string[], options: InspectOptions) => inspect(context, paths, options));
}

async function inspect(
  context: CliContext,
  paths: readonly string[],
  { json = false, ...given }: InspectOptions,
): Promise<void> {
  const { io, text } = context;
  const progress = createProgress(context, { json: json || io.stderr.isTTY !== true });
  for (const [index, path] of paths.entries()) {
    progress.update({ label: text.inspect.reading });
    const isAlone = paths.length === 1;
    const { fingerprint, inspection } = await examine(context, { path, ...given, progress })
      .catch((error: unknown) => asInspection(path, error, isAlone))
      .finally(() => progress.clear());
    if (json) printJson(context, { ...wordedInspection(context, inspection), fingerprint });
    else {
      if (index > 0) print(context, "");
      for (const line of linesOf(inspection, fingerprint, text)) print(context, line);
    }
    const isBroken = inspection.problems.some(({ severity }) => severity === "error");
    if (isBroken) context.setExitCode(exitCodes.failed);
  }
}

/** For programs: words in English, and what is wrong and noted with its sentences. */
function wordedInspection(context: CliContext, inspection: Inspection) {
  const { format, fits, adapter, problems, notes } = inspection;
  const inEnglish = sayIn({});
  return {
    ...inspection,
    format: inEnglish(format),
    fits: inEnglish(fits),
    adapter: adapter && { ...adapter, tuning: adapter.tuning.map(inEnglish) },
    problems: problems.map((problem) => worded(context, problem)),
    notes: notes.map((note) => worded(context, note)),
  };
}

/** Words of an inspection, if there are any, in the language of a catalogue. */
const sayIn =
  (catalogue: SentenceCatalogue) =>
  (words: Sentence | string | undefined): string | undefined =>
    words === undefined ? undefined : sentenceIn(said`${words}`, catalogue);

interface Examination {
  readonly fingerprint?: string | undefined;
  readonly inspection: Inspection;
}

/** Of several paths, one where nothing stands does not keep the others from being described. */
function asInspection(path: string, error: unknown, isAlone: boolean): Examination {
  if (isAlone || !(error instanceof AtelierError) || error.code === "aborted") throw error;
  const problems = [errorProblem(error.sentence)];
  return { inspection: { path, kind: "unknown", problems, notes: [] } };
}

async function examine(
  context: CliContext,
  {
    path,
    base,
    part: parts,
    predictionType,
    progress,
  }: Omit<InspectOptions, "json"> & { readonly path: string; readonly progress: Progress },
): Promise<Examination> {
  const { files, io } = context;
  const found = await findAdapter(context, path, progress);
  const held = base === undefined ? undefined : await findBase(context, base, { progress });
  const options = { base: held?.path, parts, predictionType, signal: io.signal };
  const { fingerprint } = found;
  return { fingerprint, inspection: await inspectPath(files, found.path, options) };
}

function linesOf(
  inspection: Inspection,
  fingerprint: string | undefined,
  text: Messages,
): string[] {
  const rows = [
    ...rowsOf(inspection, text),
    [text.inspect.fields.fingerprint, fingerprint] as const,
  ].filter((row): row is [string, string] => row[1] !== undefined && row[1] !== "");
  const width = Math.max(...rows.map(([label]) => columnsOf(label)));
  const { error, warning, healthy } = text.inspect;
  const say = (told: Warning) => inFlags(sentenceOf(told, text.warnings));
  const problems = inspection.problems.map((problem) =>
    problem.severity === "error" ? error(say(problem)) : warning(say(problem)),
  );
  return [
    inspection.path,
    ...rows.map(([label, value]) => `  ${padColumns(label, width)}  ${value}`),
    ...problems,
    ...inspection.notes.map(say),
    ...(problems.length === 0 ? [healthy] : []),
  ];
}

type Row = readonly [label: string, value: string | undefined];

function rowsOf(inspection: Inspection, { inspect: text, errors }: Messages): Row[] {
  const say = sayIn(errors);
  const { fields } = text;
  const { kind, format, family, adapter, embedding, dtypes, parameters } = inspection;
  return [
    [fields.kind, [text.kinds[kind], say(format)].filter(Boolean).join(", ")],
    [fields.family, family],
    [fields.predicts, predictsOf(inspection, text)],
    [fields.title, inspection.title],
    [fields.tuning, adapter?.tuning.map(say).join(", ")],
    [fields.rank, adapter?.ranks.join(", ")],
    [fields.alpha, adapter && (adapter.alphas.join(", ") || text.none)],
    [fields.modules, adapter && modulesOf(adapter, text)],
    [fields.triggers, inspection.triggerWords && (inspection.triggerWords.join(", ") || text.none)],
    [fields.vectors, embedding && text.vectors(embedding.vectors, embedding.width)],
    [fields.dtype, dtypes?.join(", ")],
    [fields.parameters, countOf(inspection)],
    ...(inspection.components ?? []).map(
      ({ name, parameterCount, dtypes: own }): Row => [
        `  ${name}`,
        `${formatCount(parameterCount)}, ${own.join(", ")}`,
      ],
    ),
    [fields.size, inspection.sizeBytes === undefined ? "" : formatBytes(inspection.sizeBytes)],
    [fields.pictures, picturesOf(inspection, text)],
    [fields.fits, say(inspection.fits)],
    [fields.drawn, parameters?.replaceAll("\n", "\n    ")],
  ];
}

function predictsOf({ predicts, kind }: Inspection, text: Messages["inspect"]): string | undefined {
  if (predicts === undefined) return undefined;
  const { type, isAssumed } = predicts;
  if (kind === "adapter") return text.predictsBase(type);
  return isAssumed ? text.predictsAssumed(type) : type;
}

function countOf({ parameterCount }: Inspection): string | undefined {
  return parameterCount === undefined ? undefined : formatCount(parameterCount);
}

function modulesOf(adapter: NonNullable<Inspection["adapter"]>, text: Messages["inspect"]): string {
  const parts = [
    adapter.changesTextEncoder ? text.textEncoder : text.unetOnly,
    ...(adapter.hasConvolutions ? [text.convolutions] : []),
  ];
  return text.modules(adapter.moduleCount, parts.join(", "));
}

function picturesOf(
  { pictureCount, captionedCount = 0 }: Inspection,
  text: Messages["inspect"],
): string | undefined {
  return pictureCount === undefined ? undefined : text.captioned(pictureCount, captionedCount);
}
