/** @file The memory that training steps take, before anything is compiled. */

import { dtypes } from "../dtype.js";
import type { ValueType } from "../graph/node.js";
import { peakBytes } from "../graph/peak-bytes.js";
import { sizeOf } from "../shape.js";
import { needsSpare } from "./in-place.js";
import { stateLayout } from "./state-layout.js";
import { stateNames, type TrainingGraphOptions, trainingGraphs } from "./training-graph.js";

/** Bytes, each part at its largest. */
export interface StepMemory {
  /** Values, optimizer state, averages and gradients, twice where an update cannot overwrite them. */
  readonly state: number;
  /** Each graph of a step. */
  readonly runs: readonly {
    /** What it computes and keeps until it is used. */
    readonly activations: number;
    /** What it gives back. */
    readonly results: number;
  }[];
}

/** The memory of a training's steps. @throws AtelierError as `createStepper`. */
export function stepMemory(
  options: TrainingGraphOptions & { readonly hasAverage: boolean },
): StepMemory {
  const graphs = trainingGraphs(options);
  const next = stateNames.next("");
  const spare = needsSpare(graphs);
  const runs = [graphs.step, ...graphs.updates].map((graph) => ({
    activations: peakBytes(graph, (output) => output.startsWith(next)),
    results: Object.values(graph.outputs).reduce((sum, node) => sum + bytesOf(node), 0),
  }));
  const state = stateLayout(options).vectors.reduce(
    (sum, vector) => sum + bytesOf(vector) * (spare.has(vector.name) ? 2 : 1),
    0,
  );
  return { state, runs };
}

const bytesOf = ({ shape, dtype }: ValueType): number => sizeOf(shape) * dtypes[dtype].bytes;
