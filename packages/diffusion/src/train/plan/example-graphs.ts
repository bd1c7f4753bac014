/** @file The graphs of trainings of a model, to see what a device makes of them. */

import { type Graph, trainingGraphs } from "@atelier/engine";
import { optimizerSection } from "../config/optimizer-section.js";
import { optimizerOfConfig } from "../step/optimizer-of-config.js";
import { trainingGraph } from "../step/training-graph.js";
import { type ExampleModel, exampleTraining } from "./example-training.js";

/** Every optimizer whose update is a graph, with every way to keep its state. */
const optimizers = [
  { name: "sgd", momentum: 0.9 },
  { name: "lion" },
  { name: "lion", stateDtype: "float16" },
  { name: "lion", stateDtype: "uint8" },
  { name: "adamw", stateDtype: "float16" },
  { name: "adamw", stateDtype: "uint8" },
  { name: "muon" },
  { name: "adafactor" },
  { name: "prodigy" },
];

/**
 * The step of a training of all weights of denoiser and text encoders, which has the operators of other trainings as
 * well, and the updates by every optimizer.
 */
export function exampleGraphs(model: ExampleModel): Graph[] {
  const { graph, groups } = exampleTraining(model, { textEncoder: { train: true } });
  const { loss, trained } = trainingGraph(graph);
  const trainings = optimizers.map((fields) =>
    trainingGraphs({
      ...{ loss, parameters: trained, groups, maxGradNorm: 1, accumulation: 2 },
      optimizer: optimizerOfConfig(optimizerSection.parse(fields)),
    }),
  );
  // The step is the same for all.
  return [
    ...trainings.slice(0, 1).map(({ step }) => step),
    ...trainings.flatMap(({ updates }) => updates),
  ];
}
