/**
 * @file The fields of the training config that say what is minimised: how errors are measured and
 * weighted, which noise and timesteps are drawn. Names and defaults are kohya's where it has them.
 */

import { z } from "zod";
import { type ErrorMeasure, errorMeasures, huberSchedules } from "../../process/error-measure.js";
import type { TimestepWeighting } from "../../process/loss-weights.js";
import { fieldText } from "../events/messages.js";
import type { GivenConfig, LossConfig, ObjectiveConfig, TimestepsConfig } from "./train-config.js";

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
      const message = `expected none with the measure ${measure}, got one; it belongs to huber and smooth_l1`;
      context.addIssue({ code: "custom", path: [field], message });
    }
  });

/** Which timesteps are drawn. */
export const timestepsSection: z.ZodType<TimestepsConfig> = z
  .strictObject({
    distribution: z
      .enum(["uniform", "logit_normal"])
      .default("uniform")
      .describe(fieldText["timesteps.distribution"]),
    min: z.int().min(0).default(0).describe(fieldText["timesteps.min"]),
    max: z.int().min(0).optional().describe(fieldText["timesteps.max"]),
    mean: z.number().optional().describe(fieldText["timesteps.mean"]),
    deviation: z.number().positive().optional().describe(fieldText["timesteps.deviation"]),
  })
  .superRefine(({ distribution, min, max, ...bell }, context) => {
    if (max !== undefined && max < min) {
      const message = `expected at least timesteps.min (${min}), got ${max}`;
      context.addIssue({ code: "custom", path: ["max"], message });
    }
    for (const field of ["mean", "deviation"] as const) {
      if (distribution === "logit_normal" || bell[field] === undefined) continue;
      const message = `expected none with the distribution ${distribution}, got one; it belongs to logit_normal`;
      context.addIssue({ code: "custom", path: [field], message });
    }
  });

/** The fields that say what is minimised. */
export const objectiveFields: {
  readonly [F in keyof ObjectiveConfig]-?: z.ZodType<GivenConfig[F]>;
} = {
  loss: lossSection.prefault({}).describe(fieldText.loss),
  minSnrGamma: z.number().positive().optional().describe(fieldText.minSnrGamma),
  weighting: z.enum(["none", "debiased", "p2"]).default("none").describe(fieldText.weighting),
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
  refuse: (path: readonly string[], message: string) => void,
): void {
  if (minSnrGamma !== undefined && weighting !== "none") {
    refuse(["minSnrGamma"], `expected none with the weighting ${weighting}, got ${minSnrGamma}`);
  }
  if (p2Gamma !== undefined && weighting !== "p2") {
    refuse(["p2Gamma"], `expected none with the weighting ${weighting}, got ${p2Gamma}`);
  }
  if (adaptiveNoiseScale !== 0 && noiseOffset === 0) {
    refuse(["adaptiveNoiseScale"], "expected a noiseOffset that it adapts, got 0");
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
  return weighting === "p2" ? { kind: "p2", gamma: p2Gamma } : { kind: weighting };
}
