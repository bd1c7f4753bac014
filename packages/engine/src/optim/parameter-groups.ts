/**
 * @file Parameters that are updated together. A model has hundreds of small weights; an update of
 * each would be thousands of tiny operators, so small ones share one flat vector.
 */

import { internalError } from "../errors.js";
import type { NodeOf } from "../graph/node.js";
import { type Shape, sizeOf } from "../shape.js";
import type { Optimizer, Slot } from "./optimizer.js";
import type { OptimizerOwner } from "./optimizer-groups.js";

/** A parameter and its place in the vectors of its group. */
export interface ParameterPlace {
  readonly node: NodeOf<"parameter">;
  /** Index of its first element. */
  readonly offset: number;
  readonly size: number;
}

/** Parameters whose values, gradients and optimizer state lie in flat vectors, in this order. */
export interface ParameterGroup {
  readonly name: string;
  readonly owner: OptimizerOwner;
  /** The owner's, or its variant for parameters of this size. */
  readonly optimizer: Optimizer;
  readonly parameters: readonly ParameterPlace[];
  /** Elements of the vector of values; more than the parameters' where these begin at blocks. */
  readonly size: number;
}

/** A vector of this many floats (1 MiB) is still updated within a processor's cache. */
const GROUP_ELEMENTS = 2 ** 18;

interface OpenGroup {
  readonly owner: OptimizerOwner;
  readonly optimizer: Optimizer;
  readonly places: ParameterPlace[];
  size: number;
}

/** Groups parameters in their order; one that is large by itself stays alone. */
export function groupParameters(
  parameters: readonly NodeOf<"parameter">[],
  owners: readonly OptimizerOwner[],
): readonly ParameterGroup[] {
  const groups: OpenGroup[] = [];
  const open = new Map<OptimizerOwner, Map<Optimizer, OpenGroup>>();
  for (const node of parameters) {
    const owner = owners.find(({ owns }) => owns(node.attributes.name));
    if (owner === undefined) throw internalError(`nothing owns ${node.attributes.name}.`);
    const optimizer = owner.optimizer.forShape?.(node.shape) ?? owner.optimizer;
    const size = sizeOf(node.shape);
    const mine = open.get(owner) ?? new Map<Optimizer, OpenGroup>();
    open.set(owner, mine);
    const isAlone = size >= GROUP_ELEMENTS || optimizer.isWhole === true;
    let group = isAlone ? undefined : mine.get(optimizer);
    if (group === undefined || group.size + size > GROUP_ELEMENTS) {
      group = { owner, optimizer, places: [], size: 0 };
      groups.push(group);
      if (!isAlone) mine.set(optimizer, group);
    }
    group.places.push({ node, offset: group.size, size });
    group.size += Math.ceil(size / alignmentOf(optimizer)) * alignmentOf(optimizer);
  }
  return groups.map(({ owner, optimizer, places, size }, index) => ({
    name: `group ${index}`,
    owner,
    optimizer,
    parameters: places,
    size,
  }));
}

/** Parameters begin at whole blocks, so that no block holds elements of two. */
function alignmentOf({ slots }: Optimizer): number {
  return Math.max(1, ...slots.map(({ blockSize = 1 }) => blockSize));
}

/** Elements of a slot's vector for a group. */
export function slotSize(slot: Slot, { parameters, size }: ParameterGroup): number {
  const [first] = parameters;
  return slot.shapeOf === undefined || first === undefined
    ? size / (slot.blockSize ?? 1)
    : sizeOf(slot.shapeOf(first.node.shape));
}

/** A parameter's part of a slot's vector: its first element, and its shape. */
export function slotPlace(
  { shapeOf, blockSize = 1 }: Slot,
  { node, offset, size }: ParameterPlace,
): { readonly start: number; readonly shape: Shape } {
  if (shapeOf !== undefined) return { start: 0, shape: shapeOf(node.shape) };
  const shape = blockSize === 1 ? node.shape : [Math.ceil(size / blockSize)];
  return { start: offset / blockSize, shape };
}
