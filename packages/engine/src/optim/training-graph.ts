/**
 * @file A training step as one graph: loss, gradients, their norm, clipping and the optimizer's
 * update. With gradient accumulation there are two graphs, one that adds up and one that applies.
 */

import { gradients } from "../autodiff/gradient.js";
import type { Graph } from "../graph/graph.js";
import type { GraphNode, NodeOf } from "../graph/node.js";
import { add, div, minimum, mul, sqrt } from "../graph/ops/elementwise.js";
import { concat, reshape } from "../graph/ops/movement.js";
import { sumSquares } from "../graph/ops/reduce.js";
import { input } from "../graph/ops/source.js";
import { sizeOf } from "../shape.js";
import type { Optimizer } from "./optimizer.js";
import { groupParameters, type ParameterGroup } from "./parameter-groups.js";

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
  /** The values of a group of parameters. */
  readonly values: (group: string) => string;
  /** The state of a group, or of one parameter, in an optimizer's slot. */
  readonly slot: (slot: string, group: string) => string;
  /** The sum of a group's gradients so far. */
  readonly accumulator: (group: string) => string;
  /** A scalar of the optimizer. */
  readonly scalar: (name: string) => string;
  /** The output that replaces a value. */
  readonly next: (name: string) => string;
} = {
  values: (group) => `values:${group}`,
  slot: (slot, group) => `optimizer.${slot}:${group}`,
  accumulator: (group) => `gradient:${group}`,
  scalar: (name) => `optimizer.${name}`,
  next: (name) => `next ${name}`,
};

/** Builds the graphs of a training step. */
export function trainingGraphs(options: TrainingGraphOptions): TrainingGraphs {
  const { loss, parameters, optimizer, accumulation = 1, metrics = {} } = options;
  const groups = groupParameters(parameters, optimizer.kindOf);
  const grads = new Map(
    gradients(loss, parameters).map((gradient, i) => [parameters[i]?.attributes.name, gradient]),
  );
  const grouped = groups.map((group): GroupGradient => {
    const parts = group.parameters.map((node) => {
      const gradient = grads.get(node.attributes.name) ?? node;
      return reshape(gradient, [sizeOf(node.shape)]);
    });
    return { group, gradient: concat(parts, 0) };
  });
  if (accumulation === 1) {
    return { step: { outputs: { loss, ...metrics, ...updateOutputs(options, grouped) } } };
  }
  const before = ({ group }: GroupGradient): GraphNode =>
    input(stateNames.accumulator(group.name), [group.size]);
  const sums = grouped.map(
    (entry) =>
      [
        stateNames.next(stateNames.accumulator(entry.group.name)),
        add(before(entry), mul(entry.gradient, 1 / accumulation)),
      ] as const,
  );
  const averaged = grouped.map((entry) => ({ ...entry, gradient: before(entry) }));
  return {
    step: { outputs: { loss, ...metrics, ...Object.fromEntries(sums) } },
    apply: { outputs: updateOutputs(options, averaged) },
  };
}

interface GroupGradient {
  readonly group: ParameterGroup;
  /** `[size]` */
  readonly gradient: GraphNode;
}

function updateOutputs(
  { optimizer, maxGradNorm }: TrainingGraphOptions,
  grads: readonly GroupGradient[],
): Record<string, GraphNode> {
  const gradNorm = globalNorm(grads.map(({ gradient }) => gradient));
  const scale = maxGradNorm === undefined ? undefined : clipScale(gradNorm, maxGradNorm);
  const scalars = Object.fromEntries(
    optimizer.scalarNames.map((name) => [name, input(stateNames.scalar(name), [])]),
  );
  const outputs: Record<string, GraphNode> = { gradNorm };
  for (const { group, gradient: raw } of grads) {
    const state = Object.fromEntries(
      optimizer.slots.map((slot) => [slot, input(stateNames.slot(slot, group.name), [group.size])]),
    );
    const updated = optimizer.update({
      names: group.parameters.map(({ attributes }) => attributes.name),
      parameter: input(stateNames.values(group.name), [group.size]),
      gradient: scale === undefined ? raw : mul(raw, scale),
      state,
      scalars,
    });
    outputs[stateNames.next(stateNames.values(group.name))] = updated.parameter;
    for (const [slot, node] of Object.entries(updated.state)) {
      outputs[stateNames.next(stateNames.slot(slot, group.name))] = node;
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
