/**
 * @file DPM-Solver and DPM-Solver++, multistep and single-step, as ODE or SDE (Lu et al. 2022,
 * arXiv 2206.00927 and 2211.01095), of orders 1 to 3.
 *
 * The third-order SDE weight of the second derivative is the integral's; diffusers 0.42 has the
 * sign of its constant reversed, so `solver_order: 3` with an SDE differs from it on purpose.
 */

import { lambdaOf, linearPart, phiWeights } from "./exponential-integrator.js";
import { flowLogSnrPlan } from "./flow-plan.js";
import { predictLimitedEpsilon, predictX0 } from "./prediction.js";
import type { Evaluation, MethodStep, NoiseSource, Point, SamplingMethod } from "./sampler.js";
import { logSnrPlan, type MethodContext } from "./sampling-plan.js";
import { type Term, weightedSum } from "./weighted-sum.js";

/** Below this many steps the last ones are of lower order, for stability. */
const fewSteps = 15;

/** A prediction (x₀ or ε, by the algorithm) and where it was made. */
interface Predicted {
  readonly at: Evaluation;
  readonly output: Float32Array;
}

/** The prediction and its derivatives in λ, in units of the step, as weights of the outputs. */
interface Derivatives {
  readonly zeroth: readonly number[];
  readonly first?: readonly number[];
  readonly second?: readonly number[];
}

/** DPM++ 2M and its relatives: each step uses the predictions of the steps before it. */
export function dpmMultistep(context: MethodContext): SamplingMethod {
  const { config } = context;
  const plan = config.use_flow_sigmas
    ? flowLogSnrPlan(context, "dpm")
    : logSnrPlan(context, { cutsCosineTimesteps: true });
  const last = plan.evaluations.length - 1;
  const lowersFinal = config.lower_order_final && plan.evaluations.length < fewSteps;
  const endsFirstOrder =
    config.euler_at_final || lowersFinal || config.final_sigmas_type === "zero";
  const greatestOrder = (index: number): number => {
    if (index === last && endsFirstOrder) return 1;
    return index === last - 1 && lowersFinal ? 2 : 3;
  };
  return {
    plan,
    begin: () => {
      const past: Predicted[] = [];
      return (modelOutput, sample, at, noise) => {
        past.unshift({ at, output: predict(context, modelOutput, sample, at) });
        past.splice(config.solver_order);
        const used = past.slice(0, greatestOrder(at.index));
        const derivatives = multistepDerivatives(used, at);
        return advance(context, { from: at, to: at.next, sample, used, derivatives, noise });
      };
    },
  };
}

/** Groups of one, two or three evaluations, each going on from the group's first sample. */
export function dpmSinglestep(context: MethodContext): SamplingMethod {
  const orders = singlestepOrders(context);
  return { plan: logSnrPlan(context), begin: () => singlestep(context, orders) };
}

function singlestep(context: MethodContext, orders: readonly number[]): MethodStep {
  let start: Float32Array = new Float32Array();
  let used: Predicted[] = [];
  return (modelOutput, sample, at, noise) => {
    // A run that begins inside a group begins the group there.
    if (orders[at.index] === 1 || used.length === 0) [start, used] = [sample, []];
    used.push({ at, output: predict(context, modelOutput, sample, at) });
    const from = used[0]?.at ?? at;
    const derivatives = singlestepDerivatives(context, used, at.next);
    return advance(context, { from, to: at.next, sample: start, used, derivatives, noise });
  };
}

/** The order of each step: ascending within a group, and low at the end where the config says. */
function singlestepOrders({ config, steps }: MethodContext): readonly number[] {
  const { solver_order: order, final_sigmas_type: ending, lower_order_final: lowers } = config;
  const orders = Array.from({ length: steps }, (_, i) => (i % order) + 1);
  // A last group that is not whole is of lower order already.
  if (ending === "zero" || (lowers && steps % order === 0)) orders[steps - 1] = 1;
  return orders;
}

/** x₀ for the "++" algorithms and ε for the others. */
function predict(
  context: MethodContext,
  modelOutput: Float32Array,
  sample: Float32Array,
  at: Evaluation,
): Float32Array {
  const predicts = context.config.algorithm_type.endsWith("++") ? predictX0 : predictLimitedEpsilon;
  return predicts(context, modelOutput, sample, at);
}

/** Backward differences at the newest output; `used` holds the newest first. */
function multistepDerivatives(used: readonly Predicted[], at: Evaluation): Derivatives {
  const [l0 = 0, l1 = 0, l2 = 0] = used.map((one) => lambdaOf(one.at));
  const h = lambdaOf(at.next) - l0;
  const [r0, r1] = [(l0 - l1) / h, (l1 - l2) / h];
  if (used.length === 1) return { zeroth: [1] };
  if (used.length === 2) return { zeroth: [1, 0], first: [1 / r0, -1 / r0] };
  const newer = [1 / r0, -1 / r0, 0];
  const change = [1 / r0, -1 / r0 - 1 / r1, 1 / r1];
  return {
    zeroth: [1, 0, 0],
    first: newer.map((weight, k) => weight + (r0 / (r0 + r1)) * (change[k] ?? 0)),
    second: change.map((weight) => weight / (r0 + r1)),
  };
}

/** Differences at the group's first output; `used` holds the oldest first. */
function singlestepDerivatives(
  { config }: MethodContext,
  used: readonly Predicted[],
  to: Point,
): Derivatives {
  const [l0 = 0, l1 = 0, l2 = 0] = used.map((one) => lambdaOf(one.at));
  const h = lambdaOf(to) - l0;
  const [r1, r2] = [(l1 - l0) / h, (l2 - l0) / h];
  if (used.length === 1) return { zeroth: [1] };
  if (used.length === 2) return { zeroth: [1, 0], first: [-1 / r1, 1 / r1] };
  const nearer = [-1 / r1, 1 / r1, 0];
  const farther = [-1 / r2, 0, 1 / r2];
  if (config.solver_type === "midpoint") return { zeroth: [1, 0, 0], first: farther };
  const combine = (a: number, b: number) =>
    nearer.map((weight, k) => (a * weight + b * (farther[k] ?? 0)) / (r2 - r1));
  return { zeroth: [1, 0, 0], first: combine(r2, -r1), second: combine(-2, 2) };
}

/** One step of the exponential integrator along the given derivatives. */
function advance(
  { config }: MethodContext,
  step: {
    readonly from: Point;
    readonly to: Point;
    readonly sample: Float32Array;
    readonly used: readonly Predicted[];
    readonly derivatives: Derivatives;
    readonly noise: NoiseSource;
  },
): Float32Array {
  const { zeroth, first = [], second = [] } = step.derivatives;
  const linear = linearPart(config.algorithm_type, step.from, step.to);
  const { phi0, phi1, phi2 } = phiWeights(linear.z);
  const isMidpoint = config.solver_type === "midpoint" && step.used.length === 2;
  const ofFirst = isMidpoint ? phi0 / 2 : phi1;
  const terms = step.used.map(({ output }, k): Term => {
    const weight = phi0 * (zeroth[k] ?? 0) + ofFirst * (first[k] ?? 0) + phi2 * (second[k] ?? 0);
    return [linear.scale * weight, output];
  });
  if (config.algorithm_type.startsWith("sde")) {
    terms.push([linear.noise, step.noise.randn(step.sample.length)]);
  }
  return weightedSum([linear.keep, step.sample], ...terms);
}
