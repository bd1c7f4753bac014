/**
 * @file What an optimizer is: named slots of state per parameter, scalars per step, and an update
 * written as a graph, so that one run of the runtime is one whole training step.
 */

import { internalError } from "../errors.js";
import type { GraphNode } from "../graph/node.js";

/** Values of one step that the update reads as scalar inputs. */
export type StepScalars = Readonly<Record<string, number>>;

/** A parameter, its gradient and its state before the update. */
export interface UpdateInputs {
  /** Names of the parameters that `parameter` holds, all of one kind. */
  readonly names: readonly string[];
  readonly parameter: GraphNode;
  readonly gradient: GraphNode;
  /** One node per slot. */
  readonly state: Readonly<Record<string, GraphNode>>;
  /** One scalar node per name that `scalars` returns. */
  readonly scalars: Readonly<Record<string, GraphNode>>;
}

/** A parameter and its state after the update. */
export interface UpdateOutputs {
  readonly parameter: GraphNode;
  readonly state: Readonly<Record<string, GraphNode>>;
}

/** An optimizer: pure functions from graphs to graphs. State begins with zeros. */
export interface Optimizer {
  readonly slots: readonly string[];
  /** Names that {@link Optimizer.scalars} returns. */
  readonly scalarNames: readonly string[];
  /** The scalars of a step (the first is 1), computed in float64 as PyTorch does. */
  readonly scalars: (step: number, learningRate: number) => StepScalars;
  readonly update: (inputs: UpdateInputs) => UpdateOutputs;
  /** Tells parameters apart, by name, that must not be updated together; all are alike by default. */
  readonly kindOf?: (parameter: string) => string;
}

/** A node by name. @throws AtelierError `internal` for a name that the optimizer did not declare. */
export function pick(nodes: Readonly<Record<string, GraphNode>>, name: string): GraphNode {
  const node = nodes[name];
  if (node === undefined) throw internalError(`optimizer: no value "${name}".`);
  return node;
}
