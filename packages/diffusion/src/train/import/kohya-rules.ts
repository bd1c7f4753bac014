/**
 * @file What the options of sd-scripts become: those of `train_network.py`, `train_db.py`, `fine_tune.py` and
 * `train_textual_inversion.py` (their `setup_parser`), and of their like for SDXL, but for pictures and captions, which are in
 * kohya-data-rules.ts.
 */

import { said } from "@atelier/engine";
import { setBaseDType } from "./base-dtypes.js";
import type { FlowFamily } from "./flow-family.js";
import { kohyaDataRules } from "./kohya-data-rules.js";
import { kohyaFlowDefaults, kohyaFlowRules } from "./kohya-flow-rules.js";
import { kohyaIdleRules } from "./kohya-idle.js";
import { ofScript, type SdScript } from "./kohya-script-rules.js";
import { kohyaOptimizers, setOptimizer, setOptimizerArgument } from "./optimizers.js";
import {
  alwaysTrained,
  countsEpochs,
  noSuchSchedule,
  notANumber,
  notWhole,
  ofThatOptimizer,
  setPriorWeight,
} from "./reasons.js";
import {
  leave,
  rule,
  to,
  toFlag,
  toMixedPrecision,
  toName,
  toNumber,
  toNumberUnlessOff,
  toSeed,
  toWhole,
} from "./rules.js";
import { huggingFaceSchedules, scheduleField, warmupRule } from "./schedules.js";
import type { Rule, Rules, Translation } from "./translation.js";
import { asFlag, asList, asNumber, asText, asWhole, isOff } from "./values.js";

const precisions: Readonly<Record<string, string>> = {
  float: "float32",
  fp16: "float16",
  bf16: "bfloat16",
};

/** Floats of 8 bits, in which a base that does not learn may stand. */
const eightBits: Rule = rule("`base.dtype`: int8", (value, translation, option) => {
  if (asFlag(value) === true) setBaseDType(translation, { option, value, type: "fp8" });
});

const usesHuber = (get: Translation["get"]): boolean =>
  get("loss.measure") === "huber" || get("loss.measure") === "smooth_l1";

/** The rate of the UNet: its own, else that of the run; at 0 it stays as it is there. */
const learningRate: Rule = rule(
  "`learningRate`, unless `unet_lr` says; of the text encoder too, unless its own option says",
  (value, translation, option) => {
    const own = asNumber(translation.setting("unet_lr"));
    const rate = asNumber(value);
    if (rate === undefined) translation.leave(option, value, notANumber);
    else if (own === undefined || own === 0) {
      if (rate > 0) translation.set("learningRate", rate);
      else if (own === undefined) translation.leave(option, value, alwaysTrained("UNet"));
    }
  },
);

const training: Rules = {
  pretrained_model_name_or_path: to("base.path"),
  vae: rule("`base.vae`", (value, { set }) => {
    if (!isOff(value)) set("base.vae", value);
  }),
  v_parameterization: rule(
    "`base.predictionType`: v_prediction, else epsilon",
    (value, { set, setting }) => {
      const hasBase = setting("pretrained_model_name_or_path") !== undefined;
      if (asFlag(value) === true) set("base.predictionType", "v_prediction");
      else if (hasBase) set("base.predictionType", "epsilon");
    },
  ),
  fp8_base: eightBits,
  fp8_base_unet: eightBits,
  zero_terminal_snr: toFlag("base.zeroTerminalSnr", true, false),
  output_dir: to("output.folder"),
  output_name: toName,
  save_precision: to("output.dtype", (value) => precisions[asText(value)]),
  save_model_as: rule("`output.checkpoint` of full training", (value, translation, option) => {
    const format = asText(value);
    const isFull = translation.get("tuning") === "full";
    if (isFull && /^diffusers/.test(format)) translation.set("output.checkpoint", "folder");
    else if (isFull) translation.set("output.checkpoint", "single-file");
    if (/^(ckpt|pt)$/.test(format) && !(format === "pt" && translation.get("tuning") !== "lora"))
      translation.leave(option, value, said`files are written as safetensors`);
  }),
  save_every_n_steps: rule("`saveEverySteps`, `keep.everySteps`", (value, translation, option) => {
    toWhole("saveEverySteps").apply(value, translation, option);
    // All of them are kept there, unless save_last_n_steps says otherwise.
    if (isOff(translation.setting("save_last_n_steps"))) {
      translation.set("keep.everySteps", isOff(value) ? undefined : asWhole(value));
    }
  }),
  save_last_n_steps: rule("`keep.withinSteps`", (value, translation, option) => {
    if (!isOff(value)) toWhole("keep.withinSteps").apply(value, translation, option);
  }),
  sample_every_n_steps: toWhole("samples.everySteps"),
  max_train_steps: toWhole("steps"),
  max_train_epochs: leave(countsEpochs("steps")),
  train_batch_size: toWhole("batchSize"),
  gradient_accumulation_steps: toWhole("gradientAccumulation"),
  gradient_checkpointing: rule("`gradientCheckpointing`: on", (value, { set }) =>
    set("gradientCheckpointing", asFlag(value) === true ? "on" : undefined),
  ),
  mixed_precision: toMixedPrecision,
  seed: toSeed,
  max_grad_norm: toNumber("maxGradNorm"),
  optimizer_type: rule("`optimizer`", (value, translation, option) => {
    const names = kohyaOptimizers;
    const isKnown = setOptimizer(translation, { option, value, names });
    for (const entry of asList(translation.setting("optimizer_args") ?? []).flatMap(wordsOf)) {
      const [name = "", ...rest] = entry.split("=");
      const [key, text] = [
        name.trim(),
        rest
          .join("=")
          .trim()
          .replace(/^["']|["']$/g, ""),
      ];
      if (isKnown)
        setOptimizerArgument(translation, { option: "optimizer_args", name: key, value: text });
      else translation.leave(`optimizer_args ${key}`, text, ofThatOptimizer);
    }
  }),
  use_8bit_adam: rule("`optimizer`: adamw of 8 bits", (value, translation, option) => {
    if (asFlag(value) === true)
      setOptimizer(translation, { option, value: "AdamW8bit", names: kohyaOptimizers });
  }),
  use_lion_optimizer: rule("`optimizer`: lion", (value, translation, option) => {
    if (asFlag(value) === true)
      setOptimizer(translation, { option, value: "Lion", names: kohyaOptimizers });
  }),
  optimizer_args: rule("with `optimizer_type`", () => {}),
  learning_rate: learningRate,
  unet_lr: rule("`learningRate`", (value, translation, option) => {
    const rate = asNumber(value);
    if (rate === undefined) translation.leave(option, value, notANumber);
    else if (rate === 0) translation.leave(option, value, alwaysTrained("UNet"));
    else translation.set("learningRate", rate);
  }),
  lr_scheduler: rule("`schedule.name`", (value, translation, option) => {
    const text = asText(value).toLowerCase();
    const names = { ...huggingFaceSchedules, cosine_with_min_lr: "cosine", adafactor: "constant" };
    const name = Object.entries(names).find(([known]) => known === text)?.[1];
    if (name === undefined) translation.leave(option, value, noSuchSchedule);
    translation.set("schedule.name", name ?? "constant");
    if (text === "cosine_with_min_lr")
      translation.set(
        "schedule.minRatio",
        asNumber(translation.setting("lr_scheduler_min_lr_ratio")),
      );
  }),
  lr_warmup_steps: rule(warmupRule.here, (value, translation, option) => {
    warmupRule.apply(value, translation, option);
    const isConstant = asText(translation.setting("lr_scheduler")).toLowerCase() === "constant";
    if (isConstant && !isOff(value))
      translation.leave(
        option,
        value,
        said`refused with constant there; the rate rises first here`,
      );
  }),
  lr_scheduler_num_cycles: scheduleField("schedule.cycles", ["cosine_with_restarts"], asWhole),
  lr_scheduler_power: scheduleField("schedule.power", ["polynomial"]),
  lr_scheduler_min_lr_ratio: rule("`schedule.minRatio` with cosine_with_min_lr", () => {}),
  min_snr_gamma: toNumberUnlessOff("minSnrGamma"),
  debiased_estimation_loss: toFlag("weighting", "debiased"),
  loss_type: to("loss.measure", (value) =>
    value === "l2" ? "mse" : ["l1", "huber", "smooth_l1"].find((name) => name === value),
  ),
  huber_c: rule("`loss.huberC` with huber and smooth_l1", (value, { set, get }) =>
    set("loss.huberC", usesHuber(get) ? asNumber(value) : undefined),
  ),
  huber_schedule: rule("`loss.huberSchedule` with huber and smooth_l1", (value, { set, get }) =>
    set("loss.huberSchedule", usesHuber(get) ? value : undefined),
  ),
  huber_scale: leave(said`errors are not scaled before huber`, 1),
  noise_offset: toNumberUnlessOff("noiseOffset"),
  adaptive_noise_scale: toNumberUnlessOff("adaptiveNoiseScale"),
  ip_noise_gamma: toNumberUnlessOff("inputPerturbation"),
  min_timestep: toWhole("timesteps.min"),
  max_timestep: rule("`timesteps.max`, less 1", (value, translation, option) => {
    const end = asWhole(value);
    if (end === undefined) translation.leave(option, value, notWhole);
    else if (end > 0) translation.set("timesteps.max", end - 1);
  }),
  prior_loss_weight: rule("`prior.lossWeight`", (value, translation, option) => {
    if (translation.get("prior.folder") !== undefined)
      toNumber("prior.lossWeight").apply(value, translation, option);
    else if (asNumber(value) !== 1 && !isOff(translation.setting("reg_data_dir")))
      translation.leave(option, value, setPriorWeight);
  }),
};

/** `a=1 b=2` in one text, as the GUI writes them, and each on its own. */
function wordsOf(entry: unknown): string[] {
  const words = asText(entry)
    .replaceAll(/["']/g, "")
    .trim()
    .split(/\s+(?=[A-Za-z_]\w*=)/);
  return words.filter((word) => word !== "");
}

/** Options of the scripts for these families alone. */
const ofFlow: readonly string[] = Object.values(kohyaFlowRules).flatMap((rules) =>
  Object.keys(rules),
);

/** Rules of a script; options of another are left as such, since it would pass over them. */
export function kohyaRules(script: SdScript, family?: FlowFamily): Rules {
  const rules: Rules = {
    ...ofScript(family)[script],
    ...training,
    ...kohyaDataRules,
    ...kohyaIdleRules,
    ...(family === undefined ? {} : kohyaFlowRules[family]),
  };
  const foreign = [...Object.values(ofScript()).flatMap((own) => Object.keys(own)), ...ofFlow];
  const reason = leave(said`${script}.py has no such option`);
  return {
    ...rules,
    ...Object.fromEntries(
      foreign.filter((option) => !Object.hasOwn(rules, option)).map((option) => [option, reason]),
    ),
  };
}

/** What the scripts' parsers have where nothing is said, of all that becomes a field. */
export function kohyaDefaults(
  script: SdScript,
  family?: FlowFamily,
): Readonly<Record<string, unknown>> {
  return {
    ...(family === undefined ? {} : kohyaFlowDefaults[family]),
    ...{ max_train_steps: 1600, train_batch_size: 1, gradient_accumulation_steps: 1 },
    ...{ learning_rate: 2e-6, max_grad_norm: 1, optimizer_type: "AdamW" },
    ...{ lr_scheduler: "constant", lr_scheduler_power: 1, lr_scheduler_num_cycles: 1 },
    ...{ loss_type: "l2", huber_c: 0.1, huber_schedule: "snr", v_parameterization: false },
    ...{ save_precision: "float", save_every_n_steps: 0, sample_every_n_steps: 0 },
    ...{ prior_loss_weight: 1, caption_extension: ".caption", enable_bucket: false },
    ...{ min_bucket_reso: 256, max_bucket_reso: 1024, bucket_reso_steps: 64 },
    ...(script === "train_network" && {
      ...{ network_module: "networks.lora", network_dim: 4, network_alpha: 1 },
      network_train_unet_only: false,
    }),
    ...(script === "train_db" && { stop_text_encoder_training: "never" }),
    ...(script === "fine_tune" && { train_text_encoder: false }),
    ...(script === "train_textual_inversion" && { num_vectors_per_token: 1 }),
  };
}
