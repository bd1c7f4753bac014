/**
 * @file Which fields each diffusers scheduler class has, and their defaults there. A field that
 * a class lacks is not read for it.
 */

import type { SchedulerConfig } from "./scheduler-fields.js";

/** The diffusers scheduler classes that have a sampler here. */
export const schedulerClassNames = [
  "DDIMScheduler",
  "DDPMScheduler",
  "PNDMScheduler",
  "LCMScheduler",
  "EulerDiscreteScheduler",
  "EulerAncestralDiscreteScheduler",
  "HeunDiscreteScheduler",
  "LMSDiscreteScheduler",
  "DPMSolverMultistepScheduler",
  "DPMSolverSinglestepScheduler",
  "UniPCMultistepScheduler",
  "DEISMultistepScheduler",
  "FlowMatchEulerDiscreteScheduler",
  "FlowMatchHeunDiscreteScheduler",
] as const;

/** A name in {@link schedulerClassNames}. */
export type SchedulerClassName = (typeof schedulerClassNames)[number];

/** Fields of one class with its defaults. */
export type ClassDefaults = Partial<SchedulerConfig>;

/** The β schedule and prediction of every class. */
const common = {
  num_train_timesteps: 1000,
  beta_start: 0.0001,
  beta_end: 0.02,
  beta_schedule: "linear",
  trained_betas: null,
  prediction_type: "epsilon",
} as const satisfies ClassDefaults;

const limits = {
  clip_sample: true,
  clip_sample_range: 1,
  thresholding: false,
  dynamic_thresholding_ratio: 0.995,
  sample_max_value: 1,
} as const satisfies ClassDefaults;

const leading = { timestep_spacing: "leading", steps_offset: 0 } as const satisfies ClassDefaults;
const linspace = { timestep_spacing: "linspace", steps_offset: 0 } as const satisfies ClassDefaults;

const sigmaSpacings = {
  use_karras_sigmas: false,
  use_exponential_sigmas: false,
  use_beta_sigmas: false,
} as const satisfies ClassDefaults;

/** The multistep and single-step exponential integrators. */
const exponentialIntegrator = {
  ...common,
  ...sigmaSpacings,
  solver_order: 2,
  thresholding: false,
  dynamic_thresholding_ratio: 0.995,
  sample_max_value: 1,
  lower_order_final: true,
  use_flow_sigmas: false,
  flow_shift: 1,
  use_dynamic_shifting: false,
  time_shift_type: "exponential",
} as const satisfies ClassDefaults;

/** How σ follow from a picture's size; they read it from the config whatever its class. */
const pictureSizes = {
  base_shift: 0.5,
  max_shift: 1.15,
  base_image_seq_len: 256,
  max_image_seq_len: 4096,
} as const satisfies ClassDefaults;

/** Of flow matching. */
const flowMatch = {
  num_train_timesteps: 1000,
  shift: 1,
  ...pictureSizes,
  use_dynamic_shifting: false,
  time_shift_type: "exponential",
  shift_terminal: null,
} as const satisfies ClassDefaults;

const dpmSolver = {
  ...exponentialIntegrator,
  algorithm_type: "dpmsolver++",
  solver_type: "midpoint",
  final_sigmas_type: "zero",
  lambda_min_clipped: Number.NEGATIVE_INFINITY,
  variance_type: null,
} as const satisfies ClassDefaults;

/** The fields and defaults of each class. */
export const classDefaults: Readonly<Record<SchedulerClassName, ClassDefaults>> = {
  DDIMScheduler: {
    ...common,
    ...limits,
    ...leading,
    set_alpha_to_one: true,
    rescale_betas_zero_snr: false,
  },
  DDPMScheduler: {
    ...common,
    ...limits,
    ...leading,
    variance_type: "fixed_small",
    rescale_betas_zero_snr: false,
  },
  PNDMScheduler: { ...common, ...leading, skip_prk_steps: false, set_alpha_to_one: false },
  LCMScheduler: {
    ...common,
    ...limits,
    ...leading,
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: "scaled_linear",
    clip_sample: false,
    set_alpha_to_one: true,
    original_inference_steps: 50,
    timestep_scaling: 10,
    rescale_betas_zero_snr: false,
  },
  EulerDiscreteScheduler: {
    ...common,
    ...linspace,
    ...sigmaSpacings,
    sigma_min: null,
    sigma_max: null,
    final_sigmas_type: "zero",
    timestep_type: "discrete",
    interpolation_type: "linear",
    rescale_betas_zero_snr: false,
  },
  EulerAncestralDiscreteScheduler: { ...common, ...linspace, rescale_betas_zero_snr: false },
  HeunDiscreteScheduler: {
    ...common,
    ...linspace,
    ...sigmaSpacings,
    beta_start: 0.00085,
    beta_end: 0.012,
    clip_sample: false,
    clip_sample_range: 1,
  },
  LMSDiscreteScheduler: { ...common, ...linspace, ...sigmaSpacings },
  DPMSolverMultistepScheduler: {
    ...dpmSolver,
    ...linspace,
    ...pictureSizes,
    euler_at_final: false,
    use_lu_lambdas: false,
    rescale_betas_zero_snr: false,
  },
  DPMSolverSinglestepScheduler: { ...dpmSolver, lower_order_final: false },
  UniPCMultistepScheduler: {
    ...exponentialIntegrator,
    ...linspace,
    ...pictureSizes,
    shift_terminal: null,
    predict_x0: true,
    solver_type: "bh2",
    disable_corrector: [],
    solver_p: null,
    sigma_min: null,
    sigma_max: null,
    final_sigmas_type: "zero",
    rescale_betas_zero_snr: false,
  },
  DEISMultistepScheduler: {
    ...exponentialIntegrator,
    ...linspace,
    algorithm_type: "deis",
    solver_type: "logrho",
  },
  FlowMatchEulerDiscreteScheduler: {
    ...flowMatch,
    ...sigmaSpacings,
    invert_sigmas: false,
    stochastic_sampling: false,
  },
  // diffusers' Heun has the one shift alone; a model that is shifted otherwise is here as well.
  FlowMatchHeunDiscreteScheduler: flowMatch,
};
