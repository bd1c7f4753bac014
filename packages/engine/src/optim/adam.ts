/**
 * @file Adam (Kingma & Ba 2015, algorithm 1) and AdamW (Loshchilov & Hutter 2019, algorithm 2).
 *
 * The moments are stored divided by (1 − β): `first' = β₁·first + g` and `second' = β₂·second + g²`
 * need fewer passes over memory than the usual form, and the factors move into the step's scalars.
 */

import { add, div, mul, sqrt, square, sub } from "../graph/ops/elementwise.js";
import { type Optimizer, pick } from "./optimizer.js";

/** Hyper-parameters; the defaults are PyTorch's. */
export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  readonly weightDecay?: number;
}

/** Adam with decoupled weight decay. */
export function adamW({ weightDecay = 1e-2, ...options }: AdamOptions = {}): Optimizer {
  return adamFamily({ ...options, weightDecay, decoupled: true });
}

/** Adam; weight decay, if any, is added to the gradient (L2). */
export function adam({ weightDecay = 0, ...options }: AdamOptions = {}): Optimizer {
  return adamFamily({ ...options, weightDecay, decoupled: false });
}

function adamFamily({
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  weightDecay,
  decoupled,
}: AdamOptions & { readonly weightDecay: number; readonly decoupled: boolean }): Optimizer {
  return {
    slots: [
      { name: "first", moment: "first" },
      { name: "second", moment: "second" },
    ],
    adam: { beta1, beta2, l2: decoupled ? 0 : weightDecay },
    scalarNames: [...(decoupled ? ["keep"] : []), "stepSize", "epsilon"],
    scalars(step, learningRate) {
      const biasFirst = (1 - beta1 ** step) / (1 - beta1);
      const rootSecond = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
      return {
        ...(decoupled ? { keep: 1 - learningRate * weightDecay } : {}),
        stepSize: learningRate / (biasFirst * rootSecond),
        epsilon: epsilon / rootSecond,
      };
    },
    update({ parameter, gradient, state, scalars }) {
      const isL2 = !decoupled && weightDecay !== 0;
      const g = isL2 ? add(gradient, mul(parameter, weightDecay)) : gradient;
      const first = add(mul(pick(state, "first"), beta1), g);
      const second = add(mul(pick(state, "second"), beta2), square(g));
      const direction = div(first, add(sqrt(second), pick(scalars, "epsilon")));
      const kept = decoupled ? mul(parameter, pick(scalars, "keep")) : parameter;
      return {
        parameter: sub(kept, mul(direction, pick(scalars, "stepSize"))),
        state: { first, second },
      };
    },
  };
}
