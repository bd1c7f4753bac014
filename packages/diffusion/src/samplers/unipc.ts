/** @file UniPC (Zhao et al. 2023, arXiv 2302.04867): a predictor that the next output corrects. */

import { lambdaOf, linearPart } from "./exponential-integrator.js";
import { flowLogSnrPlan } from "./flow-plan.js";
import { predictEpsilon, predictX0 } from "./prediction.js";
import type { Evaluation, MethodStep, Point, SamplingMethod } from "./sampler.js";
import { logSnrPlan, type MethodContext } from "./sampling-plan.js";
import { type Term, weightedSum } from "./weighted-sum.js";

/** An output of the model, as x₀ or ε, and where it was made. */
interface Predicted {
  readonly at: Evaluation;
  readonly output: Float32Array;
}

/** UniPC-p with B₁(h) = h ("bh1") or B₂(h) = eʰ − 1 ("bh2"). */
export function unipc(context: MethodContext): SamplingMethod {
  const plan = context.config.use_flow_sigmas
    ? flowLogSnrPlan(context, "unipc")
    : logSnrPlan(context);
  return { plan, begin: () => predictAndCorrect(context, plan.evaluations.length) };
}

function predictAndCorrect(context: MethodContext, count: number): MethodStep {
  const { config } = context;
  const past: Predicted[] = [];
  /** The sample that the last predictor started from, and its order. */
  let last: { start: Float32Array; order: number } | null = null;
  return (modelOutput, sample, at) => {
    const output = config.predict_x0
      ? predictX0(context, modelOutput, sample, at)
      : predictEpsilon(config.prediction_type, modelOutput, sample, at);
    let start = sample;
    if (last && !config.disable_corrector.includes(at.index - 1)) {
      start = advance(context, { ...last, used: past.slice(0, last.order), to: at, output });
    }
    past.unshift({ at, output });
    past.splice(config.solver_order);
    // To σ = 0 the step in λ is infinite, and only the first order is finite.
    const lowers = config.lower_order_final || at.next.noise === 0;
    const order = Math.min(past.length, lowers ? count - at.index : config.solver_order);
    last = { start, order };
    return advance(context, { start, used: past.slice(0, order), to: at.next });
  };
}

/**
 * From the newest of `used` to `to` along the outputs of `used`, the newest first (§3.2, the
 * predictor), and, where it is known, the output at `to` itself (§3.1, the corrector).
 */
function advance(
  { config }: MethodContext,
  step: {
    readonly start: Float32Array;
    readonly used: readonly Predicted[];
    readonly to: Point;
    readonly output?: Float32Array;
  },
): Float32Array {
  const [newest, ...older] = step.used;
  if (!newest) return step.start;
  const { keep, scale, z } = linearPart(
    config.predict_x0 ? "dpmsolver++" : "dpmsolver",
    newest.at,
    step.to,
  );
  const h = lambdaOf(step.to) - lambdaOf(newest.at);
  const ratios = older.map(({ at }) => (lambdaOf(at) - lambdaOf(newest.at)) / h);
  const differences = older.map(({ output }, k) => ({ output, ratio: ratios[k] ?? 1 }));
  if (step.output) differences.push({ output: step.output, ratio: 1 });
  const phi = Math.expm1(z);
  if (differences.length === 0) {
    return weightedSum([keep, step.start], [scale * phi, newest.output]);
  }
  const b = config.solver_type === "bh1" ? z : phi;
  const rho = differenceWeights(
    differences.map(({ ratio }) => ratio),
    z,
    b,
  );
  const weights = differences.map(({ ratio }, k) => (scale * b * (rho[k] ?? 0)) / ratio);
  const ofNewest = scale * phi - weights.reduce((sum, weight) => sum + weight, 0);
  const terms = differences.map(({ output }, k): Term => [weights[k] ?? 0, output]);
  return weightedSum([keep, step.start], [ofNewest, newest.output], ...terms);
}

/** ρ that match the expansion of the exact step, Σ ρ_k r_kⁿ = n! φ_{n+1} / B(h) (theorem 3.1). */
function differenceWeights(ratios: readonly number[], z: number, b: number): number[] {
  // With one difference the authors take 1/2, which keeps the order of convergence.
  if (ratios.length === 1) return [1 / 2];
  let phi = Math.expm1(z) / z - 1;
  let factorial = 1;
  const rows = ratios.map((_, n) => {
    const right = (phi * factorial) / b;
    factorial *= n + 2;
    phi = phi / z - 1 / factorial;
    return [...ratios.map((ratio) => ratio ** n), right];
  });
  return solveLinear(rows);
}

/** Gauss–Jordan elimination with row pivoting of a small system; each row ends in its right side. */
function solveLinear(rows: readonly (readonly number[])[]): number[] {
  let system = rows.map((row) => [...row]);
  const size = rows.length;
  for (let column = 0; column < size; column += 1) {
    const entry = (row: readonly number[]) => row[column] ?? 0;
    const rest = system.slice(column);
    const pivot = rest.reduce((a, b) => (Math.abs(entry(b)) > Math.abs(entry(a)) ? b : a));
    const unit = pivot.map((value) => value / entry(pivot));
    const others = system.filter((row) => row !== pivot);
    const cleared = others.map((row) => row.map((value, k) => value - entry(row) * (unit[k] ?? 0)));
    system = [...cleared.slice(0, column), unit, ...cleared.slice(column)];
  }
  return system.map((row) => row[size] ?? 0);
}
