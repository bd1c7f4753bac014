/**
 * @file training_config.json of the embedded base: what teaches so small a model best, as the demo and
 * docs/techniques.md measured.
 */

import type { ConfigObject } from "@atelier/diffusion/core";
import { parseTrainingAdvice, type TrainingAdvice } from "@atelier/diffusion/train-config";
import { embeddedBaseInWords, embeddedBaseTitle } from "./names.js";

/** The content of the file. */
export const trainingConfig: ConfigObject = {
  /** Adapters for it fit no published model. */
  base: { architecture: embeddedBaseTitle },
  /** Pictures are small: many to a batch cost little and steady the steps. */
  batchSize: 8,
  steps: 150,
  schedule: { name: "cosine", warmupShare: 0.05 },
  /** Where shapes are decided on latents as small as these: the density that the base was trained with. */
  timesteps: { distribution: "logit_normal", mean: -0.5, deviation: 1 },
  /** What things look like is in the convolutions too. */
  lora: { targets: ["all"] },
  /** A small model bears and needs far higher rates than Stable Diffusion. */
  tunings: {
    lora: { learningRate: 4e-3 },
    full: { learningRate: 5e-4 },
    textual_inversion: { learningRate: 2e-2 },
    pivotal: { learningRate: 1e-3, embedding: { learningRate: 5e-3 } },
  },
  /** Things of every kind and place that it can draw. */
  watch: {
    prompts: [
      ...["a cat on a blue background", "a pizza on a white background", "a house in a meadow"],
      ...["a small rocket at night", "a panda wearing a hat on a pink background"],
      ...["a sailboat in the sea", "a fluent style robot on a yellow background"],
      ...[
        "a large pumpkin on a purple to orange gradient",
        "a dog next to a star on a grey background",
      ],
      ...[
        "a cactus in a desert",
        "a guitar on the right, on a teal background",
        "a penguin in the snow",
      ],
      ...["a twemoji style car in a city", "a smiling face on a black background"],
      ...["a tulip above a mouse on a green background", "a castle in the mountains"],
    ],
  },
  /** A class kept beside the subject makes it slower to learn. */
  withPrior: { steps: 500 },
};

/** The same, as trainings take it. */
export const trainingAdvice: TrainingAdvice = parseTrainingAdvice(
  trainingConfig,
  embeddedBaseInWords,
);
