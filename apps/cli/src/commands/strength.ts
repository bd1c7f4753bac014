/** @file `atelier strength`: the strength of what a run has made, chosen by measurement. */

import { embeddedBaseName } from "@atelier/base/embedded";
import { type Preference, preferences } from "@atelier/diffusion/core";
import { contactSheet, encodePng } from "@atelier/diffusion/files";
import { nodeTrainDeps } from "@atelier/diffusion/node";
import {
  type ChosenEvent,
  type DrawnStrength,
  measureStrengths,
  type RowsEvent,
  type StrengthEvent,
  type StrengthsEvent,
  usualStrengths,
} from "@atelier/diffusion/train";
import { readRunConfig } from "@atelier/diffusion/train-config";
import { AtelierError, columnsOf, padColumns, said } from "@atelier/engine";
import { type Command, Option } from "commander";
import { type CliContext, print, printJson } from "../cli-context.js";
import { wholeNumber } from "../number-options.js";
import { openEmbedded } from "../open-embedded.js";
import { createProgress, type Progress } from "../progress.js";
import { describeStage, writeReport } from "../train-runner.js";

interface StrengthFlags {
  readonly strengths: string;
  readonly prefer?: Preference;
  readonly out?: string;
  readonly draw?: number;
  readonly allowChanges: boolean;
  readonly dryRun: boolean;
  readonly force: boolean;
  readonly tokenizer?: string;
  readonly json: boolean;
}

/** Adds the command. */
export function addStrengthCommand(program: Command, context: CliContext): void {
  const { text } = context;
  const { strength: own } = text;
  program
    .command("strength")
    .description(own.description)
    .argument("<run>", own.argument)
    .option("--strengths <numbers>", own.strengths, usualStrengths.join(","))
    .addOption(new Option("--prefer <what>", own.prefer).choices(preferences))
    .option("--draw <number>", own.draw, wholeNumber(text, 1))
    .option("--out <path>", own.out)
    .option("--force", own.force, false)
    .option("--dry-run", own.dryRun, false)
    .option("--allow-changes", own.allowChanges, false)
    .option("--tokenizer <folder>", text.base.tokenizer)
    .option("--json", text.program.json, false)
    .addHelpText("after", own.more)
    .action((run: string, flags: StrengthFlags) => strength(context, run, flags));
}

async function strength(context: CliContext, run: string, flags: StrengthFlags): Promise<void> {
  const { files, text, io } = context;
  const { out, prefer, json, allowChanges, tokenizer: tokenizerFolder } = flags;
  const strengths = parseStrengths(flags.strengths);
  if (flags.dryRun && flags.draw !== undefined) {
    throw new AtelierError(
      "config",
      "strength --draw: expected no --dry-run, which writes nothing. Leave one of the two out.",
    );
  }
  if (out !== undefined && !flags.force && (await files.stat(out)) !== undefined) {
    throw new AtelierError(
      "config",
      said`--out ${out}: expected a new file, got one that exists. Name another one, or replace it with --force.`,
    );
  }
  const progress = createProgress(context, { json });
  try {
    const config = await readRunConfig(files, run);
    const isEmbedded = config.base.path === embeddedBaseName;
    const shipped = isEmbedded
      ? new Map([[embeddedBaseName, await openEmbedded(context, progress)]])
      : undefined;
    const deps = nodeTrainDeps(config, { tokenizerFolder, shipped });
    const { signal } = io;
    const options = { strengths, prefer, out, allowChanges, writes: !flags.dryRun, signal };
    const view: View = { context, run, json, progress, seen: { strengths: [], drawn: [] } };
    for await (const event of measureStrengths(run, deps, { ...options, draws: flags.draw })) {
      await show(event, view);
    }
    await writeSheet(view);
    if (view.seen.isSaved !== true) return;
    // It shows the strengths that were measured.
    const report = await writeReport(context, run, progress);
    if (report !== undefined && !json) print(context, text.runReport.terminal.report(report.path));
  } finally {
    progress.clear();
  }
}

/** @throws AtelierError `config`. */
function parseStrengths(value: string): number[] {
  const numbers = value.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  if (numbers.every((number) => !Number.isNaN(number))) return numbers;
  throw new AtelierError(
    "config",
    said`--strengths ${value}: expected numbers with commas between, got something else. Write for example 0.4,0.6,0.8,1,1.2.`,
  );
}

interface View {
  readonly context: CliContext;
  readonly run: string;
  readonly json: boolean;
  readonly progress: Progress;
  /** What was told so far. */
  readonly seen: {
    rows?: RowsEvent;
    strengths: StrengthEvent[];
    drawn: DrawnStrength[];
    chosen?: ChosenEvent;
    isSaved?: boolean;
  };
}

async function show(event: StrengthsEvent, view: View): Promise<void> {
  const { context, json, progress, seen } = view;
  const { strength: text, train } = context.text;
  if (event.type === "warning") {
    progress.tell([event]);
    return;
  }
  if (event.type === "drawn") {
    seen.drawn.push(event);
    progress.update({ label: text.drawing });
    return;
  }
  if (json) printJson(context, event);
  switch (event.type) {
    case "progress":
      progress.update(describeStage(event, train));
      break;
    case "measuring":
      progress.update({ label: text.measuring, done: event.done, total: event.total });
      break;
    case "rows":
      seen.rows = event;
      progress.done(text.rows(event));
      break;
    case "strength":
      seen.strengths.push(event);
      break;
    case "chosen":
      seen.chosen = event;
      if (!json) showChoice(event, view);
      break;
    case "saved":
      seen.isSaved = true;
      if (json) break;
      progress.clear();
      for (const { path } of event.results) print(context, text.written(path));
      if (event.results.length === 0 && seen.chosen?.beatsBase === true) print(context, text.own);
      print(context, text.record(event.record));
      break;
    default:
      event satisfies never;
  }
}

function showChoice(chosen: ChosenEvent, { context, progress, seen }: View): void {
  const { strength: text } = context.text;
  const { rows, strengths } = seen;
  if (rows === undefined) return;
  progress.clear();
  for (const line of table([text.head(rows), ...strengths.map(text.row)])) print(context, line);
  print(context, "");
  print(context, text.chosen(chosen, strengths, rows));
  const [first, last] = [rows.strengths[0], rows.strengths.at(-1)];
  const isEdge = first !== last && (chosen.strength === first || chosen.strength === last);
  if (chosen.beatsBase && isEdge) print(context, text.atEdge(chosen.strength));
}

/** Lines whose columns begin below each other. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => columnsOf(row[column] ?? ""))),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => padColumns(cell, widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** A row of pictures for the base and each strength. */
async function writeSheet({ context, run, json, seen: { drawn } }: View): Promise<void> {
  if (drawn.length === 0) return;
  const { files, text } = context;
  const { strength: own } = text;
  const labels = drawn.map(({ strength, seed }) =>
    strength === 0 ? own.base(seed) : own.drawn(strength, seed),
  );
  const columns = drawn.filter(({ strength }) => strength === 0).length;
  const pictures = drawn.map(({ picture }) => picture);
  const path = files.join(run, "strength.png");
  const sheet = contactSheet(pictures, { columns, labels, gap: 8 });
  await files.write(path, [await encodePng(sheet)]);
  if (json) printJson(context, { type: "drawn", path });
  else print(context, own.sheet(path));
}
