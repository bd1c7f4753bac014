/** @file The steps of a run: batches in, losses out, and what happens when they stop being numbers. */

import {
  AtelierError,
  createStepper,
  type FloatTensor,
  inputsOf,
  type OptimizerGroup,
  type ParameterSource,
  type Runtime,
  type Stepper,
  type StepResults,
} from "@atelier/engine";
import { partSuffixes } from "../io/lora-files/adapter-parts.js";
import { isDropoutInput } from "../tuning/drops.js";
import { createNormLimit } from "../tuning/max-norm.js";
import { loraGraph } from "./lora-graph.js";
import { optimizerOfConfig } from "./optimizer-of-config.js";
import type { RunPlan } from "./plan-run.js";
import type { StepEvent } from "./train-event.js";
import { type TrainingBatch, trainingBatches } from "./training-batch.js";
import type { TrainingData } from "./training-data.js";

/** Trains step by step. */
export interface TrainingLoop extends AsyncDisposable {
  /** Finished steps whose loss and gradients were finite. */
  readonly step: number;
  /** The factors after those steps. */
  values(): ReadonlyMap<string, FloatTensor>;
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
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  readonly initial: ReadonlyMap<string, FloatTensor>;
  /** Resident memory of this process. */
  readonly memoryBytes: () => number;
}

/** Compiles the training step. @throws AtelierError `runtime`. */
export async function createTrainingLoop(options: LoopOptions): Promise<TrainingLoop> {
  const { plan, data, memoryBytes } = options;
  const { config, schedule, predictionType } = plan;
  const { loss, perSample, trained } = loraGraph(plan.graph);
  const dropout = inputsOf({ outputs: { loss } }).filter(({ attributes }) =>
    isDropoutInput(attributes.name),
  );
  const batchAt = trainingBatches({
    config,
    data,
    schedule,
    predictionType,
    dropout: new Map(dropout.map(({ attributes, shape }) => [attributes.name, shape])),
  });
  const stepper = await createStepper(options.runtime, {
    loss,
    metrics: { perSample },
    parameters: trained,
    optimizer: optimizerOfConfig(config.optimizer),
    groups: groupsOf(config),
    maxGradNorm: config.maxGradNorm === 0 ? undefined : config.maxGradNorm,
    accumulation: config.gradientAccumulation,
    frozen: options.frozen,
    initial: options.initial,
  });
  const { maxWeightNorm } = config.lora;
  const limit =
    maxWeightNorm === undefined
      ? undefined
      : await createNormLimit(options.runtime, plan.tuning.slots, maxWeightNorm);
  const clock = createStepTimes();
  let good = { step: 0, values: stepper.values() };
  return {
    get step() {
      return good.step;
    },
    values: () => good.values,
    async advance() {
      const step = good.step + 1;
      const learningRate = plan.learningRateAt(step);
      const micro = config.gradientAccumulation;
      const batches = Array.from({ length: micro }, (_, m) => batchAt(good.step * micro + m));
      clock.begin();
      const results = await run(stepper, batches, learningRate);
      requireFinite(step, batches, results);
      if (limit !== undefined) {
        const limited = await limit.apply(stepper.values());
        stepper.restore(new Map([...stepper.state(), ...limited]), step);
      }
      good = { step, values: stepper.values() };
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
      await limit?.[Symbol.asyncDispose]();
    },
  };
}

const run = (
  stepper: Stepper,
  batches: readonly TrainingBatch[],
  learningRate: number,
): Promise<StepResults[]> =>
  stepper.run(
    batches.map(({ values }) => values),
    learningRate,
  );

/**
 * The text encoder follows the same schedule at a rate of its own, and so do, in both models, the second
 * factors of LoRA+ (Hayou, Ghosh & Yu 2024).
 */
function groupsOf({ learningRate, lora }: RunPlan["config"]): OptimizerGroup[] {
  const { textEncoder, loraPlusRatio } = lora;
  const textRatio = textEncoder.learningRate / learningRate;
  const isText = (parameter: string) => parameter.startsWith("text_encoder.");
  const isSecond = (parameter: string) => parameter.endsWith(`.${partSuffixes.lora.up}`);
  const group = (name: string, owns: OptimizerGroup["owns"], ratio: number): OptimizerGroup => ({
    name,
    owns,
    learningRate: (runRate) => runRate * ratio,
  });
  const second = loraPlusRatio === 1 ? [] : [group("second factors", isSecond, loraPlusRatio)];
  if (!textEncoder.train) return second;
  const isTextSecond = (parameter: string) => isText(parameter) && isSecond(parameter);
  const both = group("second factors of the text encoder", isTextSecond, textRatio * loraPlusRatio);
  const text = group("text encoder", isText, textRatio);
  return second.length === 0 ? [text] : [both, text, ...second];
}

function numberOf(results: StepResults | undefined, name: string): number {
  return Number(results?.[name]?.data[0] ?? Number.NaN);
}

function requireFinite(
  step: number,
  batches: readonly TrainingBatch[],
  results: readonly StepResults[],
): void {
  const bad = batches.flatMap(({ pictures, timesteps }, index) => {
    const perSample = results[index]?.["perSample"]?.data ?? [];
    return pictures.flatMap((picture, row) =>
      Number.isFinite(Number(perSample[row])) ? [] : [`${picture} (timestep ${timesteps[row]})`],
    );
  });
  const gradNorm = numberOf(results.at(-1), "gradNorm");
  if (bad.length === 0 && Number.isFinite(gradNorm)) return;
  const what =
    bad.length > 0
      ? `a loss of NaN or infinity for ${bad.join(", ")}`
      : `gradients of NaN or infinity from ${batches.flatMap(({ pictures }) => pictures).join(", ")}`;
  throw new AtelierError(
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
