/**
 * @file Optimizers by the names that other trainers have for them, each with that trainer's defaults where
 * they are not ours, and their arguments by PyTorch's names.
 */

import { said } from "@atelier/engine";
import { notANumber, notAPythonFlag, notNumbers } from "./reasons.js";
import type { Translation } from "./translation.js";
import { asFlag, asList, asNumber, asText, isOff, type Settings } from "./values.js";

/** Fields of `optimizer` by name without case, dashes and underscores. */
export type OptimizerNames = Readonly<Record<string, Settings>>;

/** As PyTorch, bitsandbytes, lion-pytorch and prodigyopt have them; Adam's and SGD's decay is 0 there. */
const adam = { name: "adam", weightDecay: 0 };
const sgd = { name: "sgd", weightDecay: 0, momentum: 0.9, nesterov: true };
const common: OptimizerNames = {
  adamw: { name: "adamw" },
  adam,
  adamw8bit: { name: "adamw", stateDtype: "uint8" },
  adam8bit: { ...adam, stateDtype: "uint8" },
  lion: { name: "lion" },
  lion8bit: { name: "lion", stateDtype: "uint8" },
  prodigy: { name: "prodigy" },
};

/** sd-scripts (`get_optimizer`): Adafactor chooses its own steps there unless `relative_step` is off. */
export const kohyaOptimizers: OptimizerNames = {
  ...common,
  pagedadamw: { name: "adamw" },
  pagedadamw32bit: { name: "adamw" },
  pagedadamw8bit: { name: "adamw", stateDtype: "uint8" },
  pagedlion8bit: { name: "lion", stateDtype: "uint8" },
  sgdnesterov: sgd,
  sgdnesterov8bit: { ...sgd, stateDtype: "uint8" },
  adafactor: { name: "adafactor", relativeStep: true, scaleParameter: true },
};

const epsilon = 1e-6;
/** ai-toolkit (`toolkit/optimizer.py`), whose epsilon is 1e-6. */
export const aiToolkitOptimizers: OptimizerNames = {
  ...Object.fromEntries(
    Object.entries(common).map(([name, fields]) => [
      name,
      name.startsWith("lion") ? fields : { ...fields, epsilon },
    ]),
  ),
  // Its own 8-bit Adam, whose decay is 0 unless it is set.
  adam8: { name: "adamw", weightDecay: 0, stateDtype: "uint8", epsilon },
  adamw8: { name: "adamw", weightDecay: 0, stateDtype: "uint8", epsilon },
  prodigy8bit: { name: "prodigy", stateDtype: "uint8", epsilon },
  adafactor: { name: "adafactor" },
};

/** OneTrainer (`OPTIMIZER_DEFAULT_PARAMETERS`), where 8-bit Lion has Adam's second decay. */
export const oneTrainerOptimizers: OptimizerNames = {
  ...common,
  lion8bit: { name: "lion", stateDtype: "uint8", beta2: 0.999 },
  sgd: { name: "sgd", weightDecay: 0 },
  sgd8bit: { name: "sgd", weightDecay: 0, stateDtype: "uint8" },
  adafactor: { name: "adafactor" },
};

const noneSuch = said`no such optimizer here; adamw is used`;

/** Sets the optimizer of a name, in any spelling. @returns whether there is one. */
export function setOptimizer(
  translation: Translation,
  { option, value, names }: { option: string; value: unknown; names: OptimizerNames },
): boolean {
  const found = names[asText(value).toLowerCase().replaceAll(/[-_]/g, "")];
  if (found === undefined) translation.leave(option, value, noneSuch);
  for (const [field, own] of Object.entries(found ?? { name: "adamw" }))
    translation.set(`optimizer.${field}`, own);
  return found !== undefined;
}

type Fields = Readonly<Record<string, string>>;
const decay: Fields = { weight_decay: "weightDecay" };
const adamFields: Fields = { ...decay, eps: "epsilon", beta1: "beta1", beta2: "beta2" };
const fieldsOf: Readonly<Record<string, Fields>> = {
  adam: adamFields,
  adamw: adamFields,
  lion: { ...decay, beta1: "beta1", beta2: "beta2" },
  sgd: { ...decay, momentum: "momentum", nesterov: "nesterov" },
  adafactor: {
    ...{ ...decay, eps: "epsilon", beta1: "beta1", clip_threshold: "clipThreshold" },
    ...{ decay_rate: "decayRate", scale_parameter: "scaleParameter" },
    ...{ relative_step: "relativeStep", warmup_init: "warmupInit" },
  },
  prodigy: {
    ...{ ...adamFields, beta3: "beta3", d0: "d0", d_coef: "dCoefficient" },
    ...{ growth_rate: "growthRate", use_bias_correction: "useBiasCorrection" },
    ...{ safeguard_warmup: "safeguardWarmup" },
  },
};
const flags: readonly string[] = [
  ...["nesterov", "scaleParameter", "relativeStep", "warmupInit"],
  ...["useBiasCorrection", "safeguardWarmup"],
];

/** Arguments whose usual value is how the optimizer works here. */
const usual: Settings = {
  ...{ decouple: true, fixed_decay: false, d_limiter: true, factored: true, eps2: 1e-3 },
  ...{ optim_bits: 32, min_8bit_size: 4096, percentile_clipping: 100, block_wise: true },
  // How numbers are rounded and computed, and what belongs to optimizers that do not exist here.
  ...{ stochastic_rounding: true, fused: true, split_groups: true, split_groups_mean: true },
  ...{ factored_fp32: true, use_stableadamw: true, use_schedulefree: true, rms_rescaling: true },
  weight_decay_by_lr: true,
};

/** One argument of the optimizer that is set, by PyTorch's name; values may be texts in Python's spelling. */
export function setOptimizerArgument(
  translation: Translation,
  { option, name, value }: { option: string; name: string; value: unknown },
): void {
  const optimizer = asText(translation.get("optimizer.name") ?? "adamw");
  const argument = `${option} ${name}`;
  if (name === "betas" || (name === "eps" && /[,([]/.test(asText(value)))) {
    const numbers = numbersOf(value);
    if (numbers === undefined) translation.leave(argument, value, notNumbers);
    else if (name === "betas") {
      for (const [index, beta] of numbers.entries())
        setOptimizerArgument(translation, { option, name: `beta${index + 1}`, value: beta });
    } else {
      const [first, second] = numbers;
      setOptimizerArgument(translation, { option, name: "eps", value: first });
      if (second !== undefined && second !== 1e-3)
        translation.leave(argument, value, said`the second number is always 0.001 here`);
    }
    return;
  }
  const field = fieldsOf[optimizer]?.[name];
  if (field === undefined) {
    if (!isOff(value) && asText(usual[name]) !== asText(value).toLowerCase())
      translation.leave(argument, value, said`no such argument of ${optimizer} here`);
    return;
  }
  if (value === null || value === undefined || /^(none|inf)$/i.test(asText(value))) return;
  const isFlag = flags.includes(field);
  const number = asNumber(value);
  // Squares of step t decay by 1 - t^rate there, by 1 - t^-decayRate here.
  const converted = isFlag
    ? asFlag(value)
    : field === "decayRate" && number !== undefined
      ? Math.abs(number)
      : number;
  if (converted === undefined)
    translation.leave(argument, value, isFlag ? notAPythonFlag : notANumber);
  else translation.set(`optimizer.${field}`, converted, { option: argument, given: value });
}

/** `(0.9, 0.99)`, `0.9,0.99` or a list. */
function numbersOf(value: unknown): readonly number[] | undefined {
  const parts = Array.isArray(value)
    ? asList(value)
    : asText(value)
        .replaceAll(/[()[\]\s]/g, "")
        .split(",")
        .filter((part) => part !== "");
  const numbers = parts.flatMap((part) => asNumber(part) ?? []);
  return numbers.length === parts.length ? numbers : undefined;
}
