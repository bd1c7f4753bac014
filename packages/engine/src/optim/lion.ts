/** @file Lion (Chen et al. 2023, program 1): the sign of a mean of gradients, and half of Adam's state. */

import { add, mul, sign, sub } from "../graph/ops/elementwise.js";
import { type Optimizer, pick } from "./optimizer.js";

/** Hyper-parameters; the defaults are the paper's. A tenth of Adam's learning rate is usual. */
export interface LionOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  /** Decoupled; three to ten times Adam's is usual. */
  readonly weightDecay?: number;
}

/** `parameter' = (1 − lr·λ)·parameter − lr·sign(β₁·m + (1 − β₁)·g)`, `m' = β₂·m + (1 − β₂)·g`. */
export function lion({ beta1 = 0.9, beta2 = 0.99, weightDecay = 0 }: LionOptions = {}): Optimizer {
  return {
    slots: [{ name: "momentum", moment: "first" }],
    scalarNames: ["keep", "learningRate"],
    scalars: (_, learningRate) => ({ keep: 1 - learningRate * weightDecay, learningRate }),
    update({ parameter, gradient, state, scalars }) {
      const momentum = pick(state, "momentum");
      const direction = sign(add(mul(momentum, beta1), mul(gradient, 1 - beta1)));
      const kept = mul(parameter, pick(scalars, "keep"));
      return {
        parameter: sub(kept, mul(direction, pick(scalars, "learningRate"))),
        state: { momentum: add(mul(momentum, beta2), mul(gradient, 1 - beta2)) },
      };
    },
  };
}
