/** @file Runs training steps on a state that they advance: clipping, rates, averages, and what counts as a step. */

import { AtelierError, said } from "../errors.js";
import type { Runtime, TensorMap } from "../runtime/runtime.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import type { StepResults } from "./compiled-step.js";
import { createDeviceSteps } from "./device-steps.js";
import { createHostSteps } from "./host-steps.js";
import { exportScale, importScale } from "./loss-scale-state.js";
import { afterOverflow, afterStep, type LossScale } from "./loss-scaling.js";
import type { StepperOptions } from "./step-executor.js";
import { planGroups } from "./training-graph.js";

export type { StepperOptions } from "./step-executor.js";

/** Options of {@link Stepper.run}. */
export interface StepOptions {
  /** Tells by the results whether the step counts; else everything stays as it is. */
  readonly isGood?: (results: readonly StepResults[]) => boolean;
  /** Stops the step as long as nothing is overwritten: then likewise. An update that has begun ends. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Stepper.evaluate}. */
export interface EvaluateOptions {
  /** The parameters as they are, which is the default, or their moving averages. */
  readonly of?: "values" | "averages";
  readonly signal?: AbortSignal | undefined;
}

/** Trains step by step. */
export interface Stepper extends AsyncDisposable {
  /** Finished steps. */
  readonly step: number;
  /**
   * One step over `batches` (as many as the accumulation); the results of each, the last with the `gradNorm` of
   * all gradients. Groups derive their own rates from `learningRate`. In mixed precision gradients that overflow are
   * computed again at a smaller scale of the loss; the last results then tell `lossScale` and how often that was
   * (`overflows`).
   * @throws AtelierError `training` for another number of batches, `shape` for one that no graph takes,
   *   `aborted` on the signal.
   */
  run(
    batches: readonly TensorMap[],
    learningRate: number,
    options?: StepOptions,
  ): Promise<StepResults[]>;
  /**
   * The loss and the metrics of one batch, forward only and on the same vectors: what a step over it
   * would tell; of the inputs of a probe, what that gives. Nothing changes. A graph is compiled when it is first
   * asked for.
   * @throws AtelierError `shape` for a batch that no graph takes, `training` where no averages are kept,
   *   `aborted` on the signal.
   */
  evaluate(batch: TensorMap, options?: EvaluateOptions): Promise<StepResults>;
  /** Trained parameters by name: on the host views of the state, which the next step overwrites. */
  values(): Promise<ReadonlyMap<string, FloatTensor>>;
  /** Moving averages of the trained parameters by name, likewise; `undefined` where none are kept. */
  averages(): Promise<ReadonlyMap<string, FloatTensor> | undefined>;
  /** Everything that later steps depend on, by name and likewise: with the steps, all of a training. */
  state(): Promise<ReadonlyMap<string, HostTensor>>;
  /**
   * Continues from a state and a number of finished steps, with the same bits.
   * @param restartedAt finished steps at the last {@link Stepper.restart}, 0 by default
   * @throws AtelierError `training` for a state of another training.
   */
  restore(
    state: ReadonlyMap<string, HostTensor>,
    step: number,
    restartedAt?: number,
  ): Promise<void>;
  /** Overwrites some parameters between two steps. @throws AtelierError `training` for others. */
  overwrite(values: ReadonlyMap<string, FloatTensor>): Promise<void>;
  /**
   * Goes on from other values with nothing that the optimizer remembers, as one that is made with them; steps
   * count on. @throws AtelierError `training` for values of other parameters.
   */
  restart(values: ReadonlyMap<string, FloatTensor>): Promise<void>;
}

/** Compiles a training step. @throws AtelierError `runtime`, `training` for parameters without a first value. */
export async function createStepper(runtime: Runtime, options: StepperOptions): Promise<Stepper> {
  const { accumulation = 1, average, maxGradNorm, mixedPrecision: scaling } = options;
  const { owners, groups } = planGroups(options);
  const steps =
    runtime.device === undefined
      ? await createHostSteps(runtime, options, groups)
      : await createDeviceSteps(runtime.device, options);
  let finished = 0;
  /** Of them, those before the optimizer began. */
  let restarted = 0;
  let isTorn = false;
  let lossScale: LossScale = { scale: scaling?.initial ?? 1, steps: 0 };

  /** @throws AtelierError `training` after an update that did not come to its end. */
  const requireWhole = (): void => {
    if (!isTorn) return;
    throw new AtelierError(
      "training",
      "stepper: expected the values of a finished step, got an update that failed half-way. Go on from the last snapshot.",
    );
  };

  /** All batches, again at a smaller scale as long as that may make finite gradients of a finite loss. */
  const differentiate = async (
    batches: readonly TensorMap[],
    signal: AbortSignal | undefined,
  ): Promise<Differentiated> => {
    let tried = lossScale;
    for (let overflows = 0; ; overflows++) {
      const { scale } = tried;
      const done = await steps.differentiate(batches, { lossScale: scale, signal });
      const gradNorm = done.gradNorm / scale;
      const isOverflow = !Number.isFinite(gradNorm) && done.results.every(hasFiniteLoss);
      const next = scaling && isOverflow ? afterOverflow(tried, scaling) : undefined;
      if (next === undefined) return { results: done.results, gradNorm, tried, overflows };
      tried = next;
    }
  };

  /** Updates everything; there is no way back, since values are overwritten where they lie. */
  const updateAll = async (
    { gradNorm, tried }: Differentiated,
    learningRate: number,
  ): Promise<void> => {
    const step = finished + 1;
    const scalars = new Map(
      owners.map((owner) => {
        const rate = owner.learningRate(learningRate, step);
        return [owner, owner.optimizer.scalars(step - restarted, rate)] as const;
      }),
    );
    const clipped = maxGradNorm === undefined ? 1 : clipScale(gradNorm, maxGradNorm);
    const gradientScale = clipped / tried.scale;
    isTorn = true;
    await steps.update({ scalars, gradientScale, keptShare: average?.(step - restarted) });
    if (scaling !== undefined) lossScale = afterStep(tried, scaling);
    isTorn = false;
    finished = step;
  };

  return {
    get step() {
      return finished;
    },
    async run(batches, learningRate, { isGood = () => true, signal } = {}) {
      if (batches.length !== accumulation) {
        throw new AtelierError(
          "training",
          said`stepper: expected ${accumulation} batches for a step, got ${batches.length}.`,
        );
      }
      const done = await differentiate(batches, signal);
      const { gradNorm, tried, overflows } = done;
      const scalars =
        scaling === undefined ? { gradNorm } : { gradNorm, lossScale: tried.scale, overflows };
      const told = Object.entries(scalars).map(
        ([name, value]) => [name, floatTensor([value], [])] as const,
      );
      const last = { ...done.results.at(-1), ...Object.fromEntries(told) };
      const results = done.results.with(-1, last);
      if (isGood(results)) await updateAll(done, learningRate);
      return results;
    },
    async evaluate(batch, { of = "values", signal } = {}) {
      if (of === "averages" && average === undefined) {
        throw new AtelierError(
          "training",
          "stepper: expected moving averages to evaluate, got a training that keeps none. Give it `average`, or evaluate the values.",
        );
      }
      requireWhole();
      return steps.forward(batch, of, signal);
    },
    async values() {
      requireWhole();
      return steps.values("values");
    },
    async averages() {
      if (average === undefined) return undefined;
      requireWhole();
      return steps.values("averages");
    },
    async state() {
      requireWhole();
      const state = await steps.export();
      return scaling === undefined ? state : new Map([...state, ...exportScale(lossScale)]);
    },
    async restore(tensors, stepsDone, restartedAt = 0) {
      const read = scaling && importScale(tensors);
      await steps.import(read?.rest ?? tensors);
      if (read !== undefined) lossScale = read.scale;
      isTorn = false;
      finished = stepsDone;
      restarted = restartedAt;
    },
    async overwrite(values) {
      requireWhole();
      await steps.overwrite(values);
    },
    async restart(values) {
      await steps.restart(values);
      lossScale = { scale: scaling?.initial ?? 1, steps: 0 };
      isTorn = false;
      restarted = finished;
    },
    [Symbol.asyncDispose]: () => steps[Symbol.asyncDispose](),
  };
}

/** What the backward passes of a step have come to. */
interface Differentiated {
  readonly results: StepResults[];
  /** Of the gradients that they would be without a scale. */
  readonly gradNorm: number;
  /** At which scale, */
  readonly tried: LossScale;
  /** after so many larger ones at which gradients overflowed. */
  readonly overflows: number;
}

const hasFiniteLoss = ({ loss }: StepResults): boolean => Number.isFinite(Number(loss?.data[0]));

/** `min(1, maxNorm / (norm + 1e-6))`, as PyTorch's clip_grad_norm_. */
function clipScale(norm: number, maxNorm: number): number {
  return Math.min(1, Math.fround(maxNorm / (norm + 1e-6)));
}
