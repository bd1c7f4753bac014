/** @file Runs training steps: one compiled graph (two with accumulation) on a state that it advances. */

import { AtelierError } from "../errors.js";
import { type Graph, inputsOf, parametersOf } from "../graph/graph.js";
import type { CompiledGraph, ParameterSource, Runtime, TensorMap } from "../runtime/runtime.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import type { OptimizerOwner } from "./optimizer-groups.js";
import type { AverageOptions } from "./parameter-average.js";
import {
  planGroups,
  stateNames,
  type TrainingGraphOptions,
  trainingGraphs,
} from "./training-graph.js";
import { createTrainingState } from "./training-state.js";

/** What {@link createStepper} needs besides the graph. */
export interface StepperOptions extends TrainingGraphOptions {
  /** Values of parameters that do not change. */
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  /** First values of the trained parameters. */
  readonly initial: ReadonlyMap<string, FloatTensor>;
  /** Keeps a moving average of the parameters. */
  readonly average?: AverageOptions | undefined;
}

/** Results of one step: scalars and tensors by name (`loss`, `gradNorm`, metrics). */
export type StepResults = Readonly<Record<string, HostTensor>>;

/** Trains step by step. */
export interface Stepper extends AsyncDisposable {
  /** Finished steps. */
  readonly step: number;
  /**
   * One step over `batches` (as many as the accumulation); the results of each, the last with
   * `gradNorm`. Groups derive their own rates from `learningRate`.
   */
  run(batches: readonly TensorMap[], learningRate: number): Promise<StepResults[]>;
  /** Trained parameters by name, copied. */
  values(): ReadonlyMap<string, FloatTensor>;
  /** Moving averages of the trained parameters by name, copied; `undefined` where none are kept. */
  averages(): ReadonlyMap<string, FloatTensor> | undefined;
  /** Everything that later steps depend on, by name and copied: with the steps, all of a training. */
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
  const graphs = trainingGraphs(options);
  const { owners } = planGroups(options);
  const state = createTrainingState(options);
  const step = await runtime.compile(graphs.step, { parameters: frozen });
  const apply = graphs.apply && {
    compiled: await runtime.compile(graphs.apply),
    accepts: sourcesOf(graphs.apply),
  };
  const accepts = sourcesOf(graphs.step);
  let finished = 0;

  /** Runs a graph on the current state and takes over what it wrote. */
  const advance = async (
    graph: CompiledGraph,
    values: TensorMap,
    written: readonly string[],
  ): Promise<StepResults> => {
    const into = state.targets(written);
    const results = await graph.run(values, { into });
    state.swap(written);
    return Object.fromEntries(Object.entries(results).filter(([name]) => !(name in into)));
  };

  return {
    get step() {
      return finished;
    },
    async run(batches, learningRate) {
      if (batches.length !== accumulation) {
        throw new AtelierError(
          "training",
          `stepper: expected ${accumulation} batches for a step, got ${batches.length}.`,
        );
      }
      const scalars = scalarsOf(owners, finished + 1, learningRate);
      const results: StepResults[] = [];
      state.clear(state.accumulators);
      for (const batch of batches) {
        const values = { ...batch, ...state.read(accepts) };
        const written = apply === undefined ? state.updated : state.accumulators;
        results.push(await advance(step, apply ? values : { ...values, ...scalars }, written));
      }
      if (apply !== undefined) {
        const values = { ...scalars, ...state.read(apply.accepts) };
        const applied = await advance(apply.compiled, values, state.updated);
        results.push({ ...results.pop(), ...applied });
      }
      finished += 1;
      state.follow(finished);
      return results;
    },
    values: state.values,
    averages: state.averages,
    state: state.export,
    restore(tensors, stepsDone) {
      state.import(tensors);
      finished = stepsDone;
    },
    async [Symbol.asyncDispose]() {
      await step[Symbol.asyncDispose]();
      await apply?.compiled[Symbol.asyncDispose]();
    },
  };
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

/** Tells the names of values that a graph must be given. */
function sourcesOf(graph: Graph): (name: string) => boolean {
  const names = new Set(
    [...inputsOf(graph), ...parametersOf(graph)].map((node) => node.attributes.name),
  );
  return (name) => names.has(name);
}
