/** @file Which scheduler configs are of flow matching, and what goes together in them. */

import { AtelierError, said } from "@atelier/engine";
import type { SchedulerClassName } from "./scheduler-classes.js";
import type { SchedulerConfig } from "./scheduler-fields.js";

const flowClasses: ReadonlySet<string> = new Set<SchedulerClassName>([
  "FlowMatchEulerDiscreteScheduler",
  "FlowMatchHeunDiscreteScheduler",
]);
const flowSolvers: ReadonlySet<string> = new Set<SchedulerClassName>([
  "DPMSolverMultistepScheduler",
  "UniPCMultistepScheduler",
]);

/** Whether a scheduler_config.json, or a part of one, is of flow matching. */
export function isFlowConfig(fields: Readonly<Record<string, unknown>>): boolean {
  const { _class_name: name, prediction_type: type, use_flow_sigmas: flow } = fields;
  return flowClasses.has(String(name)) || type === "flow_prediction" || flow === true;
}

/** What a model predicts by the fields of its scheduler_config.json, where they say it. */
export function completedFlow(
  className: SchedulerClassName,
  config: SchedulerConfig,
): SchedulerConfig {
  return flowClasses.has(className) ? { ...config, prediction_type: "flow_prediction" } : config;
}

/** @throws AtelierError `config` for fields of flow matching that contradict others. */
export function requireFlowTogether(className: SchedulerClassName, config: SchedulerConfig): void {
  const refuse = (message: ReturnType<typeof said>): never => {
    throw new AtelierError("config", message);
  };
  const isStepping = flowClasses.has(className);
  const isFlow = isStepping || config.use_flow_sigmas;
  if (config.use_flow_sigmas && !flowSolvers.has(className)) {
    refuse(
      said`scheduler config of ${className}: expected use_flow_sigmas false, got true, with which no sampler here follows it. Choose ${[...flowClasses, ...flowSolvers].join(", ")}.`,
    );
  }
  if (isFlow !== (config.prediction_type === "flow_prediction")) {
    refuse(
      isFlow
        ? said`scheduler config of ${className}: expected prediction_type flow_prediction beside use_flow_sigmas, got ${config.prediction_type}. Set it, or set use_flow_sigmas to false.`
        : said`scheduler config of ${className}: expected a schedule of flow matching beside prediction_type flow_prediction, got that of DDPM. Set use_flow_sigmas to true, or choose ${[...flowClasses].join(", ")}.`,
    );
  }
  if (config.use_dynamic_shifting && !isFlow) {
    refuse(
      said`scheduler config of ${className}: use_dynamic_shifting: expected false without use_flow_sigmas, got true. Correct it.`,
    );
  }
  if (config.base_image_seq_len === config.max_image_seq_len && config.use_dynamic_shifting) {
    refuse(
      said`scheduler config of ${className}: expected a base_image_seq_len other than max_image_seq_len, got ${config.base_image_seq_len} twice. Correct these fields.`,
    );
  }
  if (!isFlow || isStepping) return;
  const spacing = (
    ["use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas", "use_lu_lambdas"] as const
  ).find((field) => config[field]);
  if (spacing !== undefined) {
    refuse(
      said`scheduler config of ${className}: expected no σ spacing beside use_flow_sigmas, got ${spacing}, which spaces DDPM's σ. Set it to false, or choose FlowMatchEulerDiscreteScheduler.`,
    );
  }
  if (config.final_sigmas_type !== "zero" || !config.predict_x0) {
    refuse(
      said`scheduler config of ${className}: expected final_sigmas_type zero and predict_x0 beside use_flow_sigmas, got ${config.final_sigmas_type} and ${config.predict_x0}. Correct these fields.`,
    );
  }
}
