/**
 * @file Runs training steps: keeps parameters and optimizer state between runs, in two sets of
 * buffers that take turns, so that nothing is allocated or copied from step to step.
 */

import { AtelierError } from "../errors.js";
import { type Graph, inputsOf, parametersOf } from "../graph/graph.js";
import type { NodeOf } from "../graph/node.js";
import type { CompiledGraph, ParameterSource, Runtime, TensorMap } from "../runtime/runtime.js";
import { sizeOf } from "../shape.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import type { Optimizer } from "./optimizer.js";
import { stateNames, type TrainingGraphOptions, trainingGraphs } from "./training-graph.js";

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
  const { optimizer, parameters, accumulation = 1 } = options;
  const graphs = trainingGraphs(options);
  const parameterNames = new Set(parameters.map((node) => node.attributes.name));
  const step = await runtime.compile(graphs.step, { parameters: options.frozen });
  const apply = graphs.apply && (await runtime.compile(graphs.apply));
  const accepts = (graph: Graph): ReadonlySet<string> =>
    new Set([...inputsOf(graph), ...parametersOf(graph)].map((node) => node.attributes.name));
  const stepAccepts = accepts(graphs.step);
  const applyAccepts = graphs.apply && accepts(graphs.apply);

  let current = initialState(parameters, optimizer, options.initial, accumulation);
  let spare = new Map([...current].map(([name, t]) => [name, zerosLike(t)]));
  let finished = 0;

  /** Runs a graph on the current state and swaps in what it wrote. */
  const advance = async (
    graph: CompiledGraph,
    accepted: ReadonlySet<string>,
    values: TensorMap,
    written: readonly string[],
  ): Promise<StepResults> => {
    const fed = { ...values, ...recordOf(current, (name) => accepted.has(name)) };
    const into = Object.fromEntries(
      written.flatMap((name) => {
        const tensor = spare.get(name);
        return tensor === undefined ? [] : [[stateNames.next(name), tensor] as const];
      }),
    );
    const results = await graph.run(fed, { into });
    for (const name of written) {
      const [old, fresh] = [current.get(name), spare.get(name)];
      if (old === undefined || fresh === undefined) continue;
      current.set(name, fresh);
      spare.set(name, old);
    }
    return Object.fromEntries(Object.entries(results).filter(([name]) => !(name in into)));
  };

  const accumulators = [...current.keys()].filter((name) => name.startsWith("gradient:"));
  const updated = [...current.keys()].filter((name) => !name.startsWith("gradient:"));
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
      if (apply === undefined || applyAccepts === undefined) {
        results.push(await advance(step, stepAccepts, { ...batches[0], ...scalars }, updated));
      } else {
        for (const name of accumulators) current.get(name)?.data.fill(0);
        for (const batch of batches) {
          results.push(await advance(step, stepAccepts, batch, accumulators));
        }
        const applied = await advance(apply, applyAccepts, scalars, updated);
        results.push({ ...results.pop(), ...applied });
      }
      finished += 1;
      return results;
    },
    state: () =>
      new Map(
        updated.flatMap((name) => {
          const tensor = current.get(name);
          return tensor === undefined ? [] : [[name, copyOf(tensor)] as const];
        }),
      ),
    restore(state, stepsDone) {
      for (const [name, tensor] of state) {
        const slot = current.get(name);
        if (slot === undefined || slot.data.length !== tensor.data.length) {
          throw new AtelierError(
            "training",
            `stepper: expected the state of ${parameterNames.size} parameters, got "${name}" [${tensor.shape.join(", ")}] that does not belong to them. The checkpoint is of another run.`,
          );
        }
        current.set(name, copyOf(tensor));
      }
      finished = stepsDone;
    },
    async [Symbol.asyncDispose]() {
      await step[Symbol.asyncDispose]();
      await apply?.[Symbol.asyncDispose]();
      current = new Map();
      spare = new Map();
    },
  };
}

function initialState(
  parameters: readonly NodeOf<"parameter">[],
  optimizer: Optimizer,
  initial: ReadonlyMap<string, FloatTensor>,
  accumulation: number,
): Map<string, FloatTensor> {
  const state = new Map<string, FloatTensor>();
  for (const { attributes, shape } of parameters) {
    const { name } = attributes;
    const value = initial.get(name);
    if (value === undefined || value.data.length !== sizeOf(shape)) {
      throw new AtelierError(
        "training",
        `stepper: expected a first value [${shape.join(", ")}] of "${name}", got ${value ? `[${value.shape.join(", ")}]` : "none"}.`,
      );
    }
    state.set(name, copyOf(value));
    const names = optimizer.slots.map((slot) => stateNames.slot(slot, name));
    if (accumulation > 1) names.push(stateNames.accumulator(name));
    for (const other of names) state.set(other, zerosLike(value));
  }
  return state;
}

const copyOf = (tensor: FloatTensor): FloatTensor => ({ ...tensor, data: tensor.data.slice() });

const zerosLike = (tensor: FloatTensor): FloatTensor => ({
  ...tensor,
  data: new Float32Array(tensor.data.length),
});

function recordOf(
  tensors: ReadonlyMap<string, FloatTensor>,
  keep: (name: string) => boolean,
): Record<string, FloatTensor> {
  return Object.fromEntries([...tensors].filter(([name]) => keep(name)));
}
