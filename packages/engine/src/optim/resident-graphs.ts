/**
 * @file A training step as graphs whose values stay on a device: a parameter is a part of the vector of its group,
 * since tensors on a device have no views; the norm of the gradients, every update and the moving averages are
 * graphs as well; and whatever is written is written anew.
 */

import { type Graph, nodesOf } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import { add, mul, sqrt, sub } from "../graph/ops/elementwise.js";
import { broadcast, reshape, slice } from "../graph/ops/movement.js";
import { sumSquares } from "../graph/ops/reduce.js";
import { input, scalar } from "../graph/ops/source.js";
import { rebuild } from "../graph/rebuild.js";
import type { ParameterGroup } from "./parameter-groups.js";
import {
  accumulates,
  gradientTotals,
  inPrecision,
  planGroups,
  stateNames,
  type TrainingGraphOptions,
  updateGraphs,
} from "./training-graph.js";

/** Graphs of a training step on a device. */
export interface ResidentGraphs {
  /** Forward and backward: results with `gradNorm`, and the gradients, which stay. */
  readonly step: Graph;
  /** Gradients to begin a sum with, where a step is one of several. */
  readonly clear: Graph | undefined;
  /** The update from gradients, in parts, of all that stays. */
  readonly updates: readonly Graph[];
  /** Averages that follow the values by a share, `averageShare`; none without averages. */
  readonly follow: readonly Graph[];
}

/** The name of the share of an average's distance to its value that a step closes. */
export const averageShare = "average share";

/** Builds the graphs of a training step on a device. */
export function residentGraphs(
  options: TrainingGraphOptions & { readonly hasAverage: boolean },
): ResidentGraphs {
  const { loss, metrics = {}, hasAverage } = options;
  const { groups } = planGroups(options);
  const totals = [...gradientTotals(options, groups)];
  const squares = totals.map(([, total]) => sumSquares(total));
  const gradNorm = sqrt(squares.reduce((sum, square) => add(sum, square), scalar(0)));
  const gradients = totals.map(
    ([{ name }, total]) => [stateNames.next(stateNames.gradient(name)), total] as const,
  );
  const outputs = { loss, ...metrics, gradNorm, ...Object.fromEntries(gradients) };
  return {
    step: onVectors(inPrecision({ outputs }, options), groups),
    clear: accumulates(options) ? { outputs: zeros(groups) } : undefined,
    updates: updateGraphs(options, groups),
    follow: hasAverage ? groups.map(followed) : [],
  };
}

/** The same graph, which reads parameters in the vectors of their groups. */
export function onVectors({ outputs }: Graph, groups: readonly ParameterGroup[]): Graph {
  const parts = new Map(
    groups.flatMap((group) => {
      const vector = input(stateNames.values(group.name), [group.size]);
      return group.parameters.map(({ node, offset, size }) => {
        const part = reshape(slice(vector, [offset], [size]), node.shape);
        return [node.attributes.name, part] as const;
      });
    }),
  );
  const made = new Map<GraphNode, GraphNode>();
  const copyOf = (node: GraphNode): GraphNode => made.get(node) ?? node;
  for (const node of nodesOf({ outputs })) {
    const part = node.kind === "parameter" ? parts.get(node.attributes.name) : undefined;
    const inputs = node.inputs.map(copyOf);
    const isSame = inputs.every((input, i) => input === node.inputs[i]);
    if (part !== undefined) made.set(node, part);
    else if (!isSame) made.set(node, rebuild(node, inputs));
  }
  return {
    outputs: Object.fromEntries(
      Object.entries(outputs).map(([name, node]) => [name, copyOf(node)]),
    ),
  };
}

const zeros = (groups: readonly ParameterGroup[]): Record<string, GraphNode> =>
  Object.fromEntries(
    groups.map(({ name, size }) => [
      stateNames.next(stateNames.gradient(name)),
      broadcast(scalar(0), [size]),
    ]),
  );

/** `average −= share·(average − values)`. */
function followed({ name, size }: ParameterGroup): Graph {
  const average = input(stateNames.average(name), [size]);
  const distance = sub(average, input(stateNames.values(name), [size]));
  const moved = sub(average, mul(distance, input(averageShare, [])));
  return { outputs: { [stateNames.next(stateNames.average(name))]: moved } };
}
