/**
 * @file Plans of flow matching: x = (1 − σ)·x₀ + σ·ε, σ from near 1 to 0, the model told 1000·σ. Where σ lie
 * follows from the scheduler's config, from how a family's pipeline asks for them, and from the picture's size.
 */

import { AtelierError, said } from "@atelier/engine";
import {
  createFlowSchedule,
  type FlowSchedule,
  type SizeShift,
  shiftOfSize,
  shiftSigma,
} from "../process/flow-schedule.js";
import { evaluationsInSigma } from "./evaluations.js";
import type { Marginal, SamplingPlan } from "./sampler.js";
import type { SchedulerConfig } from "./scheduler-fields.js";
import { respaced } from "./sigma-spacing.js";
import { linspace, requireSteps } from "./timestep-spacing.js";

/** What σ depend on beside the config. */
export interface FlowSpacing {
  readonly config: SchedulerConfig;
  readonly steps: number;
  /** Tokens that the denoiser makes of the picture. */
  readonly tokens: number | undefined;
  /** Whether σ are spaced over the scheduler's own table, or from 1 to 1/steps as FLUX.1's pipeline asks. */
  readonly flowRange: "table" | "steps";
}

/** The forward process that a scheduler config of flow matching describes. */
export function flowScheduleOf(config: SchedulerConfig): FlowSchedule {
  return createFlowSchedule({
    numTrainTimesteps: config.num_train_timesteps,
    // Where the shift is by size, training sees σ as they are.
    shift: config.use_dynamic_shifting ? 1 : ownShift(config),
    sizeShift: sizeShiftOf(config),
  });
}

/** The plan of a sampler that steps in σ. @throws AtelierError `config` for steps that do not fit. */
export function flowPlan(spacing: FlowSpacing): SamplingPlan {
  const { config, steps } = spacing;
  requireSteps(config, steps);
  const total = config.num_train_timesteps;
  const table = flowScheduleOf(config).sigmas;
  const even =
    spacing.flowRange === "steps"
      ? fromOne(steps)
      : linspace((table.at(-1) ?? 1) * total, (table[0] ?? 0) * total, steps).map((t) => t / total);
  const shifted = stretched(spacing, shiftedBy(spacing, even));
  const [largest = 1, smallest = 1] = [shifted[0], shifted.at(-1)];
  const sigmas = respaced(config, { largest, smallest, steps }) ?? shifted;
  return planAt(sigmas, (sigma) => Math.fround(Math.fround(sigma) * total));
}

/**
 * The plan of an exponential integrator, whose steps are infinite in λ where σ is 1: DPM-Solver keeps away from it
 * by one training timestep, UniPC by 10⁻⁶.
 * @throws AtelierError `config` for steps that do not fit.
 */
export function flowLogSnrPlan(spacing: FlowSpacing, className: "dpm" | "unipc"): SamplingPlan {
  const { config, steps } = spacing;
  requireSteps(config, steps);
  const { num_train_timesteps: total } = config;
  const last = 1 / total;
  const timestepAt = (sigma: number) => Math.trunc(sigma * total);
  if (className === "dpm") {
    const even = Array.from({ length: steps }, (_, i) => ((1 - last) * (steps - i)) / steps);
    return planAt(shiftedBy(spacing, even), timestepAt);
  }
  const even =
    spacing.flowRange === "steps" ? fromOne(steps) : linspace(1, last, steps + 1).slice(0, steps);
  const [first = 1, ...rest] = stretched(spacing, shiftedBy(spacing, even));
  const start = Math.abs(first - 1) < leastSignal ? first - leastSignal : first;
  return planAt([start, ...rest], timestepAt);
}

const leastSignal = 1e-6;

function fromOne(steps: number): number[] {
  return linspace(1, 1 / steps, steps);
}

/** What a class that shifts always by the same calls it. */
function ownShift({ use_flow_sigmas, flow_shift, shift }: SchedulerConfig): number {
  return use_flow_sigmas ? flow_shift : shift;
}

function sizeShiftOf(config: SchedulerConfig): SizeShift {
  return {
    baseShift: config.base_shift,
    maxShift: config.max_shift,
    baseTokens: config.base_image_seq_len,
    maxTokens: config.max_image_seq_len,
    kind: config.time_shift_type,
  };
}

function shiftedBy({ config, tokens }: FlowSpacing, sigmas: readonly number[]): number[] {
  const shift = config.use_dynamic_shifting
    ? shiftOfSize(sizeShiftOf(config), requireTokens(tokens))
    : ownShift(config);
  if (shift > 0) return sigmas.map((sigma) => shiftSigma(sigma, shift));
  throw new AtelierError(
    "config",
    said`sampler: expected a shift above 0 for a picture of ${tokens ?? 0} tokens, got ${shift} by base_shift and max_shift. Set time_shift_type to "exponential".`,
  );
}

function requireTokens(tokens: number | undefined): number {
  if (tokens !== undefined) return tokens;
  throw new AtelierError(
    "config",
    said`sampler: expected the number of the picture's tokens beside use_dynamic_shifting, got none. Say it, or set use_dynamic_shifting to false.`,
  );
}

/** Stretches 1 − σ so that the last σ is the config's `shift_terminal`. */
function stretched({ config }: FlowSpacing, sigmas: number[]): number[] {
  const terminal = config.shift_terminal;
  if (terminal === null || terminal === 0) return sigmas;
  const factor = (1 - terminal) / (1 - (sigmas.at(-1) ?? 0));
  return sigmas.map((sigma) => 1 - (1 - sigma) * factor);
}

function planAt(levels: readonly number[], timestepAt: (sigma: number) => number): SamplingPlan {
  const sigmas = Float32Array.of(...levels, 0);
  return {
    evaluations: evaluationsInSigma(levels.map(timestepAt), sigmas, straight),
    sigmas,
    initNoiseSigma: 1,
    scalesInput: false,
  };
}

function straight(sigma: number): Marginal {
  return { signal: 1 - sigma, noise: sigma };
}
