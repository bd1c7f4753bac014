/** @file DEIS in log ρ (Zhang and Chen 2022, arXiv 2204.13902): ε extrapolated by polynomials. */

import { predictLimitedEpsilon } from "./prediction.js";
import type { Evaluation, SamplingMethod } from "./sampler.js";
import { logSnrPlan, type MethodContext } from "./sampling-plan.js";
import { type Term, weightedSum } from "./weighted-sum.js";

/** Below this many steps the last ones are of lower order, for stability. */
const fewSteps = 15;

/** x/signal moves by ∫ ε dρ with ρ = noise / signal and ε a polynomial in log ρ. */
export function deis(context: MethodContext): SamplingMethod {
  const { config } = context;
  // The method divides by the last noise, so it never ends at zero.
  const plan = logSnrPlan(context, { ending: "sigma_min" });
  const count = plan.evaluations.length;
  const lowersFinal = config.lower_order_final && count < fewSteps;
  return {
    plan,
    begin: () => {
      const past: { readonly at: Evaluation; readonly epsilon: Float32Array }[] = [];
      return (modelOutput, sample, at) => {
        past.unshift({ at, epsilon: predictLimitedEpsilon(context, modelOutput, sample, at) });
        past.splice(config.solver_order);
        const order = lowersFinal ? count - at.index : past.length;
        const used = past.slice(0, order);
        const logs = used.map((one) => Math.log(one.at.noise / one.at.signal));
        const [from, to] = [at.noise / at.signal, at.next.noise / at.next.signal];
        const terms = used.map(
          ({ epsilon }, k): Term => [at.next.signal * integral(logs, k, from, to), epsilon],
        );
        return weightedSum([at.next.signal / at.signal, sample], ...terms);
      };
    },
  };
}

/** ∫ from ρ to ρ′ of the polynomial in log ρ that is 1 at node k and 0 at the others. */
function integral(logs: readonly number[], k: number, from: number, to: number): number {
  const here = logs[k] ?? 0;
  const [a, b] = logs.filter((_, j) => j !== k);
  if (a === undefined) return to - from;
  const scale = (here - a) * (b === undefined ? 1 : here - b);
  // ∫ (l − a) dρ and ∫ (l − a)(l − b) dρ for l = log ρ, by parts.
  const antiderivative = (rho: number): number => {
    const l = Math.log(rho);
    if (b === undefined) return rho * (l - a - 1);
    return rho * ((l - a) * (l - b) - (2 * l - a - b) + 2);
  };
  return (antiderivative(to) - antiderivative(from)) / scale;
}
