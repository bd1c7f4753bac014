/** @file Linear multistep (Adams–Bashforth) steps in σ, the "LMS" sampler of k-diffusion. */

import { epsilonFromX0, predictX0 } from "./prediction.js";
import type { SamplingMethod } from "./sampler.js";
import { type MethodContext, varianceExplodingPlan } from "./sampling-plan.js";
import { type Term, weightedSum } from "./weighted-sum.js";

/** How many derivatives a step uses. */
const order = 4;

/**
 * Integrates the polynomial through the last derivatives from σ to the next σ. A run that begins
 * inside the plan has fewer derivatives than the polynomial has nodes; those before it count as
 * zero, as in diffusers.
 */
export function lms(context: MethodContext): SamplingMethod {
  const plan = varianceExplodingPlan(context);
  return {
    plan,
    begin: () => {
      const derivatives: Float32Array[] = [];
      return (modelOutput, sample, at) => {
        const x0 = predictX0(context, modelOutput, sample, at);
        derivatives.unshift(epsilonFromX0(x0, sample, at));
        derivatives.splice(order);
        const recent = plan.evaluations.slice(Math.max(at.index + 1 - order, 0), at.index + 1);
        const nodes = recent.map(({ noise }) => noise).reverse();
        const terms = derivatives.map(
          (derivative, k): Term => [integral(nodes, k, at.noise, at.next.noise), derivative],
        );
        return weightedSum([1, sample], ...terms);
      };
    },
  };
}

/** ∫ of the Lagrange polynomial that is 1 at node k and 0 at the others; of degree 3 at most. */
function integral(nodes: readonly number[], k: number, from: number, to: number): number {
  const here = nodes[k] ?? 0;
  const lagrange = (sigma: number) =>
    nodes.reduce((product, node, j) => {
      return j === k ? product : (product * (sigma - node)) / (here - node);
    }, 1);
  // Gauss–Legendre quadrature with two points, exact up to the third degree.
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  const offset = half / Math.sqrt(3);
  return half * (lagrange(middle - offset) + lagrange(middle + offset));
}
