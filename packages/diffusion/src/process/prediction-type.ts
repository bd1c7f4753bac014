/** @file What models are trained to predict. */

/** What the model is trained to predict: the noise ε, the velocity v, or the picture x₀. */
export const predictionTypes = ["epsilon", "v_prediction", "sample"] as const;

/** A name in {@link predictionTypes}. */
export type PredictionType = (typeof predictionTypes)[number];
