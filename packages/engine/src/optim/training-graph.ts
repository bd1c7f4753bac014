/**
 * @file A training step as graphs. The first computes gradients; the others update, once its results have been
 * looked at: what they overwrite is gone. Groups whose optimizer is Adam have no graph for that; the host updates
 * them in one pass over memory.
 */

import { gradients } from "../autodiff/gradient.js";
import type { Graph } from "../graph/graph.js";
import { mixedPrecision } from "../graph/mixed-precision.js";
import type { GraphNode, NodeOf } from "../graph/node.js";
import { add, mul } from "../graph/ops/elementwise.js";
import { concat, reshape } from "../graph/ops/movement.js";
import { constant, input } from "../graph/ops/source.js";
import { floatTensor } from "../tensor.js";
import type { LossScaling } from "./loss-scaling.js";
import { type NamedNodes, type Optimizer, pick, type UpdateInputs } from "./optimizer.js";
import { type OptimizerGroup, type OptimizerOwner, optimizerOwners } from "./optimizer-groups.js";
import { groupParameters, type ParameterGroup, slotSize } from "./parameter-groups.js";

/** What is trained, on what, and how. */
export interface TrainingGraphOptions {
  /** The scalar to minimise. */
  readonly loss: GraphNode;
  readonly parameters: readonly NodeOf<"parameter">[];
  readonly optimizer: Optimizer;
  /** Parameters with learning rates or optimizers of their own. */
  readonly groups?: readonly OptimizerGroup[] | undefined;
  /** Gradients are scaled down to this global norm (Pascanu et al. 2013); `undefined` leaves them. */
  readonly maxGradNorm?: number | undefined;
  /** Runs that one step averages over. */
  readonly accumulation?: number;
  /**
   * Of them so many at once, which takes the memory of all and fewer waits of threads for each other; 1 by default.
   * Gradients are added up in another order for each number.
   */
  readonly atOnce?: number | undefined;
  /** Elements that one graph updates at most, 2²⁶ by default; a group at least. */
  readonly elementsPerUpdate?: number | undefined;
  /** Further scalars or tensors to report. */
  readonly metrics?: Readonly<Record<string, GraphNode>>;
  /** Computes the products of the step in float16, with the loss scaled like this; all in float32 by default. */
  readonly mixedPrecision?: LossScaling | undefined;
}

/** Graphs of a training step and the names of the values that live from step to step. */
export interface TrainingGraphs {
  /** Forward and backward: the gradients, added to those of earlier runs with accumulation. */
  readonly step: Graph;
  /** The update from gradients, in parts; none for what the host updates. */
  readonly updates: readonly Graph[];
}

/** Names of values that a training graph reads and writes. */
export const stateNames: {
  /** The values of a group of parameters. */
  readonly values: (group: string) => string;
  /** The state of a group, or of one parameter, in an optimizer's slot. */
  readonly slot: (slot: string, group: string) => string;
  /** A scalar that an optimizer estimates, by the suffix of its owner. */
  readonly estimate: (name: string, suffix: string) => string;
  /** A group's gradients, or their sum so far; those of a set where several runs are under way at once. */
  readonly gradient: (group: string, set?: number) => string;
  /** The factor of all gradients in the update. */
  readonly gradientScale: string;
  /** The factor of the loss, and the steps since it moved. */
  readonly lossScale: string;
  readonly lossScaleSteps: string;
  /** A scalar of the optimizer, by the suffix of its owner. */
  readonly scalar: (name: string, suffix: string) => string;
  /** The moving average of a group's values, or of one parameter's. */
  readonly average: (group: string) => string;
  /** The output that replaces a value. */
  readonly next: (name: string) => string;
  /** The value that an output replaces, if it does. */
  readonly before: (output: string) => readonly string[];
} = {
  values: (group) => `values:${group}`,
  slot: (slot, group) => `optimizer.${slot}:${group}`,
  estimate: (name, suffix) => `estimate.${name}${suffix}`,
  gradient: (group, set = 0) => `gradient:${group}${set === 0 ? "" : ` of run ${set}`}`,
  gradientScale: "gradient scale",
  lossScale: "loss scale",
  lossScaleSteps: "loss scale steps",
  scalar: (name, suffix) => `optimizer.${name}${suffix}`,
  average: (group) => `average:${group}`,
  next: (name) => `next ${name}`,
  before: (output) => (output.startsWith("next ") ? [output.slice("next ".length)] : []),
};

/** The groups of parameters of a training graph, and who owns them. */
export function planGroups({
  optimizer,
  groups = [],
  parameters,
}: Pick<TrainingGraphOptions, "optimizer" | "groups" | "parameters">): {
  readonly owners: readonly OptimizerOwner[];
  readonly groups: readonly ParameterGroup[];
} {
  const names = parameters.map(({ attributes }) => attributes.name);
  const owners = optimizerOwners(optimizer, groups, names);
  const planned = groupParameters(parameters, owners);
  return {
    owners: owners.filter((owner) => planned.some((group) => group.owner === owner)),
    groups: planned,
  };
}

const defaultElements = 2 ** 26;

/** Whether a step sums gradients in vectors that are read before they are written. */
export const accumulates = ({ accumulation = 1, atOnce = 1 }: TrainingGraphOptions): boolean =>
  accumulation > atOnce;

/** Builds the graphs of a training step. */
export function trainingGraphs(options: TrainingGraphOptions): TrainingGraphs {
  const { loss, metrics = {} } = options;
  const { groups } = planGroups(options);
  const next = [...gradientTotals(options, groups)].map(
    ([{ name }, total]) =>
      [stateNames.next(stateNames.gradient(name)), beforeReshapes(total)] as const,
  );
  return {
    step: inPrecision({ outputs: { loss, ...metrics, ...Object.fromEntries(next) } }, options),
    updates: updateGraphs(
      options,
      groups.filter(({ optimizer }) => optimizer.adam === undefined),
    ),
  };
}

/** A graph in the precision of a training. */
export const inPrecision = (
  graph: Graph,
  { mixedPrecision: scaling }: Pick<TrainingGraphOptions, "mixedPrecision">,
): Graph => (scaling === undefined ? graph : mixedPrecision(graph));

/** The gradients of each group, `[size]`, times the loss's factor, added to those of earlier runs where a step is one of several. */
export function gradientTotals(
  options: TrainingGraphOptions,
  groups: readonly ParameterGroup[],
): ReadonlyMap<ParameterGroup, GraphNode> {
  const { loss, parameters, accumulation = 1, mixedPrecision: scaling } = options;
  const mean = accumulation === 1 ? loss : mul(loss, 1 / accumulation);
  const scaled = scaling === undefined ? mean : mul(mean, input(stateNames.lossScale, []));
  const grads = new Map(
    gradients(scaled, parameters).map((gradient, i) => [parameters[i]?.attributes.name, gradient]),
  );
  return new Map(
    groups.map((group) => {
      const gradient = flat(group, grads);
      return [group, accumulates(options) ? add(summed(group), gradient) : gradient];
    }),
  );
}

/** The update of groups from their gradients, in parts. */
export function updateGraphs(
  options: TrainingGraphOptions,
  groups: readonly ParameterGroup[],
): readonly Graph[] {
  const all = groups.map((group): GroupGradient => ({ group, gradient: summed(group) }));
  return partsOf(all, options).map((part) => ({ outputs: updateOutputs(options, part) }));
}

/** A group's gradients so far. */
const summed = ({ name, size }: ParameterGroup): GraphNode =>
  input(stateNames.gradient(name), [size]);

interface GroupGradient {
  readonly group: ParameterGroup;
  /** `[size]` */
  readonly gradient: GraphNode;
}

/** Groups of one owner, as many as are updated together; all of them where their optimizer estimates. */
function partsOf(
  grads: readonly GroupGradient[],
  { elementsPerUpdate = defaultElements }: TrainingGraphOptions,
): GroupGradient[][] {
  const parts: GroupGradient[][] = [];
  const open = new Map<OptimizerOwner, { readonly part: GroupGradient[]; size: number }>();
  for (const entry of grads) {
    const { owner, size } = entry.group;
    const limit = owner.optimizer.estimation === undefined ? elementsPerUpdate : Infinity;
    let last = open.get(owner);
    if (last === undefined || last.size + size > limit) {
      last = { part: [], size: 0 };
      open.set(owner, last);
      parts.push(last.part);
    }
    last.part.push(entry);
    last.size += size;
  }
  return parts;
}

/** Gradients of a group as one vector, with zeros where parameters end within a block. */
function flat(
  { parameters, size: total }: ParameterGroup,
  grads: ReadonlyMap<string | undefined, GraphNode>,
): GraphNode {
  const parts = parameters.flatMap(({ node, offset, size }, index) => {
    const part = reshape(grads.get(node.attributes.name) ?? node, [size]);
    const gap = (parameters[index + 1]?.offset ?? total) - offset - size;
    return gap === 0 ? [part] : [part, constant(floatTensor(new Float32Array(gap), [gap]))];
  });
  return concat(parts, 0);
}

/**
 * A value in the shape in which it is computed. A reshape into memory of the caller would be a copy; the
 * same bytes are read as `[size]`.
 */
function beforeReshapes(node: GraphNode): GraphNode {
  const [source] = node.inputs;
  return node.kind === "reshape" && source !== undefined ? beforeReshapes(source) : node;
}

function updateOutputs(
  { maxGradNorm, mixedPrecision: scaling }: TrainingGraphOptions,
  grads: readonly GroupGradient[],
): Record<string, GraphNode> {
  const isScaled = maxGradNorm !== undefined || scaling !== undefined;
  const scale = isScaled ? input(stateNames.gradientScale, []) : undefined;
  const outputs: Record<string, GraphNode> = {};
  for (const owner of new Set(grads.map(({ group }) => group.owner))) {
    const own = grads.filter(({ group }) => group.owner === owner);
    Object.assign(outputs, ownerOutputs(owner, own, scale));
  }
  return outputs;
}

/** Next values and state of all parameters of one owner. */
function ownerOutputs(
  { optimizer, suffix }: OptimizerOwner,
  grads: readonly GroupGradient[],
  scale: GraphNode | undefined,
): Record<string, GraphNode> {
  const { estimation } = optimizer;
  const named = (names: readonly string[], nameOf: (name: string, suffix: string) => string) =>
    Object.fromEntries(names.map((name) => [name, input(nameOf(name, suffix), [])]));
  const scalars = named(optimizer.scalarNames, stateNames.scalar);
  const estimates = named(Object.keys(estimation?.initial ?? {}), stateNames.estimate);
  const inputsOf = (entry: GroupGradient) => updateInputs(entry, { scale, scalars, estimates });
  // Without estimates a group's inputs are made just before its update, which keeps few gradients alive.
  const measured = estimation && grads.map(inputsOf);
  const nextEstimates =
    estimation === undefined
      ? {}
      : estimation.combine({
          sums: sumsOf((measured ?? []).map(estimation.measure)),
          scalars,
          estimates,
        });
  const outputs: Record<string, GraphNode> = {};
  for (const [name, node] of Object.entries(nextEstimates)) {
    outputs[stateNames.next(stateNames.estimate(name, suffix))] = node;
  }
  for (const [index, entry] of grads.entries()) {
    const { group } = entry;
    const inputs = measured?.[index] ?? inputsOf(entry);
    const updated = group.optimizer.update({ ...inputs, nextEstimates });
    outputs[stateNames.next(stateNames.values(group.name))] = updated.parameter;
    for (const [slot, node] of Object.entries(updated.state)) {
      outputs[stateNames.next(stateNames.slot(slot, group.name))] = node;
    }
  }
  return outputs;
}

function updateInputs(
  { group, gradient }: GroupGradient,
  {
    scale,
    scalars,
    estimates,
  }: {
    readonly scale: GraphNode | undefined;
    readonly scalars: NamedNodes;
    readonly estimates: NamedNodes;
  },
): UpdateInputs {
  const { name, optimizer, parameters, size } = group;
  const [first] = parameters;
  return {
    scalars,
    estimates,
    shape: optimizer.isWhole === true && first !== undefined ? first.node.shape : [size],
    state: Object.fromEntries(
      optimizer.slots.map((slot) => [
        slot.name,
        input(stateNames.slot(slot.name, name), [slotSize(slot, group)], slot.dtype ?? "float32"),
      ]),
    ),
    parameter: input(stateNames.values(name), [size]),
    gradient: scale === undefined ? gradient : mul(gradient, scale),
  };
}

/** Adds up what the groups measured, by name. */
function sumsOf([first = {}, ...rest]: readonly NamedNodes[]): NamedNodes {
  return Object.fromEntries(
    Object.entries(first).map(([name, node]) => [
      name,
      rest.reduce((total, measured) => add(total, pick(measured, name)), node),
    ]),
  );
}
