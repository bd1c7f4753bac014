/** @file What training all weights of a model takes, before there is a run: the plan of memory of such a run. */

import { configsOf, type ModelFiles } from "../../families/model-files.js";
import { completeConfig } from "../config/complete-config.js";
import { parseTrainConfig } from "../config/config.js";
import { fullPart } from "../parts/full-part.js";
import type { TrainingGraphSpec } from "../step/training-graph.js";
import { fitMemory } from "./memory-plan.js";

/** Bytes that `finetune` takes of a machine at its defaults, one picture of the model's own size a step. */
export function fullTrainingBytes(
  model: Pick<ModelFiles, "path" | "family" | "components" | "scheduler">,
): number {
  const { path, family } = model;
  const configs = configsOf(model);
  // What the pictures are does not matter, only that there are some.
  const data = { folder: path, prompt: "-" };
  const given = parseTrainConfig({ tuning: "full", base: { path }, data, batchSize: 1 });
  const config = completeConfig(given);
  if (config.full === undefined)
    throw new RangeError("internal: a full tuning without its section");
  const { tuning, groups } = fullPart(config.full, config, { family, configs });
  const { nativeEdge, factor } = family.latents(configs);
  const graph: TrainingGraphSpec = {
    ...{ family, configs, tuning, batch: 1 },
    process: family.process(model.scheduler),
    ...{ height: nativeEdge / factor, width: nativeEdge / factor },
    tokens: family.conditioning.tokens(configs),
    ...{ from: "distribution", encoders: [], isWeighted: false, isMasked: false },
    noise: { offset: { strength: 0, adaptive: 0 }, perturbation: 0 },
    measure: { kind: "mse" },
  };
  return fitMemory({ config, graph, groups }).memory.total;
}
