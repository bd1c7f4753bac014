/**
 * @file What A1111's web UI (since 1.9) and the sites that read its texts call a sampler and the spacing of its
 * noise levels. Samplers that it lacks keep their own name.
 */

import { samplerNameOf } from "./sampler-names.js";
import type { SchedulerClassName } from "./scheduler-classes.js";
import type { ParsedScheduler } from "./scheduler-config.js";
import type { SchedulerConfig } from "./scheduler-fields.js";

/** A sampler as the web UI writes it. */
export interface WebuiSampler {
  /** Its field `Sampler`. */
  readonly sampler: string;
  /** Its field `Schedule type`; without it the web UI takes the sampler's usual one. */
  readonly scheduleType?: string;
}

const names: Readonly<Partial<Record<SchedulerClassName, string>>> = {
  DDIMScheduler: "DDIM",
  PNDMScheduler: "PLMS",
  LCMScheduler: "LCM",
  EulerDiscreteScheduler: "Euler",
  EulerAncestralDiscreteScheduler: "Euler a",
  HeunDiscreteScheduler: "Heun",
  LMSDiscreteScheduler: "LMS",
  UniPCMultistepScheduler: "UniPC",
};

/** The name of a scheduler, however it was chosen. */
export function webuiSampler({
  className,
  config,
}: Pick<ParsedScheduler, "className" | "config">): WebuiSampler {
  const multistep = className === "DPMSolverMultistepScheduler" ? multistepName(config) : undefined;
  const sampler = multistep ?? names[className] ?? ownName(className);
  const { use_karras_sigmas: karras, use_exponential_sigmas, use_lu_lambdas } = config;
  if (karras) return { sampler, scheduleType: "Karras" };
  // Both are uniform in log σ.
  if (use_exponential_sigmas || use_lu_lambdas) return { sampler, scheduleType: "Exponential" };
  // The usual ones of the web UI are Karras and exponential here, and uniform for all others.
  return multistep === undefined ? { sampler } : { sampler, scheduleType: "Uniform" };
}

/** Which of DPM-Solver++'s multistep forms it is; others are unknown there. */
function multistepName({
  algorithm_type: algorithm,
  solver_order: order,
  solver_type: solver,
}: SchedulerConfig): string | undefined {
  if (algorithm === "dpmsolver++") return order === 2 ? "DPM++ 2M" : undefined;
  if (algorithm !== "sde-dpmsolver++") return undefined;
  if (order === 3) return "DPM++ 3M SDE";
  if (order !== 2) return undefined;
  return solver === "heun" ? "DPM++ 2M SDE Heun" : "DPM++ 2M SDE";
}

/** The option's name, and the class where the option means something else. */
function ownName(className: SchedulerClassName): string {
  return className === "DPMSolverMultistepScheduler" ? className : samplerNameOf(className);
}
