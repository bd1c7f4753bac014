/**
 * @file Factors of the samples' losses: by timestep, by the folder that a picture is from, and by
 * prior preservation. Factors multiply, so that any of them can be combined; all are plain numbers,
 * which a training step takes as one vector `[batch]`.
 */

import { AtelierError, said } from "@atelier/engine";
import { minSnrWeight, type NoiseSchedule, snr } from "./noise-schedule.js";
import type { PredictionType } from "./prediction-type.js";

/** How the loss of a sample is weighted by its timestep. */
export type TimestepWeighting =
  | { readonly kind: "none" | "debiased" | "sigma-sqrt" | "sigma-squared" | "cosmap" }
  | { readonly kind: "min-snr" | "p2"; readonly gamma: number };

/** kohya's bound, above which the debiased weight no longer falls. */
const largestDebiasedSnr = 1000;

/**
 * The factor of a sample's loss at a timestep:
 *
 * - `min-snr`: see {@link minSnrWeight} (Hang et al. 2023)
 * - `debiased`: 1/√SNR for ε (Yu et al. 2023, arXiv 2310.08442), 1/(SNR + 1) for v as in kohya's
 *   sd-scripts, the SNR at most 1000; 1 where the SNR is zero
 * - `p2`: 1/(1 + SNR)^γ, for ε only (Choi et al. 2022, arXiv 2204.00227)
 *
 * `sigma-sqrt`, `sigma-squared` and `cosmap` are those of flow matching; see `flowWeight`.
 *
 * @throws AtelierError `data` for a timestep outside the schedule, `config` for a weighting that is not
 * defined for what the model predicts.
 */
export function timestepWeight(
  schedule: NoiseSchedule,
  timestep: number,
  { weighting, predictionType }: WeightingOptions,
): number {
  requireDefined({ weighting, predictionType });
  const ratio = snr(schedule, timestep);
  switch (weighting.kind) {
    case "none":
      return 1;
    case "min-snr":
      return minSnrWeight(schedule, timestep, { gamma: weighting.gamma, predictionType });
    case "debiased":
      return debiasedWeight(Math.min(ratio, largestDebiasedSnr), predictionType);
    case "p2":
      return (1 + ratio) ** -weighting.gamma;
    case "sigma-sqrt":
    case "sigma-squared":
    case "cosmap":
      throw ofFlowAlone(weighting.kind);
    default:
      return weighting satisfies never;
  }
}

/** A weighting and what it is applied to. */
export interface WeightingOptions {
  readonly weighting: TimestepWeighting;
  readonly predictionType: PredictionType;
}

/** @throws AtelierError `config` for a weighting that is not defined for what the model predicts. */
export function requireDefined({ weighting, predictionType }: WeightingOptions): void {
  if (weighting.kind === "sigma-sqrt" || weighting.kind === "cosmap") {
    throw ofFlowAlone(weighting.kind);
  }
  const isDefined =
    weighting.kind === "p2"
      ? predictionType === "epsilon"
      : weighting.kind !== "debiased" || predictionType !== "sample";
  if (isDefined) return;
  throw new AtelierError(
    "config",
    said`loss weights: expected a weighting that is defined for ${predictionType}, got ${weighting.kind}. Choose min-SNR, or none.`,
  );
}

function ofFlowAlone(kind: "sigma-sqrt" | "sigma-squared" | "cosmap"): AtelierError {
  return new AtelierError(
    "config",
    said`loss weights: expected none, debiased, p2 or min-SNR for a model of DDPM's noise, got ${kind}, which is by the σ of flow matching. Choose one of these.`,
  );
}

function debiasedWeight(ratio: number, predictionType: PredictionType): number {
  if (predictionType === "v_prediction") return 1 / (ratio + 1);
  return ratio === 0 ? 1 : 1 / Math.sqrt(ratio);
}

/** The rows of a batch for prior preservation, instance pictures first. */
export interface PriorRows {
  readonly instance: number;
  readonly prior: number;
  /** λ, the weight of the class pictures' loss. */
  readonly weight: number;
}

/**
 * Factors `[instance + prior]` with which the mean over a batch becomes
 * mean(instance rows) + λ · mean(class rows): DreamBooth's prior preservation (Ruiz et al. 2022,
 * arXiv 2208.12242) as diffusers computes it.
 */
export function priorWeights({ instance, prior, weight }: PriorRows): number[] {
  const rows = instance + prior;
  return Array.from({ length: rows }, (_, row) =>
    row < instance ? rows / instance : (weight * rows) / prior,
  );
}
