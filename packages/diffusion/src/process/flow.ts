/**
 * @file Flow matching: x = (1 − σ)·x₀ + σ·ε, of which the model learns the velocity ε − x₀ (Liu et al. 2022,
 * arXiv 2209.03003, eq. 1). What it is told of the time is 1000·σ, as in diffusers' training scripts.
 */

import {
  AtelierError,
  add,
  type GraphNode,
  input,
  intTensor,
  mul,
  said,
  sub,
} from "@atelier/engine";
import type { HuberThreshold } from "./error-measure.js";
import { type FlowSchedule, flowSigmaAt, shiftOfSize } from "./flow-schedule.js";
import type { TimestepWeighting } from "./loss-weights.js";
import type { LatentSize, ObjectiveOptions, Process, TimeDraw } from "./process.js";
import { sampleTimesteps, timestepAt } from "./timestep-sampling.js";
import { timestepTable } from "./timestep-table.js";

/** The process of a schedule. @param tokensOf how many tokens the model makes of latents of a size */
export function flowProcess(
  schedule: FlowSchedule,
  tokensOf: (latents: LatentSize) => number,
): Process {
  const sigmaOf = (times: GraphNode): GraphNode =>
    timestepTable(schedule, times, (t) => flowSigmaAt(schedule, t));
  return {
    predictionType: "flow_prediction",
    times: { min: 0, max: schedule.numTrainTimesteps - 1 },
    drawTimes(generator, count, draw) {
      const skew = shiftOf(draw, { schedule, tokensOf }) / schedule.shift;
      return sampleTimesteps(generator, count, { ...draw, skew });
    },
    timeAt: timestepAt,
    timesInput: (name, rows) => input(name, [rows], "int64"),
    timesValues: (times) => intTensor(times, [times.length]),
    modelTime(times) {
      const time = (t: number) => flowSigmaAt(schedule, t) * schedule.numTrainTimesteps;
      return timestepTable(schedule, times, time, [-1]);
    },
    mix({ latents, noise }, times) {
      const sigma = sigmaOf(times);
      return add(mul(sub(1, sigma), latents), mul(sigma, noise));
    },
    target: ({ latents, noise }) => sub(noise, latents),
    huberThreshold: (threshold, times) =>
      timestepTable(schedule, times, (t) => huberThreshold(flowSigmaAt(schedule, t), threshold)),
    requireObjective,
    lossWeight: (time, weighting) => flowWeight(flowSigmaAt(schedule, time), weighting),
  };
}

/** The shift that times are drawn with: as asked for, else that of the schedule. */
function shiftOf(
  { shift, latents }: TimeDraw,
  {
    schedule,
    tokensOf,
  }: { readonly schedule: FlowSchedule; readonly tokensOf: (latents: LatentSize) => number },
): number {
  if (shift === undefined) return schedule.shift;
  return shift === "dynamic" ? shiftOfSize(schedule.sizeShift, tokensOf(latents)) : shift;
}

/**
 * The factor of a sample's loss at σ, by diffusers' and kohya's names: `sigma_sqrt` 1/σ², and `cosmap`
 * 2/(π·(1 − 2σ + 2σ²)), the density of the cosine schedule (Esser et al. 2024, arXiv 2403.03206, eq. 21).
 * `sigma_squared`, σ², measures the error of the picture that follows from a velocity, x₀ = x − σ·v: what diffusers'
 * scripts for SD 3 minimise with their `precondition_outputs`.
 * @throws AtelierError `config` for a weighting by the signal-to-noise ratio of DDPM.
 */
export function flowWeight(sigma: number, weighting: TimestepWeighting): number {
  switch (weighting.kind) {
    case "none":
      return 1;
    case "sigma-sqrt":
      return 1 / sigma ** 2;
    case "sigma-squared":
      return sigma ** 2;
    case "cosmap":
      return 2 / (Math.PI * (1 - 2 * sigma + 2 * sigma ** 2));
    case "debiased":
    case "min-snr":
    case "p2":
      throw new AtelierError(
        "config",
        said`loss weights: expected none, sigma_sqrt, sigma_squared or cosmap for flow matching, got ${weighting.kind}, which evens out the steps of DDPM's noise: errors of a velocity need none of it. Leave it out.`,
      );
    default:
      return weighting satisfies never;
  }
}

/** δ as kohya has it, with σ/(1 − σ) for DDPM's ratio of noise to signal and σ for its share of all timesteps. */
function huberThreshold(sigma: number, { schedule: course, c }: HuberThreshold): number {
  switch (course) {
    case "constant":
      return c;
    case "exponential":
      return c ** sigma;
    case "snr":
      return (1 - c) * (1 - sigma) ** 2 + c;
    default:
      return course satisfies never;
  }
}

function requireObjective({ weighting, noiseOffset }: ObjectiveOptions): void {
  flowWeight(1, weighting);
  if (noiseOffset > 0) {
    throw new AtelierError(
      "config",
      said`noiseOffset: expected 0 for flow matching, got ${noiseOffset}. It teaches DDPM's models to be dark or bright as a whole, since they never see pure noise; these begin with it, and would no longer know it. Leave it out.`,
    );
  }
}
