/** @file The steps of any training: batches in, numbers out, and what happens when they are none. */

import {
  type AtelierError,
  createStepper,
  type HostTensor,
  type Runtime,
  type StepperOptions,
  type StepResults,
  type TensorMap,
} from "@atelier/engine";
import type { Constraint, ParameterValues } from "../parts/tuning-part.js";

/** A training that goes on step by step. */
export interface TrainingLoop extends AsyncDisposable {
  /** Finished steps, all with finite numbers. */
  readonly step: number;
  /** Goes on from other values with nothing that the optimizer remembers. */
  restart(values: ParameterValues): Promise<void>;
  /** What is trained after those steps, its average where one is kept: maybe overwritten by the next step. */
  readonly values: () => Promise<ParameterValues>;
  /** What the last step made of it, averages aside: likewise. */
  readonly latestValues: () => Promise<ParameterValues>;
  /** Loss and metrics of inputs at {@link TrainingLoop.values}; changes nothing. @throws AtelierError `shape`, `runtime`, `aborted`. */
  readonly evaluate: (inputs: TensorMap) => Promise<StepResults>;
  /** Everything that later steps depend on, besides their number: likewise. */
  readonly state: () => Promise<ReadonlyMap<string, HostTensor>>;
  /**
   * One step. @throws AtelierError `training` when one of its numbers is not finite, `aborted` on the
   *   signal; the values are then still those before the step.
   */
  advance(): Promise<FinishedStep>;
}

/** What a step tells. */
export interface FinishedStep {
  readonly type: "step";
  /** The first is 1. */
  readonly step: number;
  /** Mean over the step's batches. */
  readonly loss: number;
  /** Before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
  /** Its batches and constraints included. */
  readonly seconds: number;
  /** In mixed precision. */
  readonly scaling?: { readonly lossScale: number; readonly overflows: number };
  /** Of each batch. */
  readonly results: readonly StepResults[];
}

/** What a loop runs on. */
export interface LoopOptions<Batch> extends StepperOptions {
  readonly runtime: Runtime;
  /** The batch of a number, from 0: a pure function. */
  readonly batchAt: (index: number) => Batch | Promise<Batch>;
  /** Of a step, the first of which is 1: a pure function. */
  readonly learningRateAt: (step: number) => number;
  /** What is thrown for a step with numbers that are not finite. */
  readonly notFinite: (
    step: number,
    batches: readonly Batch[],
    results: readonly StepResults[],
  ) => AtelierError;
  /** Of values after each step; disposed with the loop. */
  readonly constraints?: readonly Constraint[];
  /** Stops what is under way: a step does not count then. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called with the first values in place, whether the training begins or goes on: what it evaluates is what
   * the training started from.
   */
  readonly atStart?: ((evaluate: TrainingLoop["evaluate"]) => Promise<void>) | undefined;
  /** A state to go on from, after so many steps, and when it was last restarted. */
  readonly resumeFrom?:
    | {
        readonly state: ReadonlyMap<string, HostTensor>;
        readonly step: number;
        readonly restartedAt?: number;
      }
    | undefined;
}

/** Compiles the training step. @throws AtelierError `runtime`, `training` for a state of another training. */
export async function createTrainingLoop<Batch extends { readonly values: TensorMap }>(
  options: LoopOptions<Batch>,
): Promise<TrainingLoop> {
  const { accumulation = 1, average, constraints = [], resumeFrom } = options;
  const { batchAt, learningRateAt, notFinite, signal } = options;
  const stepper = await createStepper(options.runtime, options);
  const evaluate: TrainingLoop["evaluate"] = (inputs) =>
    stepper.evaluate(inputs, { of: average === undefined ? "values" : "averages", signal });
  await options.atStart?.(evaluate);
  if (resumeFrom !== undefined) {
    const { state, step, restartedAt } = resumeFrom;
    await stepper.restore(state, step, restartedAt);
  }
  return {
    get step() {
      return stepper.step;
    },
    restart: (values) => stepper.restart(values),
    values: async () => (await stepper.averages()) ?? stepper.values(),
    latestValues: () => stepper.values(),
    evaluate,
    state: () => stepper.state(),
    async advance() {
      const begun = performance.now();
      const step = stepper.step + 1;
      const learningRate = learningRateAt(step);
      const batches: Batch[] = [];
      for (let micro = 0; micro < accumulation; micro++) {
        batches.push(await batchAt((step - 1) * accumulation + micro));
      }
      const inputs = batches.map(({ values }) => values);
      const results = await stepper.run(inputs, learningRate, { isGood: areFinite, signal });
      if (!areFinite(results)) throw notFinite(step, batches, results);
      for (const constraint of constraints) {
        const changed = await constraint.apply(await stepper.values());
        if (changed.size > 0) await stepper.overwrite(changed);
      }
      const losses = results.map((result) => numberOf(result, "loss"));
      const loss = losses.reduce((sum, value) => sum + value, 0) / accumulation;
      const last = results.at(-1);
      const gradNorm = numberOf(last, "gradNorm");
      const scaling =
        options.mixedPrecision === undefined
          ? {}
          : {
              scaling: {
                lossScale: numberOf(last, "lossScale"),
                overflows: numberOf(last, "overflows"),
              },
            };
      const seconds = (performance.now() - begun) / 1000;
      return { type: "step", step, loss, gradNorm, learningRate, seconds, ...scaling, results };
    },
    async [Symbol.asyncDispose]() {
      await stepper[Symbol.asyncDispose]();
      for (const constraint of constraints) await constraint[Symbol.asyncDispose]();
    },
  };
}

/** A scalar of a step's results. */
export function numberOf(results: StepResults | undefined, name: string): number {
  return Number(results?.[name]?.data[0] ?? Number.NaN);
}

function areFinite(results: readonly StepResults[]): boolean {
  const tensors = results.flatMap((result) => Object.values(result));
  return tensors.every(({ data }) => Array.from(data, Number).every(Number.isFinite));
}
