/**
 * @file Runs training steps: compiled graphs (one for each shape of batches, and those of updates) and passes over
 * vectors, on a state that they advance.
 */

import { AtelierError, said } from "../errors.js";
import type { Graph } from "../graph/graph.js";
import { mixedPrecision } from "../graph/mixed-precision.js";
import type { ParameterSource, Runtime, TensorMap } from "../runtime/runtime.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import {
  accepted,
  type CompiledStep,
  compileStep,
  fitting,
  type StepResults,
} from "./compiled-step.js";
import { createForwardRuns } from "./forward-runs.js";
import { needsSpare } from "./in-place.js";
import { afterOverflow, afterStep, type LossScale } from "./loss-scaling.js";
import type { StepScalars } from "./optimizer.js";
import type { OptimizerOwner } from "./optimizer-groups.js";
import type { ParameterAverage } from "./parameter-average.js";
import { gradientSets } from "./state-layout.js";
import {
  planGroups,
  stateNames,
  type TrainingGraphOptions,
  type TrainingGraphs,
  trainingGraphs,
} from "./training-graph.js";
import { createTrainingState } from "./training-state.js";
import { vectorPasses } from "./vector-passes.js";

/** What {@link createStepper} needs besides the graph. */
export interface StepperOptions extends TrainingGraphOptions {
  /**
   * The same loss for batches of other shapes, on parameters of the same names. All graphs advance one
   * state; a batch is run by the first whose inputs have its shapes.
   */
  readonly variants?: readonly Pick<TrainingGraphOptions, "loss" | "parameters" | "metrics">[];
  /** Graphs of the same parameters with inputs of their own, which {@link Stepper.evaluate} takes as well. */
  readonly probes?: readonly Graph[] | undefined;
  /** Values of parameters that do not change. */
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  /** First values of the trained parameters. */
  readonly initial: ReadonlyMap<string, FloatTensor>;
  /** Keeps a moving average of the parameters. */
  readonly average?: ParameterAverage | undefined;
}

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
  /** Trained parameters by name: views of the state, which the next step overwrites. */
  values(): ReadonlyMap<string, FloatTensor>;
  /** Moving averages of the trained parameters by name, likewise; `undefined` where none are kept. */
  averages(): ReadonlyMap<string, FloatTensor> | undefined;
  /** Everything that later steps depend on, by name and likewise: with the steps, all of a training. */
  state(): ReadonlyMap<string, HostTensor>;
  /**
   * Continues from a state and a number of finished steps, with the same bits.
   * @param restartedAt finished steps at the last {@link Stepper.restart}, 0 by default
   * @throws AtelierError `training` for a state of another training.
   */
  restore(state: ReadonlyMap<string, HostTensor>, step: number, restartedAt?: number): void;
  /**
   * Goes on from other values with nothing that the optimizer remembers, as one that is made with them; steps
   * count on. @throws AtelierError `training` for values of other parameters.
   */
  restart(values: ReadonlyMap<string, FloatTensor>): void;
}

/** Compiles a training step. @throws AtelierError `runtime`, `training` for parameters without a first value. */
export async function createStepper(runtime: Runtime, options: StepperOptions): Promise<Stepper> {
  const { accumulation = 1, frozen, average, maxGradNorm, mixedPrecision: scaling } = options;
  const [first, ...others] = graphsOf(options);
  const { owners, groups } = planGroups(options);
  const sets = gradientSets(options);
  const state = createTrainingState({
    ...options,
    hasAverage: average !== undefined,
    spare: needsSpare(first),
  });
  const passes = vectorPasses(state, groups, sets);
  const steps: CompiledStep[] = [];
  for (const { step } of [first, ...others]) {
    steps.push(await compileStep(runtime, step, { parameters: frozen, concurrency: sets }));
  }
  // The update does not depend on the batch: one serves all graphs.
  const updates: CompiledStep[] = [];
  for (const update of first.updates) updates.push(await compileStep(runtime, update));
  const { variants = [], probes = [] } = options;
  const losses = [options, ...variants].map(({ loss, metrics }) => ({
    outputs: { loss, ...metrics },
  }));
  const evaluated = [...losses, ...probes].map((graph) =>
    scaling === undefined ? graph : mixedPrecision(graph),
  );
  const forward = createForwardRuns(runtime, evaluated, frozen);
  let finished = 0;
  /** Of them, those before the optimizer began. */
  let restarted = 0;
  let isTorn = false;

  /** @throws AtelierError `training` after an update that did not come to its end. */
  const whole = <Value>(value: Value): Value => {
    if (!isTorn) return value;
    throw new AtelierError(
      "training",
      "stepper: expected the values of a finished step, got an update that failed half-way. Go on from the last snapshot.",
    );
  };

  /** Runs the graph that a batch fits; its gradients go into a set. */
  const backward = async (
    batch: TensorMap,
    set: number,
    { scale, signal }: BackwardOptions,
  ): Promise<StepResults> => {
    const step = fitting(steps, batch);
    const gradients: Record<string, HostTensor> = {};
    const into: Record<string, HostTensor> = {};
    for (const { name, size } of groups) {
      const sum = floatTensor(state.vector(stateNames.gradient(name, set)), [size]);
      const next = stateNames.next(stateNames.gradient(name));
      gradients[stateNames.gradient(name)] = sum;
      into[next] = { ...sum, shape: step.outputs[next]?.shape ?? sum.shape };
    }
    const values = {
      ...{ ...batch, ...state.read(step.accepts), ...accepted(step, gradients) },
      ...(scaling === undefined ? {} : { [stateNames.lossScale]: floatTensor([scale], []) }),
    };
    return told(await step.compiled.run(values, { into, signal }), into);
  };

  /** All batches, as many at once as there are sets of gradients. */
  const backwardAll = async (
    batches: readonly TensorMap[],
    options: BackwardOptions,
  ): Promise<StepResults[]> => {
    const results: StepResults[] = [];
    if (accumulation > sets) passes.clearGradients();
    for (let start = 0; start < batches.length; start += sets) {
      const runs = batches
        .slice(start, start + sets)
        .map((batch, set) => backward(batch, set, options));
      // All have to be over before anyone may write where they do.
      await Promise.allSettled(runs);
      results.push(...(await Promise.all(runs)));
    }
    return results;
  };

  const lossScale = (): LossScale => ({
    scale: scaling === undefined ? 1 : (state.vector(stateNames.lossScale)[0] ?? 1),
    steps: scaling === undefined ? 0 : (state.vector(stateNames.lossScaleSteps)[0] ?? 0),
  });

  /** All batches, again at a smaller scale as long as that may make finite gradients of a finite loss. */
  const backwardScaled = async (
    batches: readonly TensorMap[],
    signal: AbortSignal | undefined,
  ): Promise<Backward> => {
    let tried = lossScale();
    for (let overflows = 0; ; overflows++) {
      const results = await backwardAll(batches, { scale: tried.scale, signal });
      const gradNorm = passes.sumGradients() / tried.scale;
      const isOverflow = !Number.isFinite(gradNorm) && results.every(hasFiniteLoss);
      const next = scaling && isOverflow ? afterOverflow(tried, scaling) : undefined;
      if (next === undefined) return { results, gradNorm, tried, overflows };
      tried = next;
    }
  };

  /** Updates everything; there is no way back, since values are overwritten where they lie. */
  const updateAll = async (
    { gradNorm, tried }: Pick<Backward, "gradNorm" | "tried">,
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
    const scale = clipped / tried.scale;
    isTorn = true;
    passes.update(scalars, scale);
    const given = {
      ...scalarTensors(scalars),
      [stateNames.gradientScale]: floatTensor([scale], []),
    };
    for (const update of updates) {
      const written = state.updated.filter((name) => stateNames.next(name) in update.outputs);
      const values = { ...accepted(update, given), ...state.read(update.accepts) };
      await update.compiled.run(values, { into: state.targets(written) });
      state.swap(written);
    }
    if (average !== undefined) passes.follow(average(step - restarted));
    if (scaling !== undefined) {
      const next = afterStep(tried, scaling);
      state.vector(stateNames.lossScale).fill(next.scale);
      state.vector(stateNames.lossScaleSteps).fill(next.steps);
    }
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
      const done = await backwardScaled(batches, signal);
      const { gradNorm, tried, overflows } = done;
      const scalars =
        scaling === undefined ? { gradNorm } : { gradNorm, lossScale: tried.scale, overflows };
      const tensors = Object.entries(scalars).map(
        ([name, value]) => [name, floatTensor([value], [])] as const,
      );
      const results = done.results.with(-1, {
        ...{ ...done.results.at(-1), ...Object.fromEntries(tensors) },
      });
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
      return forward.run(batch, Object.fromEntries(whole(state[of])()), signal);
    },
    values: () => whole(state.values)(),
    averages: () => (average === undefined ? undefined : whole(state.averages)()),
    state: () => whole(state.export)(),
    restore(tensors, stepsDone, restartedAt = 0) {
      state.import(tensors);
      isTorn = false;
      finished = stepsDone;
      restarted = restartedAt;
    },
    restart(values) {
      state.restart(values);
      isTorn = false;
      restarted = finished;
    },
    async [Symbol.asyncDispose]() {
      for (const { compiled } of steps) await compiled[Symbol.asyncDispose]();
      for (const { compiled } of updates) await compiled[Symbol.asyncDispose]();
      await forward[Symbol.asyncDispose]();
    },
  };
}

/** How a backward pass is run. */
interface BackwardOptions {
  /** What the loss is multiplied by; 1 where it is not scaled. */
  readonly scale: number;
  readonly signal: AbortSignal | undefined;
}

/** What the backward pass of a step has come to. */
interface Backward {
  readonly results: StepResults[];
  /** Of the gradients that they would be without a scale. */
  readonly gradNorm: number;
  /** At which scale, */
  readonly tried: LossScale;
  /** after so many larger ones at which gradients overflowed. */
  readonly overflows: number;
}

const hasFiniteLoss = ({ loss }: StepResults): boolean => Number.isFinite(Number(loss?.data[0]));

/** The graphs of the first shape, then those of the others. */
function graphsOf(options: StepperOptions): [TrainingGraphs, ...TrainingGraphs[]] {
  const { variants = [] } = options;
  const others = variants.map((variant) => trainingGraphs({ ...options, ...variant }));
  return [trainingGraphs(options), ...others];
}

/** What a run gives besides what it was told to write. */
function told(results: StepResults, into: TensorMap): StepResults {
  return Object.fromEntries(Object.entries(results).filter(([name]) => !(name in into)));
}

/** The scalars of every owner's optimizer, as graphs read them. */
function scalarTensors(
  scalars: ReadonlyMap<OptimizerOwner, StepScalars>,
): Record<string, FloatTensor> {
  return Object.fromEntries(
    [...scalars].flatMap(([{ suffix }, values]) =>
      Object.entries(values).map(([name, value]) => [
        stateNames.scalar(name, suffix),
        floatTensor([value], []),
      ]),
    ),
  );
}

/** `min(1, maxNorm / (norm + 1e-6))`, as PyTorch's clip_grad_norm_. */
function clipScale(norm: number, maxNorm: number): number {
  return Math.min(1, Math.fround(maxNorm / (norm + 1e-6)));
}
