/** @file Runs a training in its own process and shows its events: what `train` and `lora` share. */

import type { TrainConfig, TrainEvent } from "@atelier/diffusion";
import { runInChild } from "@atelier/diffusion/node";
import { type CliContext, print, printJson } from "./cli-context.js";
import { exitCodes } from "./exit.js";
import { formatBytes, formatDuration } from "./format.js";
import { createProgress, type Progress } from "./progress.js";

type PlanEvent = Extract<TrainEvent, { type: "plan" }>;
type EndEvent = Extract<TrainEvent, { type: "done" | "stopped" }>;

/** Trains; ends with 130 when it was stopped. @throws AtelierError when training fails. */
export async function runTraining(
  context: CliContext,
  config: TrainConfig,
  { json }: { readonly json: boolean },
): Promise<void> {
  const progress = createProgress(context, { json });
  progress.update({ label: context.text.train.starting });
  try {
    for await (const event of runInChild(config, context.io.signal)) {
      if (json) printJson(context, event);
      else show(event, { context, config, progress });
      if (event.type === "stopped") context.setExitCode(exitCodes.interrupted);
    }
  } finally {
    progress.clear();
  }
}

interface View {
  readonly context: CliContext;
  readonly config: TrainConfig;
  readonly progress: Progress;
}

function show(event: TrainEvent, view: View): void {
  const { progress, context } = view;
  const { train: text } = context.text;
  switch (event.type) {
    case "plan":
      showPlan(event, view);
      break;
    case "warning":
      progress.warn(event.message);
      break;
    case "progress":
      progress.update({
        label: text.stages[event.stage],
        done: event.done,
        total: event.total,
      });
      break;
    case "step": {
      const left = formatDuration(event.secondsLeft);
      const label = text.step(event.loss.toFixed(4), left, formatBytes(event.memoryBytes));
      progress.update({ label, done: event.step, total: event.steps });
      break;
    }
    case "sample":
      progress.done(text.sample(event.path));
      break;
    case "checkpoint":
      for (const path of event.paths) progress.done(text.saved(path));
      break;
    case "done":
    case "stopped":
      showEnd(event, view);
      break;
    default:
      event satisfies never;
  }
}

function showPlan(event: PlanEvent, { context, progress }: View): void {
  const { train: text } = context.text;
  progress.done(text.folder(event.folder));
  const { pictures, width, height, steps, adaptedLayers, trainedParameters } = event;
  progress.done(text.plan({ pictures, width, height, steps, adaptedLayers, trainedParameters }));
}

function showEnd(event: EndEvent, { context, config, progress }: View): void {
  const { train: text } = context.text;
  progress.clear();
  const time = formatDuration(event.seconds);
  print(
    context,
    event.type === "done" ? text.finished(event.step, time) : text.interrupted(event.step),
  );
  for (const path of event.adapters) print(context, text.saved(path));
  const [adapter] = event.adapters;
  if (adapter === undefined) return;
  const base = config.base.path ?? config.base.repo ?? "";
  print(context, text.use(base, adapter, config.data.prompt ?? ""));
}
