/**
 * @file The names by which a user chooses a sampler, and the diffusers class and fields that
 * each stands for. The rest of its config comes from the model's scheduler_config.json.
 */

import { AtelierError, internalError, said } from "@atelier/engine";
import { isJsonObject } from "../core/json-object.js";
import { isFlowConfig } from "./flow-config.js";
import type { SchedulerClassName } from "./scheduler-classes.js";
import {
  isSchedulerClassName,
  type ParsedScheduler,
  readSchedulerConfig,
} from "./scheduler-config.js";
import type { SchedulerConfig } from "./scheduler-fields.js";

/** Every name by which a sampler can be chosen. */
export const samplerNames = [
  "ddim",
  "ddpm",
  "pndm",
  "lcm",
  "euler",
  "euler_karras",
  "euler_exponential",
  "euler_beta",
  "euler_a",
  "heun",
  "heun_karras",
  "lms",
  "lms_karras",
  "dpmpp_2m",
  "dpmpp_2m_karras",
  "dpmpp_2m_sde",
  "dpmpp_2m_sde_karras",
  "dpmpp_single",
  "dpmpp_single_karras",
  "unipc",
  "unipc_karras",
  "deis",
  "deis_karras",
] as const;

/** A name in {@link samplerNames}. */
export type SamplerName = (typeof samplerNames)[number];

interface NamedSampler {
  readonly className: SchedulerClassName;
  readonly overrides?: Partial<SchedulerConfig>;
}

const karras = { use_karras_sigmas: true } as const;
const exponential = { use_exponential_sigmas: true } as const;
const beta = { use_beta_sigmas: true } as const;
const sde = { algorithm_type: "sde-dpmsolver++" } as const;

const samplers: Readonly<Record<SamplerName, NamedSampler>> = {
  ddim: { className: "DDIMScheduler" },
  ddpm: { className: "DDPMScheduler" },
  pndm: { className: "PNDMScheduler" },
  lcm: { className: "LCMScheduler" },
  euler: { className: "EulerDiscreteScheduler" },
  euler_karras: { className: "EulerDiscreteScheduler", overrides: karras },
  euler_exponential: { className: "EulerDiscreteScheduler", overrides: exponential },
  euler_beta: { className: "EulerDiscreteScheduler", overrides: beta },
  euler_a: { className: "EulerAncestralDiscreteScheduler" },
  heun: { className: "HeunDiscreteScheduler" },
  heun_karras: { className: "HeunDiscreteScheduler", overrides: karras },
  lms: { className: "LMSDiscreteScheduler" },
  lms_karras: { className: "LMSDiscreteScheduler", overrides: karras },
  dpmpp_2m: { className: "DPMSolverMultistepScheduler" },
  dpmpp_2m_karras: { className: "DPMSolverMultistepScheduler", overrides: karras },
  dpmpp_2m_sde: { className: "DPMSolverMultistepScheduler", overrides: sde },
  dpmpp_2m_sde_karras: {
    className: "DPMSolverMultistepScheduler",
    overrides: { ...sde, ...karras },
  },
  dpmpp_single: { className: "DPMSolverSinglestepScheduler" },
  dpmpp_single_karras: { className: "DPMSolverSinglestepScheduler", overrides: karras },
  unipc: { className: "UniPCMultistepScheduler" },
  unipc_karras: { className: "UniPCMultistepScheduler", overrides: karras },
  deis: { className: "DEISMultistepScheduler" },
  deis_karras: { className: "DEISMultistepScheduler", overrides: karras },
};

const flowEuler = "FlowMatchEulerDiscreteScheduler";
const flowSolver = { use_flow_sigmas: true, prediction_type: "flow_prediction" } as const;

/** What the names stand for where the model is one of flow matching; the others have no such form. */
const flowSamplers: { readonly [S in SamplerName]?: NamedSampler } = {
  euler: { className: flowEuler },
  euler_karras: { className: flowEuler, overrides: karras },
  euler_exponential: { className: flowEuler, overrides: exponential },
  euler_beta: { className: flowEuler, overrides: beta },
  heun: { className: "FlowMatchHeunDiscreteScheduler" },
  dpmpp_2m: { className: "DPMSolverMultistepScheduler", overrides: flowSolver },
  dpmpp_2m_sde: {
    className: "DPMSolverMultistepScheduler",
    overrides: { ...flowSolver, ...sde },
  },
  unipc: { className: "UniPCMultistepScheduler", overrides: flowSolver },
};

/**
 * The config of a sampler for a model, as `XScheduler.from_config(pipe.scheduler.config)` makes it.
 * @param sampler one of {@link samplerNames}, or a diffusers scheduler class
 * @param schedulerJson the model's scheduler_config.json, parsed
 * @param overrides fields that replace the model's
 * @throws AtelierError `config` for an unknown name, and for values out of range.
 */
export function schedulerForSampler(
  sampler: string,
  schedulerJson: unknown,
  overrides: Partial<SchedulerConfig> = {},
): ParsedScheduler {
  const fields: Readonly<Record<string, unknown>> = isJsonObject(schedulerJson)
    ? schedulerJson
    : {};
  const isFlow = isFlowConfig(fields);
  const named = resolveName(sampler, isFlow ? flowSamplers : samplers);
  return readSchedulerConfig(schedulerJson, {
    className: named.className,
    overrides: { ...named.overrides, ...(isFlow ? sameShift(fields) : {}), ...overrides },
  });
}

/** The shift under each of the two names that classes have for it. */
function sameShift({
  shift,
  flow_shift = shift,
}: Readonly<Record<string, unknown>>): Partial<SchedulerConfig> {
  // Checked where the config is read.
  return flow_shift === undefined ? {} : ({ shift: flow_shift, flow_shift } as object);
}

/** The name that means a class and nothing more. */
export function samplerNameOf(className: SchedulerClassName): SamplerName {
  const plain = samplerNames.find((name) =>
    [samplers[name], flowSamplers[name]].some(
      (sampler) => sampler?.className === className && sampler.overrides === undefined,
    ),
  );
  if (plain !== undefined) return plain;
  throw internalError(`no sampler is called after ${className}.`);
}

function resolveName(
  sampler: string,
  known: { readonly [S in SamplerName]?: NamedSampler },
): NamedSampler {
  const named = Object.entries(known).find(([name]) => name === sampler);
  if (named) return named[1];
  if (isSchedulerClassName(sampler)) {
    const sameClass = Object.values(known).find(({ className }) => className === sampler);
    if (sameClass !== undefined) return known === samplers ? { className: sampler } : sameClass;
  }
  const isOfOther = known !== samplers && Object.hasOwn(samplers, sampler);
  throw new AtelierError(
    "config",
    said`sampler: expected one of ${Object.keys(known).join(", ")}, got "${sampler}"${isOfOther ? ", which has no form for a model of flow matching" : ""}. Choose one of these.`,
  );
}
