/**
 * @file Prodigy (Mishchenko & Defazio 2023, algorithm 4): Adam whose step size is an estimate d of the
 * distance to the solution. d grows from sums over all parameters, so it is one scalar of the
 * optimizer; groups with optimizers or rates of their own each have their own d.
 */

import type { GraphNode } from "../graph/node.js";
import {
  abs,
  add,
  div,
  equal,
  greater,
  maximum,
  minimum,
  mul,
  sqrt,
  square,
  sub,
  where,
} from "../graph/ops/elementwise.js";
import { sum } from "../graph/ops/reduce.js";
import { type Estimation, type NamedNodes, type Optimizer, pick } from "./optimizer.js";

/** Hyper-parameters; the defaults are those of the authors' prodigyopt. The learning rate should be 1. */
export interface ProdigyOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  /** Decay of the sums that d is estimated from; √β₂ by default. */
  readonly beta3?: number | undefined;
  readonly epsilon?: number;
  readonly weightDecay?: number;
  /** Weight decay as AdamW has it; otherwise it is added to the gradient. */
  readonly isDecoupled?: boolean;
  readonly useBiasCorrection?: boolean;
  /** Leaves the learning rate out of the denominator of d, for schedules that begin near zero. */
  readonly safeguardWarmup?: boolean;
  /** The first d. */
  readonly d0?: number;
  /** Multiplies the estimate of d. */
  readonly dCoefficient?: number;
  /** The largest factor by which d grows in a step. */
  readonly growthRate?: number | undefined;
}

/** Adam with Prodigy's step sizes. A step at a learning rate of 0 changes nothing. */
export function prodigy({
  beta1 = 0.9,
  beta2 = 0.999,
  beta3 = Math.sqrt(beta2),
  epsilon = 1e-8,
  weightDecay = 0,
  isDecoupled = true,
  useBiasCorrection = false,
  safeguardWarmup = false,
  d0 = 1e-6,
  dCoefficient = 1,
  growthRate = Infinity,
}: ProdigyOptions = {}): Optimizer {
  const gradientOf = ({ gradient, parameter }: Pair): GraphNode =>
    isDecoupled || weightDecay === 0 ? gradient : add(gradient, mul(parameter, weightDecay));

  /** d times learning rate and bias correction. */
  const stepSizeOf = ({ scalars, estimates }: Named): GraphNode => {
    const plain = mul(pick(estimates, "d"), pick(scalars, "rate"));
    if (!useBiasCorrection) return plain;
    const { first, second } = correctionsOf({ scalars, estimates });
    return mul(plain, div(sqrt(second), maximum(first, tiny)));
  };

  /** `s`, whose sum of absolute values divides the estimate. */
  const distanceSums = (inputs: Pair & Named & { readonly state: NamedNodes }): GraphNode => {
    const { scalars, estimates, state } = inputs;
    const d = pick(estimates, "d");
    const size = safeguardWarmup ? mul(d, pick(scalars, "isActive")) : stepSizeOf(inputs);
    const fresh = mul(gradientOf(inputs), mul(div(d, d0), size));
    return add(mul(pick(state, "sums"), pick(scalars, "keepSums")), fresh);
  };

  const estimation: Estimation = {
    initial: {
      d: d0,
      dMax: d0,
      numerator: 0,
      ...(useBiasCorrection ? { firstCorrection: 0, secondCorrection: 0 } : {}),
    },
    measure: (inputs) => ({
      numerator: sum(mul(gradientOf(inputs), sub(pick(inputs.state, "start"), inputs.parameter))),
      denominator: sum(abs(distanceSums(inputs))),
    }),
    combine({ sums, scalars, estimates }) {
      const d = pick(estimates, "d");
      const fresh = mul(
        pick(sums, "numerator"),
        mul(div(d, d0), stepSizeOf({ scalars, estimates })),
      );
      const numerator = add(mul(pick(estimates, "numerator"), pick(scalars, "keepSums")), fresh);
      const denominator = pick(sums, "denominator");
      const dHat = div(mul(numerator, dCoefficient), denominator);
      const dMax = maximum(pick(estimates, "dMax"), dHat);
      const begun = where(equal(d, d0), maximum(d, dHat), d);
      const grown = Number.isFinite(growthRate) ? minimum(dMax, mul(begun, growthRate)) : dMax;
      const isKnown = greater(mul(denominator, pick(scalars, "isActive")), 0);
      const next = { d: grown, dMax, numerator };
      const known = Object.entries(next).map(
        ([name, node]) => [name, where(isKnown, node, pick(estimates, name))] as const,
      );
      if (!useBiasCorrection) return Object.fromEntries(known);
      const { first, second } = correctionsOf({ scalars, estimates });
      return {
        ...Object.fromEntries(known),
        firstCorrection: first,
        secondCorrection: second,
      };
    },
  };

  return {
    slots: [
      { name: "first", moment: "first" },
      { name: "second", moment: "second" },
      { name: "sums" },
      { name: "start", initial: "parameter", isFixed: true },
    ],
    scalarNames: [
      "rate",
      "isActive",
      "keepFirst",
      "newFirst",
      "keepSecond",
      "newSecond",
      "keepSums",
    ],
    scalars(_, learningRate) {
      const isActive = learningRate > 0;
      return {
        rate: learningRate,
        isActive: isActive ? 1 : 0,
        keepFirst: isActive ? beta1 : 1,
        newFirst: isActive ? 1 - beta1 : 0,
        keepSecond: isActive ? beta2 : 1,
        newSecond: isActive ? 1 - beta2 : 0,
        keepSums: isActive ? beta3 : 1,
      };
    },
    estimation,
    update(inputs) {
      const { parameter, state, scalars, estimates, nextEstimates } = inputs;
      const d = pick(estimates, "d");
      const g = gradientOf(inputs);
      const first = add(
        mul(pick(state, "first"), pick(scalars, "keepFirst")),
        mul(g, mul(d, pick(scalars, "newFirst"))),
      );
      const second = add(
        mul(pick(state, "second"), pick(scalars, "keepSecond")),
        mul(square(g), mul(square(d), pick(scalars, "newSecond"))),
      );
      const stepSize = stepSizeOf(inputs);
      const root = add(sqrt(second), mul(pick(nextEstimates, "d"), epsilon));
      const kept =
        isDecoupled && weightDecay !== 0
          ? mul(parameter, sub(1, mul(stepSize, weightDecay)))
          : parameter;
      return {
        parameter: sub(kept, mul(div(first, root), stepSize)),
        state: { first, second, sums: distanceSums(inputs) },
      };
    },
  };
}

interface Pair {
  readonly gradient: GraphNode;
  readonly parameter: GraphNode;
}

interface Named {
  readonly scalars: NamedNodes;
  readonly estimates: NamedNodes;
}

/** Keeps 0 / 0 from being computed before the first step that counts. */
const tiny = 1e-30;

/** 1 − βᵗ for the steps that counted: exact for β near 1, where the power itself would not be. */
function correctionsOf({ scalars, estimates }: Named): { first: GraphNode; second: GraphNode } {
  const next = (estimate: string, keep: string, fresh: string): GraphNode =>
    add(mul(pick(estimates, estimate), pick(scalars, keep)), pick(scalars, fresh));
  return {
    first: next("firstCorrection", "keepFirst", "newFirst"),
    second: next("secondCorrection", "keepSecond", "newSecond"),
  };
}
