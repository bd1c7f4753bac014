/**
 * @file How far a prediction is from its target, element by element: squared, absolute, or one of the
 * two pseudo-Huber losses, whose threshold δ may depend on the timestep.
 *
 * The names, formulas and schedules are those of kohya's sd-scripts (`--loss_type`,
 * `--huber_schedule`), so that its settings mean the same here.
 */

import { abs, add, type GraphNode, mul, sqrt, square, sub } from "@atelier/engine";
import { alphaBarAt, type NoiseSchedule } from "./noise-schedule.js";

/** Names of {@link ErrorMeasure}. */
export const errorMeasures = ["mse", "l1", "huber", "smooth_l1"] as const;

/** How δ depends on the timestep; see {@link huberThreshold}. */
export const huberSchedules = ["snr", "exponential", "constant"] as const;

/** δ of the pseudo-Huber losses. */
export interface HuberThreshold {
  readonly schedule: (typeof huberSchedules)[number];
  /** δ at the noisy end, from above 0 to 1; with `constant` everywhere. */
  readonly c: number;
}

/**
 * With d = prediction − target: `mse` d², `l1` |d|, `huber` 2δ(√(d² + δ²) − δ), `smooth_l1`
 * 2(√(d² + δ²) − δ). For small d the last two are d² and d²/δ, for large d they grow like |d|.
 */
export type ErrorMeasure =
  | { readonly kind: "mse" | "l1" }
  | { readonly kind: "huber" | "smooth_l1"; readonly threshold: HuberThreshold };

/**
 * The error of every element of a prediction `[batch, channels, height, width]`.
 * @param thresholdOf δ of each sample `[batch, 1, 1, 1]`
 */
export function elementErrors(
  { prediction, target }: Readonly<Record<"prediction" | "target", GraphNode>>,
  measure: ErrorMeasure,
  thresholdOf: (threshold: HuberThreshold) => GraphNode,
): GraphNode {
  const difference = sub(prediction, target);
  switch (measure.kind) {
    case "mse":
      return square(difference);
    case "l1":
      return abs(difference);
    case "huber":
    case "smooth_l1": {
      const delta = thresholdOf(measure.threshold);
      const excess = sub(sqrt(add(square(difference), square(delta))), delta);
      return mul(measure.kind === "huber" ? mul(delta, excess) : excess, 2);
    }
    default:
      return measure satisfies never;
  }
}

/**
 * δ at a timestep t of T, from c: `constant` c, `exponential` c^(t/T), `snr` (1 − c)/(1 + σ_t)² + c with
 * σ_t = √((1 − ᾱ_t)/ᾱ_t). The last two fall from about 1 where there is little noise to c.
 * @throws AtelierError `data` for a timestep outside the schedule.
 */
export function huberThreshold(
  schedule: NoiseSchedule,
  timestep: number,
  { schedule: course, c }: HuberThreshold,
): number {
  const alphaBar = alphaBarAt(schedule, timestep);
  switch (course) {
    case "constant":
      return c;
    case "exponential":
      return c ** (timestep / schedule.numTrainTimesteps);
    case "snr":
      return (1 - c) / (1 + Math.sqrt((1 - alphaBar) / alphaBar)) ** 2 + c;
    default:
      return course satisfies never;
  }
}
