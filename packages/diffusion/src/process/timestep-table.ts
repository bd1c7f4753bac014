/** @file Values that depend on the timestep, as a constant table that the graph looks up. */

import { constant, floatTensor, type GraphNode, gatherRows, reshape } from "@atelier/engine";
import type { NoiseSchedule } from "./noise-schedule.js";

/** `valueAt` each sample's timestep, `[batch, 1, 1, 1]`, from timesteps `[batch]` int64. */
export function timestepTable(
  { numTrainTimesteps }: NoiseSchedule,
  timesteps: GraphNode,
  valueAt: (timestep: number) => number,
): GraphNode {
  const values = Float32Array.from({ length: numTrainTimesteps }, (_, t) => valueAt(t));
  const table = constant(floatTensor(values, [numTrainTimesteps, 1]));
  return reshape(gatherRows(table, timesteps), [-1, 1, 1, 1]);
}
