/** @file The optimizer that a config describes, and how its loss is scaled. */

import {
  adafactor,
  adam,
  adamW,
  type LossScaling,
  lion,
  muon,
  type Optimizer,
  prodigy,
  sgd,
  usualLossScaling,
  withStateStorage,
} from "@atelier/engine";
import type { OptimizerConfig, TrainConfig } from "../config/train-config.js";

/** The optimizer of a config, with its state kept as the config says. */
export function optimizerOfConfig(config: OptimizerConfig): Optimizer {
  if (config.name === "adafactor") return adafactor(config);
  if (config.name === "muon") return muon(config);
  return withStateStorage(plainOptimizer(config), config.stateDtype);
}

/** Of mixed precision. */
export function lossScalingOf({
  mixedPrecision,
}: Pick<TrainConfig, "mixedPrecision">): LossScaling | undefined {
  return mixedPrecision === "float16" ? usualLossScaling : undefined;
}

function plainOptimizer(
  config: Exclude<OptimizerConfig, { name: "adafactor" | "muon" }>,
): Optimizer {
  switch (config.name) {
    case "adamw":
      return adamW(config);
    case "adam":
      return adam(config);
    case "sgd":
      return sgd(config);
    case "lion":
      return lion(config);
    case "prodigy":
      return prodigy(config);
    default:
      return config satisfies never;
  }
}
