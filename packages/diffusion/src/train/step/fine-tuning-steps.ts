/** @file Fine-tuning as a training: the graphs, batches and parts of a plan, and what its steps tell. */

import { inputsOf, movingAverage, type Shape, type StepperOptions } from "@atelier/engine";
import { isDropoutInput } from "../../tuning/drops.js";
import type { TrainingBatch } from "../data/batch-part.js";
import { type BatchSource, trainingBatches } from "../data/training-batch.js";
import type { StepEvent } from "../events/train-event.js";
import { listParts } from "../parts/parts-of-config.js";
import type { RunPlan } from "../plan/plan-run.js";
import type { TrainingView } from "../watch/watcher.js";
import { notFinite } from "./not-finite.js";
import { lossScalingOf, optimizerOfConfig } from "./optimizer-of-config.js";
import { trainingGraph } from "./training-graph.js";
import type { FinishedStep, LoopOptions } from "./training-loop.js";

/** What a fine-tuning works with. */
export interface FineTuningOptions
  extends Pick<BatchSource, "data" | "prior" | "encode">,
    Pick<
      LoopOptions<TrainingBatch>,
      | "runtime"
      | "frozen"
      | "initial"
      | "constraints"
      | "resumeFrom"
      | "signal"
      | "atStart"
      | "probes"
    > {
  readonly plan: RunPlan;
  /** Whether the class's prediction is kept in a step, where the plan leaves that open. */
  readonly keepsAt: (step: number) => boolean;
}

/** What a loop needs to train what a plan says. */
export function fineTuning({
  plan,
  data,
  prior,
  encode,
  keepsAt,
  ...start
}: FineTuningOptions): LoopOptions<TrainingBatch> & Pick<TrainingView, "batch"> {
  const { config, process, graph, otherGraphs, keeping, learningRateAt } = plan;
  const { batchParts, gradientAccumulation } = config;
  const largest = stepLoss(graph);
  const kept = keeping.map(stepLoss);
  const batch = trainingBatches({
    ...{ config, data, prior, encode, process },
    parts: batchParts,
    encoders: graph.encoders,
    isWeighted: graph.isWeighted,
    family: graph.family,
    dropout: dropoutOf(largest),
    keeping: kept[0] && { keepsAt, dropout: dropoutOf(kept[0]) },
  });
  return {
    ...start,
    ...largest,
    variants: [...otherGraphs.map(stepLoss), ...kept],
    ...{ batch, batchAt: batch, learningRateAt },
    notFinite,
    optimizer: optimizerOfConfig(config.optimizer),
    groups: listParts(plan.parts).flatMap(({ groups }) => groups),
    maxGradNorm: config.maxGradNorm === 0 ? undefined : config.maxGradNorm,
    mixedPrecision: lossScalingOf(config),
    accumulation: gradientAccumulation * batchParts,
    atOnce: batchParts,
    average: config.ema.decay === 0 ? undefined : movingAverage(config.ema),
  };
}

/** Inputs that say what is left out, which are of one shape in all graphs of as many rows. */
function dropoutOf({ loss }: Pick<StepperOptions, "loss">): ReadonlyMap<string, Shape> {
  return new Map(
    inputsOf({ outputs: { loss } })
      .filter(({ attributes }) => isDropoutInput(attributes.name))
      .map(({ attributes, shape }) => [attributes.name, shape]),
  );
}

function stepLoss(spec: RunPlan["graph"]): Pick<StepperOptions, "loss" | "metrics" | "parameters"> {
  const { loss, perSample, trained } = trainingGraph(spec);
  return { loss, metrics: { perSample }, parameters: trained };
}

/** Tells of steps, with the mean time of the latest; the first, which warms up, counts only while it is alone. */
export function stepEvents(
  steps: number,
  memoryBytes: () => number,
): (finished: FinishedStep) => StepEvent {
  const latest = 20;
  let times: number[] = [];
  let count = 0;
  return ({ type, step, loss, gradNorm, learningRate, seconds, scaling }) => {
    times = count === 1 ? [seconds] : [...times, seconds].slice(-latest);
    count += 1;
    const secondsPerStep = times.reduce((sum, value) => sum + value, 0) / times.length;
    const secondsLeft = secondsPerStep * (steps - step);
    const pace = { secondsPerStep, secondsLeft };
    const numbers = { step, steps, loss, gradNorm, learningRate };
    return { type, ...numbers, ...scaling, ...pace, memoryBytes: memoryBytes() };
  };
}
