/** @file What training all weights of a model takes, before there is a run: the plan of memory of such a run. */

import type { Checkpoint } from "../../core/model-files.js";
import { noiseScheduleOf, readSchedulerConfig } from "../../samplers/scheduler-config.js";
import { parseTrainConfig } from "../config/config.js";
import { fullPart } from "../parts/full-part.js";
import { activationBytes, type TrainingGraphSpec, trainingGraph } from "../step/training-graph.js";
import { fitMemory } from "./memory-plan.js";

/** Bytes that `finetune` takes of a machine at its defaults, one picture of the model's own size a step. */
export function fullTrainingBytes(
  checkpoint: Pick<Checkpoint, "path" | "unet" | "textEncoder" | "vae" | "scheduler">,
): number {
  const { path, unet, textEncoder, vae } = checkpoint;
  const configs = { unet: unet.config, textEncoder: textEncoder.config, vae: vae.config };
  // What the pictures are does not matter, only that there are some.
  const data = { folder: path, prompt: "-" };
  const config = parseTrainConfig({ tuning: "full", base: { path }, data, batchSize: 1 });
  if (config.full === undefined)
    throw new RangeError("internal: a full tuning without its section");
  const { tuning, groups } = fullPart(config.full, config, { configs });
  const graph: TrainingGraphSpec = {
    ...{ configs, tuning, batch: 1 },
    schedule: noiseScheduleOf(readSchedulerConfig(checkpoint.scheduler).config),
    predictionType: "epsilon",
    ...{ height: unet.config.sampleSize, width: unet.config.sampleSize },
    tokens: textEncoder.config.maxPositionEmbeddings,
    ...{ from: "distribution", readsIds: false, isWeighted: false, isMasked: false },
    noise: { offset: { strength: 0, adaptive: 0 }, perturbation: 0 },
    measure: { kind: "mse" },
  };
  return fitMemory({ config, graph, groups }, () => activationBytes(trainingGraph(graph))).memory
    .total;
}
