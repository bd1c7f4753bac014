/** @file What models are trained to predict. */

/** What a model of the discrete process is trained to predict: the noise ε, the velocity v, or the picture x₀. */
export const predictionTypes = ["epsilon", "v_prediction", "sample"] as const;

/** A name in {@link predictionTypes}. */
export type PredictionType = (typeof predictionTypes)[number];

/** Those, and the flow ε − x₀ that models of flow matching predict, as diffusers calls it. */
export const processPredictions: readonly ["epsilon", "v_prediction", "sample", "flow_prediction"] =
  [...predictionTypes, "flow_prediction"];

/** A name in {@link processPredictions}. */
export type ProcessPrediction = (typeof processPredictions)[number];
