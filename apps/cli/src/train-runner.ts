/** @file Runs a training in its own process and shows its events: what `train` and `lora` share. */

import { totalmem } from "node:os";
import { embeddedBaseName } from "@atelier/base/embedded";
import { verdictSentence, type WarningEvent, warning } from "@atelier/diffusion/core";
import type { EndEvent, GivenConfig, ResumeOptions, TrainEvent } from "@atelier/diffusion/train";
import { runInChild } from "@atelier/diffusion/train-process";
import { type CliContext, print, printJson } from "./cli-context.js";
import { showNotes, trainingNotes } from "./embedded-notes.js";
import { errorWords } from "./error-words.js";
import { exitCodes } from "./exit.js";
import { formatBytes, formatBytesApart, quoteArgument } from "./format.js";
import type { Messages } from "./messages/messages.js";
import { openEmbedded } from "./open-embedded.js";
import { inFlags } from "./option-flags.js";
import { planTraining } from "./plan-training.js";
import { createProgress, type Progress, type ProgressState } from "./progress.js";
import type { WrittenReport } from "./report/run-report/write-run-report.js";

type PlanEvent = Extract<TrainEvent, { type: "plan" }>;
type StageEvent = Extract<TrainEvent, { type: "progress" }>;

/** Options that are no part of the config. */
export interface TrainingFlags {
  readonly json?: boolean;
  /** Folder of a tokenizer, for a base without one. */
  readonly tokenizer?: string;
  /** Goes on with the run in the config's `output.run`. */
  readonly resume?: ResumeOptions;
  /** Says what the training will take, and trains nothing. */
  readonly plan?: boolean;
}

/** Trains; ends with 130 when it was stopped. @throws AtelierError when training fails. */
export async function runTraining(
  context: CliContext,
  config: GivenConfig,
  { json = false, tokenizer, resume, plan = false }: TrainingFlags,
): Promise<void> {
  const progress = createProgress(context, { json });
  progress.update({ label: context.text.train.starting });
  try {
    if (plan) {
      const used = { plan: undefined, planned: 0, bytes: 0 };
      const onPlan = (event: PlanEvent) =>
        showPlan(event, { context, config, tokenizer, progress, used });
      await planTraining(context, config, { json, tokenizer, progress, onPlan });
      return;
    }
    const isEmbedded = config.base.path === embeddedBaseName;
    const [embedded, notes] = isEmbedded
      ? await Promise.all([openEmbedded(context, progress), trainingNotes(context.files, config)])
      : [undefined, []];
    const shipped = embedded && new Map([[embeddedBaseName, embedded]]);
    showNotes(context, notes, { json, progress });
    const { trainingChild: child } = context.io;
    const options = { child, tokenizerFolder: tokenizer, shipped, resume };
    const used: View["used"] = { plan: undefined, planned: 0, bytes: 0 };
    let ended: string | undefined;
    for await (const event of runInChild(config, context.io.signal, options)) {
      if (event.type === "warning") progress.tell([event]);
      else if (json) printJson(context, event);
      else await show(event, { context, config, tokenizer, progress, used });
      if (event.type === "stopped") context.setExitCode(exitCodes.interrupted);
      if (event.type === "done" || event.type === "stopped") ended = event.folder;
    }
    // Read to its end, where the process lets go of the run's folder.
    if (ended !== undefined) {
      const written = await writeReport(context, ended, progress);
      if (written === undefined || json) return;
      const { showReport } = await import("./report/run-report/show-report.js");
      showReport(context, written);
    }
  } finally {
    progress.clear();
  }
}

/** Writes the report of a run; that it cannot be written is told, and fails nothing. */
export async function writeReport(
  context: CliContext,
  folder: string,
  progress: Progress,
): Promise<WrittenReport | undefined> {
  try {
    // What draws pages is loaded while nobody waits for a first step.
    const { writeRunReport } = await import("./report/run-report/write-run-report.js");
    return await writeRunReport(context, folder);
  } catch (error) {
    const message = context.text.runReport.failed(folder, errorWords(error, context.text));
    progress.tell([warning("in-words", { message })]);
    return undefined;
  }
}

interface View {
  readonly context: CliContext;
  readonly config: GivenConfig;
  readonly progress: Progress;
  readonly tokenizer: string | undefined;
  /** The plan, the memory that it asked for, and the most that was used. */
  readonly used: { plan: PlanEvent | undefined; planned: number; bytes: number };
}

async function show(event: Exclude<TrainEvent, WarningEvent>, view: View): Promise<void> {
  const { progress, context } = view;
  const { train: text } = context.text;
  switch (event.type) {
    case "plan":
      showPlan(event, view);
      break;
    case "progress":
      progress.update(describeStage(event, text));
      break;
    case "step": {
      view.used.bytes = Math.max(view.used.bytes, event.memoryBytes);
      const left = context.text.duration(event.secondsLeft);
      const label = text.step(event.loss.toFixed(4), left, formatBytes(event.memoryBytes));
      progress.update({ label, done: event.step, total: event.steps });
      break;
    }
    case "sample":
      progress.done(text.sample(event.path));
      break;
    case "watch":
      if (event.heldOut.length > 0) progress.done(text.heldOut(event.heldOut, event.validation));
      break;
    case "look":
      // What follows from it is told as a verdict.
      break;
    case "verdict":
      progress.done(inFlags(verdictSentence(event, context.text.verdicts)));
      break;
    case "resumed":
      progress.done(text.resumed(event.step));
      break;
    case "snapshot":
      for (const { path } of event.results) progress.done(text.saved(path));
      break;
    case "done":
    case "stopped":
      await showEnd(event, view);
      break;
    default:
      event satisfies never;
  }
}

/** A stage of preparation as a line. */
export function describeStage(
  { stage, done, total }: StageEvent,
  { stages }: Messages["train"],
): ProgressState {
  const label = stages[stage];
  if (typeof label === "string") return { label, done, total };
  return { label: label(formatBytes(done), formatBytes(total)) };
}

function showPlan(event: PlanEvent, { context, progress, used }: View): void {
  used.plan = event;
  used.planned = event.memory.total;
  const { train: text } = context.text;
  progress.done(text.folder(event.folder));
  const { pictures, width, height, steps, adaptedLayers, trainedParameters } = event;
  progress.done(text.plan({ pictures, width, height, steps, adaptedLayers, trainedParameters }));
  const { memory, batchSize, picturesPerStep } = event;
  progress.done(text.memory(formatBytes(memory.total), batchSize, picturesPerStep));
  if (memory.total > totalmem()) {
    progress.warn(text.tooLarge(...formatBytesApart(memory.total, totalmem())));
  }
  if (event.buckets.length < 2) return;
  for (const bucket of event.buckets) {
    const names = bucket.pictures.map(({ name }) => name);
    const cropped = Math.max(...bucket.pictures.map((picture) => picture.cropped));
    progress.done(text.bucket(bucket.width, bucket.height, names, cropped));
  }
}

async function showEnd(
  event: EndEvent,
  { context, config, tokenizer, progress, used }: View,
): Promise<void> {
  const { train: text } = context.text;
  progress.clear();
  const time = context.text.duration(event.seconds);
  print(
    context,
    event.type === "done" ? text.finished(event.step, time) : text.interrupted(event.step),
  );
  if (event.type === "done" && event.stop !== undefined) {
    print(context, inFlags(text.ended(event.stop)));
  }
  if (used.bytes > 0) {
    print(context, text.usedMemory(formatBytes(used.bytes), formatBytes(used.planned)));
  }
  const kept = event.type === "done" ? event.kept : undefined;
  if (kept !== undefined) {
    print(context, inFlags(context.text.verdicts.kept(kept.best, kept.bank)));
    for (const { path } of kept.last) print(context, text.lastStep(path));
  }
  for (const { path } of event.results) print(context, text.saved(path));
  if (event.results.length === 0) return;
  const { results } = event;
  // What draws is loaded while nobody waits for a first step.
  const { drawOptions } = await import("./draw-command.js");
  print(context, text.use(drawOptions({ config, results, tokenizer, plan: used.plan })));
  if (event.type !== "stopped") return;
  const again = tokenizer === undefined ? [] : ["--tokenizer", tokenizer];
  const run = [event.folder, ...again].map(quoteArgument).join(" ");
  print(context, text.goOn(run));
  print(context, text.finish(run));
}
