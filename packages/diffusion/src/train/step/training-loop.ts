/** @file The steps of a run: batches in, losses out, and what happens when they stop being numbers. */

import {
  AtelierError,
  createStepper,
  floatTensor,
  type HostTensor,
  inputsOf,
  type ParameterSource,
  type Runtime,
  type StepResults,
  type TensorMap,
} from "@atelier/engine";
import { isDropoutInput } from "../../tuning/drops.js";
import { type BatchSource, type TrainingBatch, trainingBatches } from "../data/training-batch.js";
import type { TrainingData } from "../data/training-data.js";
import type { StepEvent } from "../events/train-event.js";
import type { Snapshot } from "../folder/snapshots.js";
import { listParts } from "../parts/parts-of-config.js";
import type { Constraint, ParameterValues } from "../parts/tuning-part.js";
import type { RunPlan } from "../plan/plan-run.js";
import type { BatchLoss } from "../watch/watcher.js";
import { optimizerOfConfig } from "./optimizer-of-config.js";
import { type TrainingGraph, trainingGraph } from "./training-graph.js";

/** Trains step by step. */
export interface TrainingLoop extends AsyncDisposable {
  /** Finished steps whose loss and gradients were finite. */
  readonly step: number;
  /** What is trained after those steps, its average where one is kept: overwritten by the next step. */
  readonly values: () => ParameterValues;
  /** What the last step made of it, averages aside: likewise. */
  readonly latestValues: () => ParameterValues;
  /** The batch of a number, from 0. */
  readonly batch: (index: number) => TrainingBatch;
  /** The loss of inputs at {@link TrainingLoop.values}; changes nothing. @throws AtelierError `shape`, `runtime`. */
  readonly loss: (inputs: TensorMap) => Promise<BatchLoss>;
  /** Everything that later steps depend on, besides their number: overwritten by the next step. */
  state(): ReadonlyMap<string, HostTensor>;
  /**
   * One step. @throws AtelierError `training` when the loss or the gradients are not finite; the
   * values are then still those before the step.
   */
  advance(): Promise<StepEvent>;
}

/** What a loop runs on. */
export interface LoopOptions {
  readonly runtime: Runtime;
  readonly plan: RunPlan;
  readonly data: TrainingData;
  readonly prior: BatchSource["prior"];
  readonly encode: BatchSource["encode"];
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  readonly initial: ParameterValues;
  readonly constraints: readonly Constraint[];
  /** A snapshot to go on from. */
  readonly resumeFrom?: Pick<Snapshot, "state" | "step"> | undefined;
  /** Resident memory of this process. */
  readonly memoryBytes: () => number;
}

/** Compiles the training step. @throws AtelierError `runtime`. */
export async function createTrainingLoop(options: LoopOptions): Promise<TrainingLoop> {
  const { plan, data, constraints, resumeFrom, memoryBytes } = options;
  const { config, process } = plan;
  const [{ loss, perSample, trained }, ...variants] = graphsOf(plan);
  const dropout = inputsOf({ outputs: { loss } }).filter(({ attributes }) =>
    isDropoutInput(attributes.name),
  );
  const batchAt = trainingBatches({
    config,
    data,
    prior: options.prior,
    readsIds: plan.graph.readsIds,
    isWeighted: plan.graph.isWeighted,
    encode: options.encode,
    family: plan.graph.family,
    process,
    dropout: new Map(dropout.map(({ attributes, shape }) => [attributes.name, shape])),
  });
  const stepper = await createStepper(options.runtime, {
    loss,
    metrics: { perSample },
    parameters: trained,
    variants: variants.map((graph) => ({
      loss: graph.loss,
      metrics: { perSample: graph.perSample },
      parameters: graph.trained,
    })),
    optimizer: optimizerOfConfig(config.optimizer),
    groups: listParts(plan.parts).flatMap(({ groups }) => groups),
    maxGradNorm: config.maxGradNorm === 0 ? undefined : config.maxGradNorm,
    accumulation: config.gradientAccumulation,
    frozen: options.frozen,
    initial: options.initial,
    average: config.ema.decay === 0 ? undefined : config.ema,
  });
  if (resumeFrom !== undefined) stepper.restore(resumeFrom.state, resumeFrom.step);
  const isAveraged = config.ema.decay !== 0;
  const clock = createStepTimes();
  return {
    get step() {
      return stepper.step;
    },
    values: () => stepper.averages() ?? stepper.values(),
    latestValues: () => stepper.values(),
    batch: batchAt,
    async loss(inputs) {
      const results = await stepper.evaluate(inputs, isAveraged ? "averages" : "values");
      const rows = [...(results["perSample"]?.data ?? [])].map(Number);
      return { loss: numberOf(results, "loss"), perSample: floatTensor(rows, [rows.length]) };
    },
    state: () => stepper.state(),
    async advance() {
      const step = stepper.step + 1;
      const learningRate = plan.learningRateAt(step);
      const micro = config.gradientAccumulation;
      const batches = Array.from({ length: micro }, (_, m) => batchAt((step - 1) * micro + m));
      clock.begin();
      const inputs = batches.map(({ values }) => values);
      const results = await stepper.run(inputs, learningRate, isGood);
      if (!isGood(results)) throw notFinite(step, batches, results);
      for (const constraint of constraints) {
        const changed = await constraint.apply(stepper.values());
        if (changed.size === 0) continue;
        stepper.restore(new Map([...stepper.state(), ...changed]), step);
      }
      const secondsPerStep = clock.end();
      const losses = results.map((result) => numberOf(result, "loss"));
      return {
        type: "step",
        step,
        steps: config.steps,
        loss: losses.reduce((sum, value) => sum + value, 0) / micro,
        gradNorm: numberOf(results.at(-1), "gradNorm"),
        learningRate,
        secondsPerStep,
        secondsLeft: secondsPerStep * (config.steps - step),
        memoryBytes: memoryBytes(),
      };
    },
    async [Symbol.asyncDispose]() {
      await stepper[Symbol.asyncDispose]();
      for (const constraint of constraints) await constraint[Symbol.asyncDispose]();
    },
  };
}

/** The graph of the largest shape, then those of the others. */
function graphsOf({ graph, otherGraphs }: RunPlan): [TrainingGraph, ...TrainingGraph[]] {
  return [trainingGraph(graph), ...otherGraphs.map((spec) => trainingGraph(spec))];
}

function numberOf(results: StepResults | undefined, name: string): number {
  return Number(results?.[name]?.data[0] ?? Number.NaN);
}

function isGood(results: readonly StepResults[]): boolean {
  const losses = results.flatMap(({ perSample }) => [...(perSample?.data ?? [])]);
  return [...losses, numberOf(results.at(-1), "gradNorm")].every((value) =>
    Number.isFinite(Number(value)),
  );
}

function notFinite(
  step: number,
  batches: readonly TrainingBatch[],
  results: readonly StepResults[],
): AtelierError {
  const shown = batches.map(({ pictures, captions, timesteps }) =>
    pictures.map(
      (picture, row) => `${picture} (timestep ${timesteps[row]}, caption "${captions[row]}")`,
    ),
  );
  const bad = shown.flatMap((rows, index) => {
    const perSample = results[index]?.["perSample"]?.data ?? [];
    return rows.filter((_, row) => !Number.isFinite(Number(perSample[row])));
  });
  const what =
    bad.length > 0
      ? `a loss of NaN or infinity for ${bad.join(", ")}`
      : `gradients of NaN or infinity from ${shown.flat().join(", ")}`;
  return new AtelierError(
    "training",
    step === 1
      ? `training: expected a finite loss at step 1, got ${what}. The weights of the base model are damaged or overflow; check them with \`atelier inspect\`.`
      : `training: expected a finite loss at step ${step}, got ${what}. Lower the learning rate, or remove the picture if it is always the same.`,
    { context: { step, pictures: batches.flatMap(({ pictures }) => pictures) } },
  );
}

/** Mean of the latest steps; the first, which warms up, counts only while it is alone. */
function createStepTimes(now: () => number = () => performance.now()): {
  begin(): void;
  end(): number;
} {
  const latest = 20;
  let times: number[] = [];
  let begun = 0;
  let count = 0;
  return {
    begin() {
      begun = now();
    },
    end() {
      const seconds = (now() - begun) / 1000;
      times = count === 1 ? [seconds] : [...times, seconds].slice(-latest);
      count += 1;
      return times.reduce((sum, value) => sum + value, 0) / times.length;
    },
  };
}
