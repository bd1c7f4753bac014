/**
 * @file Runs training steps: compiled graphs (one for each shape of batches, and those of the update) on a
 * state that they advance.
 */

import { AtelierError, said } from "../errors.js";
import type { ParameterSource, Runtime, TensorMap } from "../runtime/runtime.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import {
  accepted,
  type CompiledStep,
  compileStep,
  fitting,
  type StepResults,
} from "./compiled-step.js";
import { needsSpare } from "./in-place.js";
import { createLossRuns } from "./loss-runs.js";
import type { OptimizerOwner } from "./optimizer-groups.js";
import type { ParameterAverage } from "./parameter-average.js";
import {
  planGroups,
  stateNames,
  type TrainingGraphOptions,
  type TrainingGraphs,
  trainingGraphs,
} from "./training-graph.js";
import { createTrainingState } from "./training-state.js";

/** What {@link createStepper} needs besides the graph. */
export interface StepperOptions extends TrainingGraphOptions {
  /**
   * The same loss for batches of other shapes, on parameters of the same names. All graphs advance one
   * state; a batch is run by the first whose inputs have its shapes.
   */
  readonly variants?: readonly Pick<TrainingGraphOptions, "loss" | "parameters" | "metrics">[];
  /** Values of parameters that do not change. */
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  /** First values of the trained parameters. */
  readonly initial: ReadonlyMap<string, FloatTensor>;
  /** Keeps a moving average of the parameters. */
  readonly average?: ParameterAverage | undefined;
}

/** Options of {@link Stepper.run}. */
export interface StepOptions {
  /** Tells by the results whether the step counts; else everything is as it was before it. */
  readonly isGood?: (results: readonly StepResults[]) => boolean;
  /** Stops the step as long as nothing is overwritten: then likewise. An update that has begun ends. */
  readonly signal?: AbortSignal | undefined;
}

/** Trains step by step. */
export interface Stepper extends AsyncDisposable {
  /** Finished steps. */
  readonly step: number;
  /**
   * One step over `batches` (as many as the accumulation); the results of each, with the `gradNorm` of
   * the gradients so far. Groups derive their own rates from `learningRate`.
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
   * would tell. Nothing changes. Its graph is compiled when it is first asked for.
   * @param of the parameters as they are, or their moving averages
   * @throws AtelierError `shape` for a batch that no graph takes, `training` where no averages are kept.
   */
  evaluate(batch: TensorMap, of?: "values" | "averages"): Promise<StepResults>;
  /** Trained parameters by name: views of the state, which the next step overwrites. */
  values(): ReadonlyMap<string, FloatTensor>;
  /** Moving averages of the trained parameters by name, likewise; `undefined` where none are kept. */
  averages(): ReadonlyMap<string, FloatTensor> | undefined;
  /** Everything that later steps depend on, by name and likewise: with the steps, all of a training. */
  state(): ReadonlyMap<string, HostTensor>;
  /**
   * Continues from a state and a number of finished steps, with the same bits.
   * @throws AtelierError `training` for a state of another training.
   */
  restore(state: ReadonlyMap<string, HostTensor>, step: number): void;
}

/** Compiles a training step. */
export async function createStepper(runtime: Runtime, options: StepperOptions): Promise<Stepper> {
  const { accumulation = 1, frozen } = options;
  const [first, ...others] = graphsOf(options);
  const { owners } = planGroups(options);
  const state = createTrainingState({ ...options, spare: needsSpare(first) });
  const steps: CompiledStep[] = [];
  for (const { step } of [first, ...others]) steps.push(await compileStep(runtime, step, frozen));
  // The update does not depend on the batch: one serves all graphs.
  const updates: CompiledStep[] = [];
  for (const update of first.updates) updates.push(await compileStep(runtime, update));
  const losses = createLossRuns(runtime, [options, ...(options.variants ?? [])], frozen);
  let finished = 0;
  let isTorn = false;

  /** @throws AtelierError `training` after an update that did not come to its end. */
  const whole = <Value>(value: Value): Value => {
    if (!isTorn) return value;
    throw new AtelierError(
      "training",
      "stepper: expected the values of a finished step, got an update that failed half-way. Go on from the last snapshot.",
    );
  };

  /** Runs a graph on the current state and takes over what it wrote. */
  const advance = async (
    { compiled, outputs }: CompiledStep,
    values: TensorMap,
    { names, signal }: { readonly names: readonly string[] } & Pick<StepOptions, "signal">,
  ): Promise<StepResults> => {
    const written = names.filter((name) => stateNames.next(name) in outputs);
    const targets = Object.entries(state.targets(written)).map(
      ([name, tensor]) =>
        [name, { ...tensor, shape: outputs[name]?.shape ?? tensor.shape }] as const,
    );
    const into = Object.fromEntries(targets);
    const results = await compiled.run(values, { into, signal });
    state.swap(written);
    return Object.fromEntries(Object.entries(results).filter(([name]) => !(name in into)));
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
      const scalars = scalarsOf(owners, finished + 1, learningRate);
      const results: StepResults[] = [];
      if (accumulation > 1) state.clear(state.gradients);
      for (const batch of batches) {
        const step = fitting(steps, batch);
        const values = { ...batch, ...accepted(step, scalars), ...state.read(step.accepts) };
        const names = [...state.gradients, ...state.updated];
        results.push(await advance(step, values, { names, signal }));
      }
      if (!isGood(results)) {
        // The vectors that were swapped out still hold the values from before.
        if (updates.length === 0) state.swap(state.updated);
        return results;
      }
      // From here on there is no way back: updates overwrite what they read.
      const { gradNorm } = results.at(-1) ?? {};
      const given = { ...scalars, ...(gradNorm === undefined ? {} : { gradNorm }) };
      isTorn = updates.length > 0;
      for (const update of updates) {
        const values = { ...accepted(update, given), ...state.read(update.accepts) };
        await advance(update, values, { names: state.updated });
      }
      isTorn = false;
      finished += 1;
      state.follow(finished);
      return results;
    },
    async evaluate(batch, of = "values") {
      const parameters = whole(of === "values" ? state.values : state.averages)();
      if (parameters !== undefined) return losses.run(batch, Object.fromEntries(parameters));
      throw new AtelierError(
        "training",
        "stepper: expected moving averages to evaluate, got a training that keeps none. Give it `average`, or evaluate the values.",
      );
    },
    values: () => whole(state.values)(),
    averages: () => whole(state.averages)(),
    state: () => whole(state.export)(),
    restore(tensors, stepsDone) {
      state.import(tensors);
      isTorn = false;
      finished = stepsDone;
    },
    async [Symbol.asyncDispose]() {
      for (const { compiled } of steps) await compiled[Symbol.asyncDispose]();
      for (const { compiled } of updates) await compiled[Symbol.asyncDispose]();
      await losses[Symbol.asyncDispose]();
    },
  };
}

/** The graphs of the first shape, then those of the others. */
function graphsOf(options: StepperOptions): [TrainingGraphs, ...TrainingGraphs[]] {
  const { variants = [] } = options;
  const others = variants.map((variant) => trainingGraphs({ ...options, ...variant }));
  return [trainingGraphs(options), ...others];
}

/** The scalars that every owner's optimizer reads in a step. */
function scalarsOf(
  owners: readonly OptimizerOwner[],
  step: number,
  runRate: number,
): Record<string, FloatTensor> {
  const scalars: Record<string, FloatTensor> = {};
  for (const { optimizer, learningRate, suffix } of owners) {
    const values = optimizer.scalars(step, learningRate(runRate, step));
    for (const [name, value] of Object.entries(values)) {
      scalars[stateNames.scalar(name, suffix)] = floatTensor([value], []);
    }
  }
  return scalars;
}
