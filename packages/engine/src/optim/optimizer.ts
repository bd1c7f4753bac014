/**
 * @file What an optimizer is: named slots of state per parameter, scalars per step, and an update
 * written as a graph, so that the runtime computes all of a training step.
 */

import { internalError } from "../errors.js";
import type { GraphNode } from "../graph/node.js";
import type { Shape } from "../shape.js";

/** Values of one step that the update reads as scalar inputs. */
export type StepScalars = Readonly<Record<string, number>>;

/** Nodes by name. */
export type NamedNodes = Readonly<Record<string, GraphNode>>;

/** Element types that state is kept in. */
export type SlotDType = "float32" | "float16" | "uint8";

/** State that an optimizer keeps for every parameter. */
export interface Slot {
  readonly name: string;
  /** float32 by default. */
  readonly dtype?: SlotDType;
  /** Neighbouring elements of a parameter that share one element of the slot; 1 by default. */
  readonly blockSize?: number;
  /** Shape of the slot for a parameter, where it is not the parameter's; only with `isWhole`. */
  readonly shapeOf?: (parameter: Shape) => Shape;
  /** First values: zeros by default. */
  readonly initial?: "zeros" | "parameter";
  /** Updates read the slot and never write it. */
  readonly isFixed?: boolean;
  /**
   * What a slot holds that may be kept with fewer bits: a mean of gradients (signed) or of their
   * squares. Slots that say nothing are kept as they are.
   */
  readonly moment?: "first" | "second";
}

/** What is updated together: one flat vector of parameters, its gradient and its state. */
export interface UpdateInputs {
  /** The parameter's own shape where the optimizer `isWhole`, else `[size]`. */
  readonly shape: Shape;
  /** `[size]` */
  readonly parameter: GraphNode;
  /** `[size]` */
  readonly gradient: GraphNode;
  /** One flat vector per slot. */
  readonly state: NamedNodes;
  /** One scalar node per name of `scalarNames`. */
  readonly scalars: NamedNodes;
  /** Estimates before this step. */
  readonly estimates: NamedNodes;
}

/** Inputs of an update, with the estimates of this step. */
export interface UpdateInputsAfter extends UpdateInputs {
  readonly nextEstimates: NamedNodes;
}

/** A parameter vector and its state after the update. */
export interface UpdateOutputs {
  readonly parameter: GraphNode;
  readonly state: NamedNodes;
}

/** Scalars that an optimizer estimates from all of its parameters at once and keeps. */
export interface Estimation {
  /** First values by name. */
  readonly initial: StepScalars;
  /** What one vector of parameters contributes: scalars, which are summed over all vectors. */
  readonly measure: (inputs: UpdateInputs) => NamedNodes;
  /** The estimates after this step. */
  readonly combine: (inputs: {
    readonly sums: NamedNodes;
    readonly scalars: NamedNodes;
    readonly estimates: NamedNodes;
  }) => NamedNodes;
}

/** Of Adam with the float32 slots `first` and `second` and the scalars `stepSize`, `epsilon` and, if any, `keep`. */
export interface AdamConstants {
  readonly beta1: number;
  readonly beta2: number;
  /** Weight decay that is added to the gradient; 0 for none. */
  readonly l2: number;
}

/** An optimizer: pure functions from graphs to graphs. */
export interface Optimizer {
  readonly slots: readonly Slot[];
  /** Names that {@link Optimizer.scalars} returns. */
  readonly scalarNames: readonly string[];
  /** The scalars of a step (the first is 1), computed in float64 as PyTorch does. */
  readonly scalars: (step: number, learningRate: number) => StepScalars;
  readonly update: (inputs: UpdateInputsAfter) => UpdateOutputs;
  readonly estimation?: Estimation;
  /** What makes the update one that the host computes in one pass, in the same order of operations. */
  readonly adam?: AdamConstants;
  /** The update depends on a parameter as a whole, so that parameters never share a vector. */
  readonly isWhole?: boolean;
  /** The optimizer for parameters of a shape, with the same scalars and estimates. */
  readonly forShape?: (parameter: Shape) => Optimizer;
}

/** A node by name. @throws AtelierError `internal` for a name that the optimizer did not declare. */
export function pick(nodes: NamedNodes, name: string): GraphNode {
  const node = nodes[name];
  if (node === undefined) throw internalError(`optimizer: no value "${name}".`);
  return node;
}
