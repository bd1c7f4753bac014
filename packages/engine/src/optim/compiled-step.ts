/** @file Graphs of a training, compiled, with what each must be given; and the one that a batch fits. */

import { AtelierError, said } from "../errors.js";
import { type Graph, inputsOf, parametersOf } from "../graph/graph.js";
import type { CompiledGraph, CompileOptions, Runtime, TensorMap } from "../runtime/runtime.js";
import { formatShape, type Shape, sameShape } from "../shape.js";
import type { HostTensor } from "../tensor.js";

/** A compiled graph and what it must be given. */
export interface CompiledStep<Compiled = CompiledGraph> extends TakesBatches {
  readonly compiled: Compiled;
  /** Whether a value of this name is an input or a parameter that changes. */
  readonly accepts: (name: string) => boolean;
  readonly outputs: Graph["outputs"];
}

/** What takes batches of one shape. */
export interface TakesBatches {
  /** Shapes by name. */
  readonly inputs: ReadonlyMap<string, Shape>;
}

/** Results of one run: scalars and tensors by name (`loss`, `gradNorm` of a step, metrics). */
export type StepResults = Readonly<Record<string, HostTensor>>;

/** Compiles a graph. @throws AtelierError `runtime`. */
export async function compileStep(
  runtime: Runtime,
  graph: Graph,
  options?: CompileOptions,
): Promise<CompiledStep> {
  return stepOf(graph, await runtime.compile(graph, options));
}

/** A graph that was compiled. */
export function stepOf<Compiled>(graph: Graph, compiled: Compiled): CompiledStep<Compiled> {
  const names = new Set(
    [...inputsOf(graph), ...parametersOf(graph)].map(({ attributes }) => attributes.name),
  );
  return {
    compiled,
    accepts: (name) => names.has(name),
    inputs: inputShapes(graph),
    outputs: graph.outputs,
  };
}

/** Shapes of a graph's inputs by name. */
export function inputShapes(graph: Graph): ReadonlyMap<string, Shape> {
  return new Map(inputsOf(graph).map(({ attributes, shape }) => [attributes.name, shape]));
}

/** Those of the values that a graph takes. */
export function accepted<Value>(
  { accepts }: Pick<CompiledStep, "accepts">,
  values: Readonly<Record<string, Value>>,
): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => accepts(name)));
}

/**
 * The first that takes a batch; one that is alone takes all, and says itself what does not fit.
 * @throws AtelierError `shape` for a batch that none takes.
 */
export function fitting<Taker extends TakesBatches>(
  takers: readonly Taker[],
  batch: TensorMap,
): Taker {
  const [first] = takers;
  if (takers.length === 1 && first !== undefined) return first;
  const found = takers.find(({ inputs }) =>
    Object.entries(batch).every(([name, { shape }]) => sameShape(inputs.get(name) ?? [], shape)),
  );
  if (found !== undefined) return found;
  const shapes = Object.entries(batch).map(([name, { shape }]) => `${name} ${formatShape(shape)}`);
  throw new AtelierError(
    "shape",
    said`stepper: expected a batch of one of ${takers.length} shapes, got ${shapes.join(", ")}.`,
  );
}
