/**
 * @file Parameters that are updated together. A model has hundreds of small weights; an update of
 * each would be thousands of tiny operators, so small ones share one flat vector.
 */

import type { NodeOf } from "../graph/node.js";
import { sizeOf } from "../shape.js";

/** Parameters whose values, gradients and optimizer state lie in one flat vector, in this order. */
export interface ParameterGroup {
  readonly name: string;
  readonly parameters: readonly NodeOf<"parameter">[];
  /** Elements of all parameters together. */
  readonly size: number;
}

/** A vector of this many floats (1 MiB) is still updated within a processor's cache. */
const GROUP_ELEMENTS = 2 ** 18;

/**
 * Groups parameters in their order; one that is large by itself stays alone.
 * @param kindOf parameters of different kinds never share a group
 */
export function groupParameters(
  parameters: readonly NodeOf<"parameter">[],
  kindOf: (parameter: string) => string = () => "",
): readonly ParameterGroup[] {
  const groups: NodeOf<"parameter">[][] = [];
  let open: NodeOf<"parameter">[] = [];
  let openSize = 0;
  let openKind = "";
  for (const parameter of parameters) {
    const size = sizeOf(parameter.shape);
    const kind = kindOf(parameter.attributes.name);
    if (size >= GROUP_ELEMENTS) {
      groups.push([parameter]);
      continue;
    }
    if (open.length === 0 || openKind !== kind || openSize + size > GROUP_ELEMENTS) {
      open = [];
      openSize = 0;
      openKind = kind;
      groups.push(open);
    }
    open.push(parameter);
    openSize += size;
  }
  return groups.map((members, index) => ({
    name: `group ${index}`,
    parameters: members,
    size: members.reduce((total, { shape }) => total + sizeOf(shape), 0),
  }));
}
