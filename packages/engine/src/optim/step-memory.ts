/** @file The memory that training steps take, before anything is compiled. */

import { dtypes } from "../dtype.js";
import type { Graph } from "../graph/graph.js";
import type { ValueType } from "../graph/node.js";
import { peakBytes } from "../graph/peak-bytes.js";
import { sizeOf } from "../shape.js";
import { needsSpare } from "./in-place.js";
import { gradientSets, stateLayout } from "./state-layout.js";
import { stateNames, type TrainingGraphOptions, trainingGraphs } from "./training-graph.js";

/** Bytes, each part at its largest. */
export interface StepMemory {
  /** Values, optimizer state, averages and gradients, twice where an update cannot overwrite them. */
  readonly state: number;
  /** What graphs compute and keep until it is used: the larger of runs that are under way at once, and of an update. */
  readonly activations: number;
}

/** The memory of a training's steps. @throws AtelierError as `createStepper`. */
export function stepMemory(
  options: TrainingGraphOptions & { readonly hasAverage: boolean },
): StepMemory {
  const graphs = trainingGraphs(options);
  const spare = needsSpare(graphs);
  const state = stateLayout(options).vectors.reduce(
    (sum, vector) => sum + bytesOf(vector) * (spare.has(vector.name) ? 2 : 1),
    0,
  );
  const activations = Math.max(
    activationsOf(graphs.step) * gradientSets(options),
    ...graphs.updates.map(activationsOf),
  );
  return { state, activations };
}

/** Without what is written into the state. */
const activationsOf = (graph: Graph): number =>
  peakBytes(graph, (output) => stateNames.before(output).length > 0);

const bytesOf = ({ shape, dtype }: ValueType): number => sizeOf(shape) * dtypes[dtype].bytes;
