/**
 * @file scheduler_config.json, read as diffusers' `XScheduler.from_config` reads it: each class
 * takes the fields it knows, under their own names, and its own defaults for the rest.
 */

import { AtelierError, said } from "@atelier/engine";
import { option } from "../core/option-words.js";
import { createNoiseSchedule, type NoiseSchedule } from "../process/noise-schedule.js";
import { completedFlow, requireFlowTogether } from "./flow-config.js";
import {
  classDefaults,
  type SchedulerClassName,
  schedulerClassNames,
} from "./scheduler-classes.js";
import { fields, isField, neutralConfig, type SchedulerConfig } from "./scheduler-fields.js";

/** A scheduler config as read, with what was in it but is of no use to the class. */
export interface ParsedScheduler {
  readonly className: SchedulerClassName;
  readonly config: SchedulerConfig;
  /** Fields that another class reads and this one does not, as diffusers ignores them. */
  readonly ignored: readonly string[];
  /** Fields that no class here knows. */
  readonly unknown: readonly string[];
}

/**
 * Reads a scheduler config.
 * @param json the parsed file; `_class_name` says the class unless `className` does
 * @param overrides fields that replace the file's
 * @throws AtelierError `config` for an unknown class, for values out of range, all at once, and for ε on a
 *   schedule that ends in pure noise.
 */
export function readSchedulerConfig(
  json: unknown,
  { className, overrides = {} }: { className?: string; overrides?: Partial<SchedulerConfig> } = {},
): ParsedScheduler {
  const record: Readonly<Record<string, unknown>> = { ...asRecord(json), ...overrides };
  const name = asClassName(className ?? record["_class_name"]);
  const defaults = classDefaults[name];
  const given = Object.entries(record).filter(([key]) => !key.startsWith("_"));
  const problems: string[] = [];
  const taken = given.flatMap(([key, value]) => {
    if (!isField(key) || !Object.hasOwn(defaults, key)) return [];
    if (!fields[key].accepts(value)) {
      problems.push(`${key}: expected ${fields[key].expected}, got ${JSON.stringify(value)}`);
    }
    return [[key, value] as const];
  });
  if (problems.length > 0) {
    throw new AtelierError(
      "config",
      said`scheduler config of ${name}: ${problems.join("; ")}. Correct these fields.`,
      { context: { className: name, problems } },
    );
  }
  // Sound: every value taken has passed its own field's check, and the rest are defaults.
  const config = { ...neutralConfig, ...defaults, ...Object.fromEntries(taken) } as SchedulerConfig;
  requireSignal(name, completedFlow(name, config), record["rescale_betas_zero_snr"] === true);
  const unused = given.map(([key]) => key).filter((key) => !Object.hasOwn(defaults, key));
  return {
    className: name,
    config: checkedTogether(name, config),
    ignored: unused.filter(isField),
    unknown: unused.filter((key) => !isField(key)),
  };
}

/**
 * ε says nothing of the picture where there is no signal. A class without a field for it would draw with another
 * schedule than the model was trained on, so the field counts for all.
 */
function requireSignal(
  className: SchedulerClassName,
  { prediction_type: type }: SchedulerConfig,
  endsInNoise: boolean,
): void {
  if (endsInNoise && type === "flow_prediction") {
    throw new AtelierError(
      "config",
      said`scheduler config of ${className}: expected no rescale_betas_zero_snr for flow matching, got true. It begins with pure noise as it is. Leave ${option("zeroTerminalSnr")} out.`,
    );
  }
  if (!endsInNoise || type !== "epsilon") return;
  throw new AtelierError(
    "config",
    said`scheduler config of ${className}: expected v_prediction or sample beside rescale_betas_zero_snr, got epsilon, which says nothing of the picture where there is no signal. If the model predicts v, say ${option("predictionType", "v_prediction")}; else set rescale_betas_zero_snr to false in its scheduler_config.json.`,
  );
}

/** The forward process that a scheduler config describes, for training and sampling alike. */
export function noiseScheduleOf(config: SchedulerConfig): NoiseSchedule {
  return createNoiseSchedule({
    numTrainTimesteps: config.num_train_timesteps,
    betaStart: config.beta_start,
    betaEnd: config.beta_end,
    betaSchedule: config.beta_schedule,
    trainedBetas: config.trained_betas,
    rescaleBetasZeroSnr: config.rescale_betas_zero_snr,
  });
}

/** Rules between fields, and the solver types that one class takes over from another's config. */
function checkedTogether(className: SchedulerClassName, read: SchedulerConfig): SchedulerConfig {
  const config = completedFlow(className, read);
  requireFlowTogether(className, config);
  const spacings = [
    ...(["use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas"] as const),
    "use_lu_lambdas",
  ] as const;
  const chosen = spacings.filter((key) => config[key]);
  if (chosen.length > 1) {
    throw new AtelierError(
      "config",
      said`scheduler config of ${className}: expected one σ spacing, got ${chosen.join(" and ")}. Switch all but one off.`,
    );
  }
  if (!className.startsWith("DPMSolver")) return config;
  const algorithm = config.algorithm_type === "deis" ? "dpmsolver++" : config.algorithm_type;
  if (!algorithm.endsWith("++") && config.final_sigmas_type === "zero") {
    throw new AtelierError(
      "config",
      said`scheduler config of ${className}: algorithm_type ${algorithm} cannot reach σ = 0. Set final_sigmas_type to "sigma_min", or algorithm_type to one that ends in "++".`,
    );
  }
  const solver = config.solver_type === "heun" ? "heun" : "midpoint";
  return { ...config, algorithm_type: algorithm, solver_type: solver };
}

function asRecord(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json === "object" && json !== null && !Array.isArray(json)) return { ...json };
  throw new AtelierError(
    "config",
    said`scheduler config: expected a JSON object, got ${JSON.stringify(json)}. Give the content of a scheduler_config.json.`,
  );
}

function asClassName(value: unknown): SchedulerClassName {
  if (typeof value === "string" && isSchedulerClassName(value)) return value;
  const known = schedulerClassNames.join(", ");
  throw new AtelierError(
    "config",
    said`scheduler config: expected _class_name to be one of ${known}, got ${JSON.stringify(value)}. Choose a sampler by name, or a model with one of these.`,
  );
}

/** Whether samplers of this diffusers class exist here. */
export function isSchedulerClassName(name: string): name is SchedulerClassName {
  return Object.hasOwn(classDefaults, name);
}
