/**
 * @file A training step as one graph: loss, gradients, their norm, clipping and the optimizer's
 * update. With gradient accumulation there are two graphs, one that adds up and one that applies.
 */

import { gradients } from "../autodiff/gradient.js";
import type { Graph } from "../graph/graph.js";
import type { GraphNode, NodeOf } from "../graph/node.js";
import { add, div, minimum, mul, sqrt } from "../graph/ops/elementwise.js";
import { sumSquares } from "../graph/ops/reduce.js";
import { input } from "../graph/ops/source.js";
import type { Optimizer } from "./optimizer.js";

/** What is trained, on what, and how. */
export interface TrainingGraphOptions {
  /** The scalar to minimise. */
  readonly loss: GraphNode;
  readonly parameters: readonly NodeOf<"parameter">[];
  readonly optimizer: Optimizer;
  /** Gradients are scaled down to this global norm (Pascanu et al. 2013); `undefined` leaves them. */
  readonly maxGradNorm?: number | undefined;
  /** Runs that one step averages over. */
  readonly accumulation?: number;
  /** Further scalars or tensors to report. */
  readonly metrics?: Readonly<Record<string, GraphNode>>;
}

/** Graphs of a training step and the names of the values that live from step to step. */
export interface TrainingGraphs {
  /** Forward, backward and, without accumulation, the update. */
  readonly step: Graph;
  /** The update from accumulated gradients. */
  readonly apply?: Graph;
}

/** Names of values that a training graph reads and writes. */
export const stateNames: {
  /** The state of a parameter in an optimizer's slot. */
  readonly slot: (slot: string, parameter: string) => string;
  /** The sum of a parameter's gradients so far. */
  readonly accumulator: (parameter: string) => string;
  /** A scalar of the optimizer. */
  readonly scalar: (name: string) => string;
  /** The output that replaces a parameter or a state. */
  readonly next: (name: string) => string;
} = {
  slot: (slot, parameter) => `optimizer.${slot}:${parameter}`,
  accumulator: (parameter) => `gradient:${parameter}`,
  scalar: (name) => `optimizer.${name}`,
  next: (name) => `next ${name}`,
};

/** Builds the graphs of a training step. */
export function trainingGraphs(options: TrainingGraphOptions): TrainingGraphs {
  const { loss, parameters, accumulation = 1, metrics = {} } = options;
  const grads = gradients(loss, parameters);
  if (accumulation === 1) {
    return { step: { outputs: { loss, ...metrics, ...updateOutputs(options, grads) } } };
  }
  const nameOf = (index: number): string =>
    stateNames.accumulator(parameters[index]?.attributes.name ?? "");
  const sums = grads.map((gradient, index) => {
    const before = input(nameOf(index), gradient.shape, gradient.dtype);
    return [stateNames.next(nameOf(index)), add(before, mul(gradient, 1 / accumulation))] as const;
  });
  const averaged = grads.map((g, index) => input(nameOf(index), g.shape, g.dtype));
  return {
    step: { outputs: { loss, ...metrics, ...Object.fromEntries(sums) } },
    apply: { outputs: updateOutputs(options, averaged) },
  };
}

function updateOutputs(
  { parameters, optimizer, maxGradNorm }: TrainingGraphOptions,
  grads: readonly GraphNode[],
): Record<string, GraphNode> {
  const gradNorm = globalNorm(grads);
  const scale = maxGradNorm === undefined ? undefined : clipScale(gradNorm, maxGradNorm);
  const scalars = Object.fromEntries(
    optimizer.scalarNames.map((name) => [name, input(stateNames.scalar(name), [])]),
  );
  const outputs: Record<string, GraphNode> = { gradNorm };
  for (const [index, parameter] of parameters.entries()) {
    const { name } = parameter.attributes;
    const raw = grads[index];
    if (raw === undefined) continue;
    const state = Object.fromEntries(
      optimizer.slots.map((slot) => [
        slot,
        input(stateNames.slot(slot, name), parameter.shape, parameter.dtype),
      ]),
    );
    const gradient = scale === undefined ? raw : mul(raw, scale);
    const updated = optimizer.update({ parameter, gradient, state, scalars });
    outputs[stateNames.next(name)] = updated.parameter;
    for (const [slot, node] of Object.entries(updated.state)) {
      outputs[stateNames.next(stateNames.slot(slot, name))] = node;
    }
  }
  return outputs;
}

/**
 * √Σ‖g‖² over all gradients. The sum is a chain in the order in which the gradients were made, so
 * that the runtime computes each weight gradient as soon as the backward pass reaches its layer.
 */
export function globalNorm(grads: readonly GraphNode[]): GraphNode {
  const inOrder = [...grads].sort((a, b) => a.id - b.id).map(sumSquares);
  return sqrt(inOrder.reduce((total, term) => add(total, term)));
}

/** `min(1, maxNorm / (norm + 1e-6))`, as PyTorch's clip_grad_norm_. */
function clipScale(norm: GraphNode, maxNorm: number): GraphNode {
  return minimum(div(maxNorm, add(norm, 1e-6)), 1);
}
