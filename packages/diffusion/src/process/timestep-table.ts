/** @file Values that depend on the timestep, as a constant table that the graph looks up. */

import {
  constant,
  floatTensor,
  type GraphNode,
  gatherRows,
  reshape,
  type Shape,
} from "@atelier/engine";

/** `valueAt` each sample's timestep, `[batch, 1, 1, 1]`, from timesteps `[batch]` int64. @param shape in place of that */
export function timestepTable(
  { numTrainTimesteps }: { readonly numTrainTimesteps: number },
  timesteps: GraphNode,
  valueAt: (timestep: number) => number,
  shape: Shape = [-1, 1, 1, 1],
): GraphNode {
  const values = Float32Array.from({ length: numTrainTimesteps }, (_, t) => valueAt(t));
  const table = constant(floatTensor(values, [numTrainTimesteps, 1]));
  return reshape(gatherRows(table, timesteps), shape);
}
