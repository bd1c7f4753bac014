/** @file Runs training steps: one compiled graph (two with accumulation) on a state that it advances. */

import { AtelierError } from "../errors.js";
import { type Graph, inputsOf, parametersOf } from "../graph/graph.js";
import type { CompiledGraph, ParameterSource, Runtime, TensorMap } from "../runtime/runtime.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import { stateNames, type TrainingGraphOptions, trainingGraphs } from "./training-graph.js";
import { createTrainingState } from "./training-state.js";

/** What {@link createStepper} needs besides the graph. */
export interface StepperOptions extends TrainingGraphOptions {
  /** Values of parameters that do not change. */
  readonly frozen: ReadonlyMap<string, ParameterSource>;
  /** First values of the trained parameters. */
  readonly initial: ReadonlyMap<string, FloatTensor>;
}

/** Results of one step: scalars and tensors by name (`loss`, `gradNorm`, metrics). */
export type StepResults = Readonly<Record<string, HostTensor>>;

/** Trains step by step. */
export interface Stepper extends AsyncDisposable {
  /** Finished steps. */
  readonly step: number;
  /** One step over `batches` (as many as the accumulation); the results of each, the last with `gradNorm`. */
  run(batches: readonly TensorMap[], learningRate: number): Promise<StepResults[]>;
  /** Trained parameters and optimizer state by name, copied. */
  state(): ReadonlyMap<string, FloatTensor>;
  /** Continues from a state and a number of finished steps. */
  restore(state: ReadonlyMap<string, FloatTensor>, step: number): void;
}

/** Compiles a training step. */
export async function createStepper(runtime: Runtime, options: StepperOptions): Promise<Stepper> {
  const { optimizer, parameters, accumulation = 1, initial, frozen } = options;
  const graphs = trainingGraphs(options);
  const state = createTrainingState(parameters, optimizer, {
    initial,
    accumulates: accumulation > 1,
  });
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
      const scalars = Object.fromEntries(
        Object.entries(optimizer.scalars(finished + 1, learningRate)).map(([name, value]) => [
          stateNames.scalar(name),
          floatTensor([value], []),
        ]),
      );
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
      return results;
    },
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

/** Tells the names of values that a graph must be given. */
function sourcesOf(graph: Graph): (name: string) => boolean {
  const names = new Set(
    [...inputsOf(graph), ...parametersOf(graph)].map((node) => node.attributes.name),
  );
  return (name) => names.has(name);
}
