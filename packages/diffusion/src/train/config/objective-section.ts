/**
 * @file The fields of the training config that say what is minimised: how errors are measured and
 * weighted, which noise and timesteps are drawn. Names and defaults are kohya's where it has them.
 */

import { type Sentence, said } from "@atelier/engine";
import { z } from "zod";
import { type ErrorMeasure, errorMeasures, huberSchedules } from "../../process/error-measure.js";
import type { TimestepWeighting } from "../../process/loss-weights.js";
import type { TimeDraw } from "../../process/process.js";
import type { TimestepDistribution } from "../../process/timestep-sampling.js";
import { fieldText } from "../events/messages.js";
import { problemAt } from "./config-problem.js";
import {
  type GivenConfig,
  type LossConfig,
  type ObjectiveConfig,
  type TimestepsConfig,
  timestepDistributions,
  weightings,
} from "./train-config.js";

/** Above, and below −1, the mode distribution is none (Esser et al. 2024, arXiv 2403.03206, eq. 20). */
const largestModeScale = 2 / (Math.PI - 2);

const share = z.number().min(0).max(1);

const lossSection: z.ZodType<LossConfig> = z
  .strictObject({
    measure: z.enum(errorMeasures).default("mse").describe(fieldText["loss.measure"]),
    huberC: z.number().gt(0).max(1).optional().describe(fieldText["loss.huberC"]),
    huberSchedule: z.enum(huberSchedules).optional().describe(fieldText["loss.huberSchedule"]),
  })
  .superRefine(({ measure, ...huber }, context) => {
    if (measure === "huber" || measure === "smooth_l1") return;
    for (const field of ["huberC", "huberSchedule"] as const) {
      if (huber[field] === undefined) continue;
      const sentence = said`expected none with the measure ${measure}, got one; it belongs to huber and smooth_l1`;
      context.addIssue(problemAt([field], sentence));
    }
  });

/** Which timesteps are drawn. */
export const timestepsSection: z.ZodType<TimestepsConfig> = z
  .strictObject({
    distribution: z
      .enum(timestepDistributions)
      .default("uniform")
      .describe(fieldText["timesteps.distribution"]),
    min: z.int().min(0).default(0).describe(fieldText["timesteps.min"]),
    max: z.int().min(0).optional().describe(fieldText["timesteps.max"]),
    mean: z.number().optional().describe(fieldText["timesteps.mean"]),
    deviation: z.number().positive().optional().describe(fieldText["timesteps.deviation"]),
    modeScale: z
      .number()
      .min(-1)
      .max(largestModeScale)
      .optional()
      .describe(fieldText["timesteps.modeScale"]),
    shift: z.number().min(0.01).max(100).optional().describe(fieldText["timesteps.shift"]),
    dynamicShift: z.boolean().default(false).describe(fieldText["timesteps.dynamicShift"]),
  })
  .superRefine(({ distribution, min, max, shift, dynamicShift, ...bell }, context) => {
    if (max !== undefined && max < min) {
      const sentence = said`expected at least timesteps.min (${min}), got ${max}`;
      context.addIssue(problemAt(["max"], sentence));
    }
    for (const [field, owner] of [
      ["mean", "logit_normal"],
      ["deviation", "logit_normal"],
      ["modeScale", "mode"],
    ] as const) {
      if (distribution === owner || bell[field] === undefined) continue;
      const sentence = said`expected none with the distribution ${distribution}, got one; it belongs to ${owner}`;
      context.addIssue(problemAt([field], sentence));
    }
    if (shift !== undefined && dynamicShift) {
      const sentence = said`expected none beside timesteps.dynamicShift, got ${shift}`;
      context.addIssue(problemAt(["shift"], sentence));
    }
  });

/** The fields that say what is minimised. */
export const objectiveFields: {
  readonly [F in keyof ObjectiveConfig]-?: z.ZodType<GivenConfig[F]>;
} = {
  loss: lossSection.prefault({}).describe(fieldText.loss),
  minSnrGamma: z.number().positive().optional().describe(fieldText.minSnrGamma),
  weighting: z.enum(weightings).default("none").describe(fieldText.weighting),
  p2Gamma: z.number().positive().optional().describe(fieldText.p2Gamma),
  noiseOffset: share.default(0).describe(fieldText.noiseOffset),
  adaptiveNoiseScale: z.number().default(0).describe(fieldText.adaptiveNoiseScale),
  inputPerturbation: share.default(0).describe(fieldText.inputPerturbation),
  timesteps: timestepsSection.optional().describe(fieldText.timesteps),
};

/** @param refuse is told of fields that do not go together */
export function checkObjective(
  {
    minSnrGamma,
    weighting,
    p2Gamma,
    noiseOffset,
    adaptiveNoiseScale,
  }: Omit<ObjectiveConfig, "timesteps">,
  refuse: (path: readonly string[], sentence: Sentence) => void,
): void {
  if (minSnrGamma !== undefined && weighting !== "none") {
    refuse(
      ["minSnrGamma"],
      said`expected none with the weighting ${weighting}, got ${minSnrGamma}`,
    );
  }
  if (p2Gamma !== undefined && weighting !== "p2") {
    refuse(["p2Gamma"], said`expected none with the weighting ${weighting}, got ${p2Gamma}`);
  }
  if (adaptiveNoiseScale !== 0 && noiseOffset === 0) {
    refuse(["adaptiveNoiseScale"], said`expected a noiseOffset that it adapts, got 0`);
  }
}

/** How errors are measured. */
export function measureOf({
  measure,
  huberC = 0.1,
  huberSchedule = "snr",
}: LossConfig): ErrorMeasure {
  if (measure === "mse" || measure === "l1") return { kind: measure };
  return { kind: measure, threshold: { schedule: huberSchedule, c: huberC } };
}

/** How losses are weighted by their timestep. */
export function weightingOf({
  minSnrGamma,
  weighting,
  p2Gamma = 1,
}: ObjectiveConfig): TimestepWeighting {
  if (minSnrGamma !== undefined) return { kind: "min-snr", gamma: minSnrGamma };
  if (weighting === "p2") return { kind: "p2", gamma: p2Gamma };
  if (weighting === "sigma_sqrt") return { kind: "sigma-sqrt" };
  return { kind: weighting === "sigma_squared" ? "sigma-squared" : weighting };
}

/** How timesteps are distributed. */
export function distributionOf({
  distribution,
  mean = 0,
  deviation = 1,
  modeScale = 1.29,
}: TimestepsConfig): TimestepDistribution {
  if (distribution === "logit_normal") return { kind: "logit-normal", mean, deviation };
  return distribution === "mode" ? { kind: "mode", scale: modeScale } : { kind: distribution };
}

/** What moves timesteps towards noise in place of the base's own shift. */
export function shiftOf({ shift, dynamicShift }: TimestepsConfig): TimeDraw["shift"] {
  return dynamicShift ? "dynamic" : shift;
}
