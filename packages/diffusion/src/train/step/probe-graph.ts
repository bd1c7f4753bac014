/**
 * @file What a training predicts of rows that it is not trained on, as a graph: the step's forward pass on
 * scaled latents, with nothing left out at random, nothing weighted and plain squared errors, so that numbers
 * of different runs mean the same.
 */

import type { Graph } from "@atelier/engine";
import { type TrainingGraphSpec, trainingGraph } from "./training-graph.js";

/**
 * `latents` (scaled), `noise`, `timesteps` and conditioning or ids of `rows` rows, with masks `mask`, as
 * `trainingGraph` has them, to `prediction`, shaped like the latents, and `error` `[rows]`, the mean squared
 * error of each row.
 */
export function probeGraph(spec: TrainingGraphSpec, rows: number): Graph {
  const { perSample, prediction } = trainingGraph({
    ...spec,
    batch: rows,
    from: "latents",
    drops: false,
    isWeighted: false,
    noise: { offset: { strength: 0, adaptive: 0 }, perturbation: 0 },
    measure: { kind: "mse" },
    predictionPrior: undefined,
    blocks: {},
  });
  return { outputs: { prediction, error: perSample } };
}
