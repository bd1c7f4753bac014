/**
 * @file The variance-preserving process in discrete steps of DDPM: x_t = √ᾱ_t·x₀ + √(1 − ᾱ_t)·ε (Ho et al.
 * 2020, eq. 4); targets are ε (eq. 14), v = √ᾱ_t·ε − √(1 − ᾱ_t)·x₀ (Salimans & Ho 2022, appendix D) or x₀.
 */

import {
  AtelierError,
  add,
  cast,
  type GraphNode,
  input,
  intTensor,
  mul,
  sqrt,
  sub,
} from "@atelier/engine";
import { huberThreshold } from "./error-measure.js";
import { requireDefined, timestepWeight } from "./loss-weights.js";
import { alphaBarAt, type NoiseSchedule } from "./noise-schedule.js";
import type { PredictionType } from "./prediction-type.js";
import type { Process } from "./process.js";
import { sampleTimesteps, timestepAt } from "./timestep-sampling.js";
import { timestepTable } from "./timestep-table.js";

const shiftOfFlow =
  "timesteps.shift: expected none for a model of DDPM's noise, got one; it moves the σ of flow matching. Use timesteps.min, timesteps.max or another distribution.";

/** The process of a schedule. */
export function discreteProcess(schedule: NoiseSchedule, predictionType: PredictionType): Process {
  const sharesAt = (times: GraphNode): { alpha: GraphNode; sigma: GraphNode } => {
    const alphaBar = timestepTable(schedule, times, (t) => alphaBarAt(schedule, t));
    return { alpha: sqrt(alphaBar), sigma: sqrt(sub(1, alphaBar)) };
  };
  return {
    predictionType,
    times: { min: 0, max: schedule.numTrainTimesteps - 1 },
    drawTimes: sampleTimesteps,
    timeAt: timestepAt,
    timesInput: (name, rows) => input(name, [rows], "int64"),
    timesValues: (times) => intTensor(times, [times.length]),
    modelTime: (times) => cast(times, "float32"),
    mix({ latents, noise }, times) {
      const { alpha, sigma } = sharesAt(times);
      return add(mul(alpha, latents), mul(sigma, noise));
    },
    target({ latents, noise }, times) {
      switch (predictionType) {
        case "epsilon":
          return noise;
        case "v_prediction": {
          const { alpha, sigma } = sharesAt(times);
          return sub(mul(alpha, noise), mul(sigma, latents));
        }
        case "sample":
          return latents;
        default:
          return predictionType satisfies never;
      }
    },
    huberThreshold: (threshold, times) =>
      timestepTable(schedule, times, (t) => huberThreshold(schedule, t, threshold)),
    requireObjective({ weighting, shiftsTimes }) {
      requireDefined({ weighting, predictionType });
      if (shiftsTimes) throw new AtelierError("config", shiftOfFlow);
    },
    lossWeight: (time, weighting) => timestepWeight(schedule, time, { weighting, predictionType }),
  };
}
