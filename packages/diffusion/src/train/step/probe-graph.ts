/**
 * @file What a training predicts of rows that it is not trained on, as a graph: the step's forward pass on
 * scaled latents, with nothing left out at random, nothing weighted and plain squared errors, so that numbers
 * of different runs mean the same.
 */

import { type Graph, mean, square } from "@atelier/engine";
import { type TrainingGraphSpec, trainingGraph } from "./training-graph.js";

/** So many rows are predicted at once, at most. */
const mostAtOnce = 8;

/** How many rows of a look are predicted at once: no more than a step has in a batch. */
export const rowsAtOnce = ({ batch }: Pick<TrainingGraphSpec, "batch">): number =>
  Math.min(mostAtOnce, batch);

/**
 * `latents` (scaled), `noise`, `timesteps` and conditioning or ids of `rows` rows, with masks `mask`, as
 * `trainingGraph` has them, to `prediction`, shaped like the latents, `error` `[rows]`, the mean squared
 * error of each row, and `power` `[rows]`, that of predicting zeros.
 */
export function probeGraph(spec: TrainingGraphSpec, rows: number): Graph {
  const { perSample, prediction, target } = trainingGraph({
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
  const power = mean(square(target), { axes: [1, 2, 3] });
  return { outputs: { prediction, error: perSample, power } };
}
