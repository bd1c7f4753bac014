/** @file The memory that training steps take, before anything is compiled. */

import { dtypes } from "../dtype.js";
import { peakBytes } from "../graph/peak-bytes.js";
import { sizeOf } from "../shape.js";
import { needsSpare } from "./in-place.js";
import { stateLayout } from "./state-layout.js";
import { stateNames, type TrainingGraphOptions, trainingGraphs } from "./training-graph.js";

/** Bytes, each part at its largest. */
export interface StepMemory {
  /** Values, optimizer state, averages and gradients, twice where an update cannot overwrite them. */
  readonly state: number;
  /** What a step computes and keeps until it is used. */
  readonly activations: number;
}

/** The memory of a training's steps. @throws AtelierError as `createStepper`. */
export function stepMemory(
  options: TrainingGraphOptions & { readonly hasAverage: boolean },
): StepMemory {
  const graphs = trainingGraphs(options);
  const next = stateNames.next("");
  const spare = needsSpare(graphs);
  const peaks = [graphs.step, graphs.apply].map((graph) =>
    peakBytes(graph, (output) => output.startsWith(next)),
  );
  const state = stateLayout(options).vectors.reduce(
    (sum, { name, shape, dtype }) =>
      sum + sizeOf(shape) * dtypes[dtype].bytes * (spare.has(name) ? 2 : 1),
    0,
  );
  return { state, activations: Math.max(...peaks) };
}
