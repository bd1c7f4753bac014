/** @file Runs a tune, each probe in a process of its own, and shows what it tells. */

import { verdictSentence } from "@atelier/diffusion/core";
import { lockFolder } from "@atelier/diffusion/node";
import { runInChild } from "@atelier/diffusion/train-process";
import {
  bestOf,
  type ProbePlan,
  type ProbeTrainingEvent,
  type Trainer,
  type TunedEvent,
  type TuneEvent,
  type TuneSettings,
  tune,
} from "@atelier/diffusion/tune";
import { type CliContext, print, printJson } from "../cli-context.js";
import { exitCodes } from "../exit.js";
import { quoteArgument } from "../format.js";
import { inFlags } from "../option-flags.js";
import { createProgress, type Progress } from "../progress.js";
import { describeStage } from "../train-runner.js";
import { worded } from "../worded.js";
import type { Shipped } from "./find-advice.js";

/** What is tuned, or gone on with, and how. */
export interface RunTuneOptions {
  readonly folder: string;
  /** None of a tune that goes on. */
  readonly settings?: TuneSettings;
  readonly shipped: Shipped;
  readonly tokenizer: string | undefined;
  readonly json: boolean;
}

/** Tunes; ends with 130 when it was stopped. @throws AtelierError when it fails. */
export async function runTune(
  context: CliContext,
  { folder, settings, shipped, tokenizer: tokenizerFolder, json }: RunTuneOptions,
): Promise<void> {
  const { files, io } = context;
  const progress = createProgress(context, { json });
  // The first probe takes the process that waits; each other one has its own.
  let waiting = io.trainingChild;
  const train: Trainer = (config, { signal, resume }) => {
    const child = waiting;
    waiting = undefined;
    return runInChild(config, signal, { child, tokenizerFolder, shipped, resume });
  };
  const deps = { files, lockFolder, now: Date.now, train };
  const view: View = { context, progress, json, plans: new Map(), warned: new Set() };
  try {
    for await (const event of tune(deps, { folder, settings, signal: io.signal })) {
      await show(event, view);
    }
  } finally {
    progress.clear();
  }
}

interface View {
  readonly context: CliContext;
  readonly progress: Progress;
  readonly json: boolean;
  /** Of all probes so far, by id. */
  readonly plans: Map<string, ProbePlan>;
  /** What was warned of is not said again of another probe. */
  readonly warned: Set<string>;
}

async function show(event: TuneEvent, view: View): Promise<void> {
  const { context, json, progress, plans } = view;
  const { tune: text } = context.text;
  if (event.type === "training") {
    showTraining(event, view);
    return;
  }
  if (json) printJson(context, event);
  switch (event.type) {
    case "tune":
      for (const plan of event.probes) plans.set(plan.id, plan);
      progress.done(
        event.probes.length > 0
          ? text.goesOn(event.folder, event.probes.length)
          : text.begun(event.folder, event.minutes, event.prefer),
      );
      break;
    case "probe": {
      const { probe, seconds } = event;
      plans.set(probe.id, probe);
      progress.done(isFull(probe) ? text.full(probe, seconds) : text.probe(probe, seconds));
      break;
    }
    case "measured": {
      const { record } = event;
      progress.done(inFlags(text.measured(record, bestOf(record.points))));
      break;
    }
    case "decision":
      tellDecision(
        text.decision(event.decision, (id) => nameOf(id, view)),
        view,
      );
      break;
    case "stopped":
      progress.warn(text.stopped(quoteArgument(event.folder)));
      context.setExitCode(exitCodes.interrupted);
      break;
    case "done":
      await showEnd(event, view);
      break;
    default:
      event satisfies never;
  }
}

const isFull = ({ stage }: ProbePlan): boolean => stage === "final" || stage === "defaults";

function nameOf(id: string, { context, plans }: View): string {
  const plan = plans.get(id);
  return plan === undefined ? id : context.text.tune.name(plan);
}

function tellDecision(sentence: string, { progress }: View): void {
  if (sentence !== "") progress.done(sentence);
}

/** Of the training of a probe: where it is, and of the full one what is said of it. */
function showTraining({ probe, event }: ProbeTrainingEvent, view: View): void {
  const { context, json, progress, plans, warned } = view;
  const { tune: text, train, verdicts } = context.text;
  const plan = plans.get(probe);
  if (plan === undefined) return;
  if (event.type === "warning") {
    // Probes are meant to go too far; and what holds of one holds of all.
    const key = JSON.stringify([event.code, event.params]);
    if (warned.has(key) || (event.code === "high-learning-rate" && !isFull(plan))) return;
    warned.add(key);
    if (json) printJson(context, { type: "training", probe, event: worded(context, event) });
    else progress.tell([event]);
    return;
  }
  if (json) printJson(context, { type: "training", probe, event });
  switch (event.type) {
    case "progress": {
      const { label, ...parts } = describeStage(event, train);
      progress.update({ label: text.stage(plan, label), ...parts });
      break;
    }
    case "step":
      progress.update({
        label: text.steps(plan, context.text.duration(event.secondsLeft)),
        ...{ done: event.step, total: event.steps },
      });
      break;
    case "watch":
      if (plan.stage === "range" && event.heldOut.length > 0) {
        progress.done(train.heldOut(event.heldOut, undefined));
      }
      break;
    case "verdict":
      if (isFull(plan)) progress.done(inFlags(verdictSentence(event, verdicts)));
      break;
    default:
      break;
  }
}

async function showEnd(
  { folder, config, run, results, seconds }: TunedEvent,
  view: View,
): Promise<void> {
  const { context, json, progress } = view;
  const { tune: text } = context.text;
  progress.clear();
  const { writeTuneReport } = await import("../report/tune-report/write-tune-report.js");
  const report = await writeTuneReport(context, folder, { run, progress });
  if (json) {
    if (report !== undefined) printJson(context, { type: "report", path: report.path });
    return;
  }
  print(context, text.over(context.text.duration(seconds)));
  for (const line of report?.lines ?? []) print(context, line);
  for (const { path } of results) print(context, text.result(path));
  print(context, text.config(quoteArgument(config)));
  print(context, text.reports(report?.path, context.files.join(run, "report.html")));
}
