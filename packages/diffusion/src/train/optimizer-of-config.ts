/** @file The optimizer that a config describes. */

import { adam, adamW, type Optimizer, sgd } from "@atelier/engine";
import type { OptimizerConfig } from "./train-config.js";

/** The optimizer of a config. */
export function optimizerOfConfig({
  name,
  beta1,
  beta2,
  epsilon,
  weightDecay,
  momentum,
}: OptimizerConfig): Optimizer {
  switch (name) {
    case "adamw":
      return adamW({ beta1, beta2, epsilon, weightDecay });
    case "adam":
      return adam({ beta1, beta2, epsilon, weightDecay });
    case "sgd":
      return sgd({ momentum, weightDecay });
    default:
      return name satisfies never;
  }
}
