/** @file The `optimizer` section of the training config: every option of every optimizer. */

import { z } from "zod";
import { fieldText } from "../events/messages.js";
import { type ChoiceDefaults, optionsOfChoice } from "./options-of-choice.js";
import type { OptimizerConfig, OptimizerTable } from "./train-config.js";

const share = z.number().min(0).lt(1).optional();
const positive = z.number().positive().optional();
const amount = z.number().min(0).optional();
const flag = z.boolean().optional();

const adamDefaults = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 1e-2 } as const;

/** What each optimizer has, and its defaults: those of its reference, AdamW's decay as in PyTorch. */
const defaults: OptimizerTable & ChoiceDefaults = {
  adamw: { ...adamDefaults, stateDtype: "float32" },
  adam: { ...adamDefaults, stateDtype: "float32" },
  sgd: { momentum: 0, nesterov: false, weightDecay: 1e-2, stateDtype: "float32" },
  lion: { beta1: 0.9, beta2: 0.99, weightDecay: 0, stateDtype: "float32" },
  muon: {
    ...{ beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    ...{ weightDecay: 0.1, momentum: 0.95, nesterov: true },
  },
  adafactor: {
    beta1: 0,
    epsilon: 1e-30,
    weightDecay: 0,
    clipThreshold: 1,
    decayRate: 0.8,
    scaleParameter: false,
    relativeStep: false,
    warmupInit: false,
  },
  prodigy: {
    beta1: 0.9,
    beta2: 0.999,
    beta3: undefined,
    epsilon: 1e-8,
    weightDecay: 0,
    useBiasCorrection: false,
    safeguardWarmup: false,
    d0: 1e-6,
    dCoefficient: 1,
    growthRate: undefined,
    stateDtype: "float32",
  },
};

const fields = z.strictObject({
  name: z
    .enum(["adamw", "adam", "sgd", "lion", "muon", "adafactor", "prodigy"])
    .default("adamw")
    .describe(fieldText["optimizer.name"]),
  beta1: share.describe(fieldText["optimizer.beta1"]),
  beta2: share.describe(fieldText["optimizer.beta2"]),
  beta3: share.describe(fieldText["optimizer.beta3"]),
  epsilon: positive.describe(fieldText["optimizer.epsilon"]),
  weightDecay: amount.describe(fieldText["optimizer.weightDecay"]),
  stateDtype: z
    .enum(["float32", "float16", "uint8"])
    .optional()
    .describe(fieldText["optimizer.stateDtype"]),
  momentum: share.describe(fieldText["optimizer.momentum"]),
  nesterov: flag.describe(fieldText["optimizer.nesterov"]),
  clipThreshold: positive.describe(fieldText["optimizer.clipThreshold"]),
  decayRate: positive.describe(fieldText["optimizer.decayRate"]),
  scaleParameter: flag.describe(fieldText["optimizer.scaleParameter"]),
  relativeStep: flag.describe(fieldText["optimizer.relativeStep"]),
  warmupInit: flag.describe(fieldText["optimizer.warmupInit"]),
  useBiasCorrection: flag.describe(fieldText["optimizer.useBiasCorrection"]),
  safeguardWarmup: flag.describe(fieldText["optimizer.safeguardWarmup"]),
  d0: positive.describe(fieldText["optimizer.d0"]),
  dCoefficient: positive.describe(fieldText["optimizer.dCoefficient"]),
  growthRate: z.number().min(1).optional().describe(fieldText["optimizer.growthRate"]),
});

const keepsFloats = ({ stateDtype }: OptimizerTable["sgd"]): boolean => stateDtype === "float32";

/** Checks an optimizer's settings and fills in the defaults of the chosen one. */
export const optimizerSection: z.ZodType<OptimizerConfig> = fields
  .transform((given, context) => {
    // The fields are those of the chosen optimizer, each checked above: `optionsOfChoice` refuses others.
    return optionsOfChoice(given, defaults, context) as unknown as OptimizerConfig;
  })
  .refine((config) => config.name !== "sgd" || !config.nesterov || config.momentum > 0, {
    path: ["nesterov"],
    error: "expected a momentum above 0 with nesterov, got none",
  })
  .refine((config) => config.name !== "sgd" || config.momentum > 0 || keepsFloats(config), {
    path: ["stateDtype"],
    error: "expected a momentum above 0, the only state of sgd, got none",
  })
  .refine((config) => config.name !== "adafactor" || !config.warmupInit || config.relativeStep, {
    path: ["warmupInit"],
    error: "expected relativeStep with warmupInit, got warmupInit alone",
  });
