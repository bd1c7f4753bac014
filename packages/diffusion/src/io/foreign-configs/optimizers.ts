/** @file Optimizers and schedules by the names that other trainers have for them. */

import { asNumber, type Rule, type Translation } from "./translation.js";

/** Names without case, dashes and underscores. */
const optimizers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  adam: { name: "adam" },
  adamw: { name: "adamw" },
  adamw8bit: { name: "adamw", stateDtype: "uint8" },
  adam8bit: { name: "adam", stateDtype: "uint8" },
  pagedadamw8bit: { name: "adamw", stateDtype: "uint8" },
  pagedadamw: { name: "adamw" },
  lion: { name: "lion" },
  lion8bit: { name: "lion", stateDtype: "uint8" },
  sgd: { name: "sgd" },
  sgdnesterov: { name: "sgd", nesterov: true, momentum: 0.9 },
  adafactor: { name: "adafactor" },
  prodigy: { name: "prodigy" },
};

/** The optimizer of a name, in any spelling. */
export const optimizerRule: Rule = (value, translation, option) => {
  const found = optimizers[String(value).toLowerCase().replaceAll(/[-_]/g, "")];
  if (found === undefined) {
    translation.leave(option, value, "no such optimizer here; adamw is used");
    translation.set("optimizer.name", "adamw");
    return;
  }
  for (const [field, own] of Object.entries(found)) translation.set(`optimizer.${field}`, own);
};

const optimizerFields: Readonly<Record<string, string>> = {
  weight_decay: "weightDecay",
  eps: "epsilon",
  momentum: "momentum",
  nesterov: "nesterov",
  d_coef: "dCoefficient",
  d0: "d0",
  use_bias_correction: "useBiasCorrection",
  safeguard_warmup: "safeguardWarmup",
  decay_rate: "decayRate",
  clip_threshold: "clipThreshold",
  scale_parameter: "scaleParameter",
  relative_step: "relativeStep",
  warmup_init: "warmupInit",
};

/** One argument of an optimizer, by PyTorch's name; values may be texts in Python's spelling. */
export function setOptimizerArgument(
  translation: Translation,
  { option, name, value }: { option: string; name: string; value: unknown },
): void {
  if (name === "betas") {
    const numbers = (
      Array.isArray(value)
        ? value
        : String(value)
            .replaceAll(/[()[\]]/g, "")
            .split(",")
    ).map((part: unknown) => asNumber(part));
    for (const [index, beta] of numbers.entries()) {
      translation.set(`optimizer.beta${index + 1}`, beta);
    }
    return;
  }
  const field = optimizerFields[name];
  if (field === undefined) translation.leave(`${option} ${name}`, value, "no such argument here");
  else if (value === "True" || value === "False")
    translation.set(`optimizer.${field}`, value === "True");
  else translation.set(`optimizer.${field}`, typeof value === "boolean" ? value : asNumber(value));
}

const schedules: Readonly<Record<string, string>> = {
  constant: "constant",
  constant_with_warmup: "constant",
  linear: "linear",
  cosine: "cosine",
  cosine_with_restarts: "cosine_with_restarts",
  polynomial: "polynomial",
  rex: "rex",
};

/** The schedule of a name. */
export const scheduleRule: Rule = (value, translation, option) => {
  const name = schedules[String(value).toLowerCase()];
  if (name === undefined)
    translation.leave(option, value, "no such schedule here; constant is used");
  else translation.set("schedule.name", name);
};
