/**
 * @file Every field of scheduler_config.json that samplers here read: its type, its check, and
 * the value it has for a scheduler class without it.
 */

import { type BetaSchedule, betaSchedules } from "../process/betas.js";
import { type ProcessPrediction, processPredictions } from "../process/prediction-type.js";

/** The fields of scheduler_config.json that samplers here read, under diffusers' names. */
export interface SchedulerConfig {
  readonly num_train_timesteps: number;
  readonly beta_start: number;
  readonly beta_end: number;
  readonly beta_schedule: BetaSchedule;
  readonly trained_betas: readonly number[] | null;
  readonly rescale_betas_zero_snr: boolean;
  readonly prediction_type: ProcessPrediction;
  readonly timestep_spacing: "linspace" | "leading" | "trailing";
  readonly steps_offset: number;
  readonly clip_sample: boolean;
  readonly clip_sample_range: number;
  readonly thresholding: boolean;
  readonly dynamic_thresholding_ratio: number;
  readonly sample_max_value: number;
  readonly set_alpha_to_one: boolean;
  readonly skip_prk_steps: boolean;
  readonly variance_type:
    | "fixed_small"
    | "fixed_small_log"
    | "fixed_large"
    | "fixed_large_log"
    | null;
  readonly use_karras_sigmas: boolean;
  readonly use_exponential_sigmas: boolean;
  readonly use_lu_lambdas: boolean;
  readonly sigma_min: number | null;
  readonly sigma_max: number | null;
  readonly final_sigmas_type: "zero" | "sigma_min";
  readonly lambda_min_clipped: number;
  readonly solver_order: number;
  readonly algorithm_type: AlgorithmType;
  readonly solver_type: SolverType;
  readonly lower_order_final: boolean;
  readonly euler_at_final: boolean;
  readonly predict_x0: boolean;
  readonly disable_corrector: readonly number[];
  readonly original_inference_steps: number;
  readonly timestep_scaling: number;
  readonly timestep_type: "discrete";
  readonly interpolation_type: "linear";
  readonly use_beta_sigmas: boolean;
  readonly use_flow_sigmas: boolean;
  readonly flow_shift: number;
  readonly shift: number;
  readonly shift_terminal: number | null;
  readonly use_dynamic_shifting: boolean;
  readonly time_shift_type: "exponential" | "linear";
  readonly base_shift: number;
  readonly max_shift: number;
  readonly base_image_seq_len: number;
  readonly max_image_seq_len: number;
  readonly invert_sigmas: false;
  readonly stochastic_sampling: false;
  readonly solver_p: null;
}

/** The exponential integrator of DPM-Solver's family. */
export type AlgorithmType =
  | "dpmsolver"
  | "dpmsolver++"
  | "sde-dpmsolver"
  | "sde-dpmsolver++"
  | "deis";

/** How a solver of the DPM-Solver, UniPC or DEIS family estimates derivatives. */
export type SolverType = "midpoint" | "heun" | "bh1" | "bh2" | "logrho";

/** A check of one field, what to say when it fails, and the value for classes without it. */
export interface Field<T> {
  readonly neutral: T;
  readonly expected: string;
  accepts(value: unknown): boolean;
}

/** The check of every field. */
export const fields: { readonly [K in keyof SchedulerConfig]: Field<SchedulerConfig[K]> } = {
  num_train_timesteps: integer(1000, 1),
  beta_start: number(0.0001, 0),
  beta_end: number(0.02, 0),
  beta_schedule: oneOf("linear", betaSchedules),
  trained_betas: optional(numbers([])),
  rescale_betas_zero_snr: flag(false),
  prediction_type: oneOf("epsilon", processPredictions),
  timestep_spacing: oneOf("linspace", ["linspace", "leading", "trailing"]),
  steps_offset: integer(0, 0),
  clip_sample: flag(false),
  clip_sample_range: number(1, 0),
  thresholding: flag(false),
  dynamic_thresholding_ratio: number(0.995, 0, 1),
  sample_max_value: number(1, 0),
  set_alpha_to_one: flag(true),
  skip_prk_steps: flag(false),
  variance_type: optional(
    oneOf("fixed_small", ["fixed_small", "fixed_small_log", "fixed_large", "fixed_large_log"]),
  ),
  use_karras_sigmas: flag(false),
  use_exponential_sigmas: flag(false),
  use_lu_lambdas: flag(false),
  sigma_min: optional(number(0, 0)),
  sigma_max: optional(number(0, 0)),
  final_sigmas_type: oneOf("zero", ["zero", "sigma_min"]),
  lambda_min_clipped: number(Number.NEGATIVE_INFINITY),
  solver_order: integer(1, 1, 3),
  algorithm_type: oneOf("dpmsolver++", [
    "dpmsolver",
    "dpmsolver++",
    "sde-dpmsolver",
    "sde-dpmsolver++",
    "deis",
  ]),
  solver_type: oneOf("midpoint", ["midpoint", "heun", "bh1", "bh2", "logrho"]),
  lower_order_final: flag(true),
  euler_at_final: flag(false),
  predict_x0: flag(true),
  disable_corrector: numbers([]),
  original_inference_steps: integer(50, 1),
  timestep_scaling: number(10, 0),
  timestep_type: oneOf("discrete", ["discrete"]),
  interpolation_type: oneOf("linear", ["linear"]),
  use_beta_sigmas: flag(false),
  use_flow_sigmas: flag(false),
  flow_shift: number(1, 0.001, 1000),
  shift: number(1, 0.001, 1000),
  shift_terminal: optional(number(0, 0, 0.999)),
  use_dynamic_shifting: flag(false),
  time_shift_type: oneOf("exponential", ["exponential", "linear"]),
  base_shift: number(0.5, -10, 10),
  max_shift: number(1.15, -10, 10),
  base_image_seq_len: integer(256, 1),
  max_image_seq_len: integer(4096, 1),
  invert_sigmas: oneOf(false, [false]),
  stochastic_sampling: oneOf(false, [false]),
  solver_p: oneOf(null, [null]),
};

/** The value of each field for a class that does not have it: the feature is off. */
export const neutralConfig: Partial<SchedulerConfig> = Object.fromEntries(
  Object.entries(fields).map(([key, field]) => [key, field.neutral]),
);

/** Whether this is a field of {@link SchedulerConfig}. */
export function isField(key: string): key is keyof SchedulerConfig {
  return Object.hasOwn(fields, key);
}

function number(neutral: number, min = Number.NEGATIVE_INFINITY, max = Infinity): Field<number> {
  return {
    neutral,
    expected: `a number${rangeText(min, max)}`,
    accepts: (value) => typeof value === "number" && value >= min && value <= max,
  };
}

function integer(neutral: number, min: number, max = Infinity): Field<number> {
  return {
    neutral,
    expected: `a whole number${rangeText(min, max)}`,
    accepts: (value) => Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max,
  };
}

function flag(neutral: boolean): Field<boolean> {
  return { neutral, expected: "true or false", accepts: (value) => typeof value === "boolean" };
}

function oneOf<T>(neutral: T, values: readonly T[]): Field<T> {
  const known: readonly unknown[] = values;
  return {
    neutral,
    expected: values.map((value) => JSON.stringify(value)).join(" or "),
    accepts: (value) => known.includes(value),
  };
}

function numbers(neutral: readonly number[]): Field<readonly number[]> {
  return {
    neutral,
    expected: "a list of numbers",
    accepts: (value) => Array.isArray(value) && value.every(Number.isFinite),
  };
}

function optional<T>(field: Field<T>): Field<T | null> {
  return {
    neutral: null,
    expected: `${field.expected}, or null`,
    accepts: (value) => value === null || field.accepts(value),
  };
}

function rangeText(min: number, max: number): string {
  if (max !== Infinity) return ` from ${min} to ${max}`;
  return min === Number.NEGATIVE_INFINITY ? "" : ` of at least ${min}`;
}
