/** @file Stochastic gradient descent with momentum, as PyTorch writes it (Sutskever et al. 2013). */

import { add, mul, sub } from "../graph/ops/elementwise.js";
import { type Optimizer, pick } from "./optimizer.js";

/** Hyper-parameters of {@link sgd}. */
export interface SgdOptions {
  readonly momentum?: number;
  readonly weightDecay?: number;
  readonly nesterov?: boolean;
}

/** `velocity' = μ·velocity + g`, `parameter' = parameter − lr·velocity'`. */
export function sgd({
  momentum = 0,
  weightDecay = 0,
  nesterov = false,
}: SgdOptions = {}): Optimizer {
  return {
    slots: momentum === 0 ? [] : [{ name: "velocity", moment: "first" }],
    scalarNames: ["learningRate"],
    scalars: (_, learningRate) => ({ learningRate }),
    update({ parameter, gradient, state, scalars }) {
      const g = weightDecay === 0 ? gradient : add(gradient, mul(parameter, weightDecay));
      const velocity = momentum === 0 ? g : add(mul(pick(state, "velocity"), momentum), g);
      const direction = nesterov ? add(g, mul(velocity, momentum)) : velocity;
      return {
        parameter: sub(parameter, mul(direction, pick(scalars, "learningRate"))),
        state: momentum === 0 ? {} : { velocity },
      };
    },
  };
}
