/**
 * @file Which training timesteps a sampler visits (Lin et al. 2023, arXiv 2305.08891, table 2),
 * rounded as NumPy rounds, so that the model sees the same t as in diffusers.
 */

import { AtelierError, said } from "@atelier/engine";
import type { SchedulerConfig } from "./scheduler-fields.js";

/** How a family of samplers departs from the plain spacing. */
export interface SpacingOptions {
  readonly steps: number;
  /** Keep fractions of "linspace", for samplers that interpolate σ. */
  readonly keepsFractions?: boolean;
  /** Space one point more and leave the last out, where the sampler ends by itself. */
  readonly dropsLast?: boolean;
  /** How many of the training timesteps, from the first, may be visited; all by default. */
  readonly usable?: number;
}

/**
 * Timesteps from the noisiest down.
 * @throws AtelierError `config` when there are more steps than training timesteps, or the
 * offset leads beyond them.
 */
export function spaceTimesteps(config: SchedulerConfig, options: SpacingOptions): number[] {
  const { timestep_spacing: spacing, num_train_timesteps: total, steps_offset: offset } = config;
  requireSteps(config, options.steps);
  const timesteps = placeTimesteps(config, options);
  const [first = 0, last = 0] = [timesteps[0], timesteps.at(-1)];
  if (first < total && last >= 0) return timesteps;
  throw new AtelierError(
    "config",
    said`sampler: expected timesteps from 0 to ${total - 1}, got ${last} to ${first} with timestep_spacing ${spacing} and steps_offset ${offset}. Use fewer steps.`,
  );
}

/** @throws AtelierError `config` when there are more steps than training timesteps, or none. */
export function requireSteps({ num_train_timesteps: total }: SchedulerConfig, steps: number): void {
  if (Number.isSafeInteger(steps) && steps >= 1 && steps <= total) return;
  throw new AtelierError(
    "config",
    said`sampler: expected from 1 to ${total} steps (num_train_timesteps), got ${steps}. Choose a number of steps in that range.`,
  );
}

function placeTimesteps(config: SchedulerConfig, options: SpacingOptions): number[] {
  const { timestep_spacing: spacing, num_train_timesteps: total, steps_offset: offset } = config;
  const { steps, keepsFractions = false, dropsLast = false, usable = total } = options;
  const points = dropsLast ? steps + 1 : steps;
  switch (spacing) {
    case "linspace": {
      const ascending = linspace(0, usable - 1, points);
      const rounded = ascending.map(keepsFractions ? Math.fround : roundHalfToEven);
      return rounded.reverse().slice(0, steps);
    }
    case "leading": {
      const stride = Math.floor(usable / points);
      return Array.from({ length: steps }, (_, i) => (points - 1 - i) * stride + offset);
    }
    case "trailing": {
      const stride = total / steps;
      const length = Math.min(steps, Math.ceil(usable / stride));
      return Array.from({ length }, (_, i) => roundHalfToEven(usable - i * stride) - 1);
    }
    default:
      return spacing satisfies never;
  }
}

/** `numpy.linspace`: `count` values from `start` to `stop`, both included. */
export function linspace(start: number, stop: number, count: number): number[] {
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  return Array.from({ length: count }, (_, i) =>
    i === count - 1 && count > 1 ? stop : i * step + start,
  );
}

/** Rounding as NumPy and PyTorch do it: halves go to the even neighbour. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
