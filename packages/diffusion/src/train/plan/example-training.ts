/** @file A training of all weights of a model on one picture of its own size, before there are any pictures. */

import { configsOf, type ModelFiles, wordEncoders } from "../../families/model-files.js";
import { completeConfig } from "../config/complete-config.js";
import { parseTrainConfig } from "../config/config.js";
import { fullPart } from "../parts/full-part.js";
import type { TrainingGraphSpec } from "../step/training-graph.js";
import type { MemoryOptions } from "./memory-plan.js";

/** What of a model is read. */
export type ExampleModel = Pick<ModelFiles, "path" | "family" | "components" | "scheduler">;

/** At the defaults of `finetune`. @param fields of the config in place of them */
export function exampleTraining(
  model: ExampleModel,
  fields: Readonly<Record<string, unknown>> = {},
): MemoryOptions {
  const { path, family } = model;
  const configs = configsOf(model);
  // What the pictures are does not matter, only that there are some.
  const data = { folder: path, prompt: "-" };
  const required = { tuning: "full", base: { path }, data, batchSize: 1 };
  const config = completeConfig(parseTrainConfig({ ...required, ...fields }));
  if (config.full === undefined)
    throw new RangeError("internal: a full tuning without its section");
  const { tuning, groups } = fullPart(config.full, config, { family, configs });
  const { nativeEdge, factor } = family.latents(configs);
  const encoders = wordEncoders(family, configs).map(({ component }) => component);
  const graph: TrainingGraphSpec = {
    ...{ family, configs, tuning, batch: 1 },
    process: family.process(model.scheduler),
    ...{ height: nativeEdge / factor, width: nativeEdge / factor },
    tokens: family.conditioning.tokens(configs),
    encoders: config.textEncoder.train ? encoders : [],
    ...{ from: "distribution", isWeighted: false, isMasked: false },
    noise: { offset: { strength: 0, adaptive: 0 }, perturbation: 0 },
    measure: { kind: "mse" },
  };
  return { config, graph, groups };
}
