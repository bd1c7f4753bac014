/** @file What OneTrainer's options become (`TrainConfig`), but for concepts and samples. */

import { said } from "@atelier/engine";
import { isWord, method, networkRules, optimizer, part } from "./one-trainer-tuning.js";
import {
  argumentsOfPyTorch,
  chooseOneOf,
  classOfPyTorch,
  countsEpochs,
  fromPromptsAlone,
  lastLayerUsed,
  noSuchSchedule,
  notAName,
  notANumber,
  notNumbers,
  notWhole,
  noValidation,
  see,
  useResume,
} from "./reasons.js";
import {
  ignore,
  leave,
  leaveAll,
  rule,
  to,
  toFlag,
  toNumber,
  toNumberUnlessOff,
  toWhole,
} from "./rules.js";
import type { Rule, Rules } from "./translation.js";
import { asFlag, asNumber, asSettings, asText, asWhole, isOff, type Settings } from "./values.js";

/** What OneTrainer has where a file does not say, of all that becomes a field. */
export const oneTrainerDefaults: Settings = {
  ...{ training_method: "FINE_TUNE", peft_type: "LORA", lora_rank: 16, lora_alpha: 1 },
  ...{ base_model_name: "stable-diffusion-v1-5/stable-diffusion-v1-5", output_dtype: "FLOAT_32" },
  ...{ output_model_destination: "models/model.safetensors", layer_filter_preset: "full" },
  ...{ learning_rate: 3e-6, learning_rate_scheduler: "CONSTANT", learning_rate_warmup_steps: 200 },
  ...{ learning_rate_cycles: 1, learning_rate_min_factor: 0, epochs: 100, batch_size: 1 },
  ...{ gradient_accumulation_steps: 1, clip_grad_norm: 1, resolution: "512" },
  ...{ aspect_ratio_bucketing: true, optimizer: { optimizer: "ADAMW" }, ema: "OFF" },
  ...{ loss_weight_fn: "CONSTANT", loss_weight_strength: 5, timestep_distribution: "UNIFORM" },
  ...{ mse_strength: 1, mae_strength: 0, min_noising_strength: 0, max_noising_strength: 1 },
  ...{ noising_weight: 0, noising_bias: 0, unet: {}, text_encoder: {}, embedding: {} },
  ...{ sample_after_unit: "MINUTE", save_every_unit: "NEVER", backup_after_unit: "MINUTE" },
  ...{ masked_training: false, output_model_format: "SAFETENSORS" },
};

const schedules: Readonly<Record<string, string>> = {
  CONSTANT: "constant",
  LINEAR: "linear",
  COSINE: "cosine",
  COSINE_WITH_HARD_RESTARTS: "cosine_with_restarts",
  REX: "rex",
  ADAFACTOR: "constant",
};
const schedule: Rule = rule("`schedule.name`", (value, translation, option) => {
  const { set, setting, leave: keep } = translation;
  const name = schedules[asText(value)];
  if (name === undefined) keep(option, value, noSuchSchedule);
  set("schedule.name", name ?? "constant");
  const end = asNumber(setting("learning_rate_min_factor")) ?? 0;
  if (name !== undefined && name !== "constant" && end > 0) set("schedule.minRatio", end);
  // As OneTrainer bends it.
  if (name === "rex") set("schedule.bend", 0.9);
  const cycles = asNumber(setting("learning_rate_cycles")) ?? 1;
  if (name !== "cosine_with_restarts") return;
  if (Number.isInteger(cycles) && cycles >= 1) set("schedule.cycles", cycles);
  else keep("learning_rate_cycles", cycles, notWhole);
});

/** A number of steps; other units have no equivalent. */
const every = (path: string, unitOption: string): Rule =>
  rule(`\`${path}\` in steps`, (value, translation, option) => {
    const unit = asText(translation.setting(unitOption));
    if (unit === "STEP") toWhole(path).apply(value, translation, option);
    else if (unit !== "NEVER")
      translation.leave(option, `${asText(value)} ${unit}`, said`set ${path} in steps`);
  });

const strengths = said`one measure of errors: see loss.measure`;
const strength = (usual: number): Rule =>
  rule("`loss.measure`: mse, or l1", (value, translation, option) => {
    const others = ["mse_strength", "mae_strength", "log_cosh_strength", "huber_strength"];
    const on = others.filter((name) => (asNumber(translation.setting(name)) ?? 0) > 0);
    const isL1 = on.length === 1 && on[0] === "mae_strength";
    translation.set("loss.measure", isL1 ? "l1" : "mse");
    if (asNumber(value) !== usual && !(isL1 && option !== "huber_strength"))
      translation.leave(option, value, strengths);
  });

const noising = (path: string, isMost: boolean): Rule =>
  rule(`\`${path}\`, of 1000`, (value, translation, option) => {
    const share = asNumber(value);
    const usual = isMost ? 1 : 0;
    if (share === undefined) translation.leave(option, value, notANumber);
    else if (share !== usual) translation.set(path, Math.trunc(share * 1000) - (isMost ? 1 : 0));
  });

const bell = (path: string, add: number): Rule =>
  rule(`\`${path}\` with LOGIT_NORMAL`, (value, translation) => {
    const number = asNumber(value);
    if (translation.get("timesteps.distribution") === "logit_normal" && number !== undefined)
      translation.set(path, number + add);
  });

/** Rules of OneTrainer's settings. */
export const oneTrainerRules: Rules = {
  training_method: method,
  base_model_name: to("base.path"),
  force_v_prediction: toFlag("base.predictionType", "v_prediction"),
  force_epsilon_prediction: toFlag("base.predictionType", "epsilon"),
  rescale_noise_scheduler_to_zero_terminal_snr: toFlag("base.zeroTerminalSnr"),
  output_model_destination: rule("`output.folder`, `name`", (value, translation, option) => {
    const parts = asText(value).split(/[\\/]/);
    const name = (parts.pop() ?? "").replace(/\.(safetensors|ckpt|pt)$/, "");
    translation.set("output.folder", parts.join("/") || ".");
    if (/^[\p{L}\p{N}_][\p{L}\p{N}_.-]{0,99}$/u.test(name)) translation.set("name", name);
    else translation.leave(option, value, notAName);
  }),
  output_dtype: to(
    "output.dtype",
    (value) => ({ FLOAT_32: "float32", FLOAT_16: "float16", BFLOAT_16: "bfloat16" })[asText(value)],
  ),
  output_model_format: rule("`output.checkpoint` of full training", (value, translation) => {
    if (translation.get("tuning") === "full")
      translation.set("output.checkpoint", value === "DIFFUSERS" ? "folder" : "single-file");
  }),
  ...networkRules,
  optimizer,
  learning_rate: toNumber("learningRate"),
  unet: part("unet"),
  text_encoder: part("text_encoder"),
  text_encoder_2: rule("as `text_encoder`, of SDXL and SD 3", (value, { leave: keep, setting }) => {
    const learns = (of: unknown) => asFlag(asSettings(of)?.["train"] ?? true);
    const hasTwo = /XL|DIFFUSION_3/.test(asText(setting("model_type")));
    if (hasTwo && learns(value) !== learns(setting("text_encoder")))
      keep("text_encoder_2.train", learns(value), said`all text encoders learn here, or none`);
  }),
  learning_rate_scheduler: schedule,
  learning_rate_warmup_steps: rule(
    "`schedule.warmupSteps`, up to 1 `schedule.warmupShare`",
    (value, translation, option) => {
      const steps = asNumber(value);
      if (steps === undefined || steps === 1)
        translation.leave(option, value, said`expected steps, or a share below 1`);
      else if (steps > 1) translation.set("schedule.warmupSteps", Math.trunc(steps));
      else if (steps > 0) translation.set("schedule.warmupShare", steps);
    },
  ),
  learning_rate_min_factor: rule("`schedule.minRatio`", () => {}),
  learning_rate_cycles: rule("`schedule.cycles` with COSINE_WITH_HARD_RESTARTS", () => {}),
  epochs: rule("left: counts epochs", (value, translation, option) =>
    translation.leave(option, value, countsEpochs("steps")),
  ),
  batch_size: toWhole("batchSize"),
  gradient_accumulation_steps: toWhole("gradientAccumulation"),
  clip_grad_norm: toNumber("maxGradNorm"),
  resolution: rule("`data.width`, `data.height`", (value, translation, option) => {
    const [first, ...others] = asText(value).split(",");
    const [width, height = width] = (first ?? "").split("x").map(asWhole);
    if (width === undefined) translation.leave(option, value, notNumbers);
    translation.set("data.width", width);
    translation.set("data.height", height);
    if (others.length > 0)
      translation.leave(option, value, said`several sizes: the first, ${asText(first)}, is used`);
  }),
  aspect_ratio_bucketing: rule("`data.buckets`, up to 4:1", (value, translation) => {
    const isUsed = asFlag(value) === true;
    translation.set("data.buckets.use", isUsed);
    if (!isUsed) return;
    // Shapes of its AspectBucketing go from 1:4 to 4:1, and pictures are scaled to them.
    translation.set("data.buckets.maxAspect", 4);
    translation.set("data.buckets.upscale", true);
  }),
  ema: rule("`ema.decay`", (value, translation) => {
    if (value === "OFF") return;
    translation.set("ema.decay", asNumber(translation.setting("ema_decay")) ?? 0.999);
    const interval = translation.setting("ema_update_step_interval") ?? 5;
    if (asNumber(interval) !== 1)
      translation.leave("ema_update_step_interval", interval, said`the average follows every step`);
  }),
  ema_decay: rule("`ema.decay` with `ema`", () => {}),
  ema_update_step_interval: rule("left, with `ema`", () => {}),
  loss_weight_fn: rule("`minSnrGamma`, `weighting`", (value, translation, option) => {
    const amount = asNumber(translation.setting("loss_weight_strength"));
    if (value === "MIN_SNR_GAMMA") translation.set("minSnrGamma", amount);
    else if (value === "DEBIASED_ESTIMATION") translation.set("weighting", "debiased");
    else if (value === "P2") {
      translation.set("weighting", "p2");
      translation.set("p2Gamma", amount);
    } else if (value !== "CONSTANT") translation.leave(option, value, see("weighting"));
  }),
  loss_weight_strength: rule("`minSnrGamma`, `p2Gamma`", () => {}),
  mse_strength: strength(1),
  mae_strength: strength(0),
  log_cosh_strength: leave(strengths),
  huber_strength: leave(strengths),
  offset_noise_weight: toNumberUnlessOff("noiseOffset"),
  perturbation_noise_weight: toNumberUnlessOff("inputPerturbation"),
  timestep_distribution: to(
    "timesteps.distribution",
    (value) => ({ UNIFORM: "uniform", LOGIT_NORMAL: "logit_normal" })[asText(value)],
    chooseOneOf("timesteps.distribution"),
  ),
  min_noising_strength: noising("timesteps.min", false),
  max_noising_strength: noising("timesteps.max", true),
  noising_weight: bell("timesteps.deviation", 1),
  noising_bias: bell("timesteps.mean", 0),
  embedding: rule("`embedding`", (value, translation) => {
    if (!isWord(translation)) return;
    const {
      placeholder,
      token_count: count,
      initial_embedding_text: start,
    } = asSettings(value) ?? {};
    translation.set("embedding.token", placeholder ?? "<embedding>");
    translation.set("embedding.vectors", asWhole(count ?? 1));
    translation.set("embedding.initializer", start ?? "*");
  }),
  embedding_learning_rate: toNumber("embedding.learningRate"),
  save_every: every("saveEverySteps", "save_every_unit"),
  sample_after: every("samples.everySteps", "sample_after_unit"),
  ...leaveAll({
    generalized_offset_noise: said`noise is constant over each channel`,
    dynamic_timestep_shifting: see("timesteps.distribution"),
    preserve_embedding_norm: see("embedding.maxNorm"),
    additional_embeddings: said`one word at a time`,
    text_encoder_layer_skip: lastLayerUsed,
    masked_training: said`masks are files of the pictures' names in a folder: see data.masks`,
    custom_conditioning_image: fromPromptsAlone,
    force_circular_padding: said`pictures have borders`,
    validation: noValidation,
    custom_learning_rate_scheduler: classOfPyTorch,
    scheduler_params: argumentsOfPyTorch,
    continue_last_backup: useResume,
    only_cache: said`the cache is filled as it is needed`,
    offline_mode: said`set base.offline`,
    save_skip_first: see("saveEverySteps"),
    sample_skip_first: see("samples.everySteps"),
  }),
  learning_rate_scaler: leave(said`multiply learningRate yourself`, "NONE"),
  timestep_shift: leave(see("timesteps.distribution"), 1),
  vae: rule("`base.vae`: its model_name", (value, { set }) => {
    const name = asSettings(value)?.["model_name"];
    if (!isOff(name)) set("base.vae", name);
  }),
  ...ignore(
    "with `masked_training`",
    "unmasked_probability",
    "unmasked_weight",
    "normalize_masked_area_loss",
    "masked_prior_preservation_weight",
  ),
  ...ignore(
    "with its switch",
    "save_every_unit",
    "sample_after_unit",
    "backup_after_unit",
    "huber_delta",
    "layer_filter_regex",
    "optimizer_defaults",
    "validate_after",
    "validate_after_unit",
  ),
  ...ignore(
    "of other families and networks",
    ...[
      "model_type",
      "prior",
      "transformer",
      "unconditional_transformer",
      "quantization",
      "frames",
    ],
    ...["text_encoder_3", "text_encoder_4", "effnet_encoder", "decoder"],
    ...["text_encoder_2_layer_skip", "text_encoder_3_layer_skip", "text_encoder_4_layer_skip"],
    ...["text_encoder_sequence_length", "text_encoder_2_sequence_length", "decoder_text_encoder"],
    ...["decoder_vqgan", "oft_block_size", "oft_block_share", "oft_scaled", "vb_loss_strength"],
    ...["lokr_dora_on_output", "lokr_vec_trick", "lora_decompose_norm_epsilon"],
  ),
  ...ignore(
    "how memory and processes are used is decided by the run",
    ...["train_device", "temp_device", "train_dtype", "fallback_train_dtype", "dataloader_threads"],
    ...["enable_autocast_cache", "latent_caching", "clear_cache_before_training", "compile"],
    ...["attention_mechanism", "loss_scaler", "multi_gpu", "device_indexes", "async_offloading"],
    ...["gradient_reduce_precision", "fused_gradient_reduce", "async_gradient_reduce"],
    ...["async_gradient_reduce_buffer", "lora_weight_dtype", "embedding_weight_dtype"],
    ...["gradient_checkpointing", "weight_dtype", "fallback_weight_dtype"],
  ),
  ...ignore(
    "logs, folders and notes change nothing",
    ...["debug_mode", "debug_dir", "workspace_dir", "cache_dir", "huggingface_cache_dir", "cloud"],
    ...[
      "tensorboard",
      "tensorboard_expose",
      "tensorboard_always_on",
      "tensorboard_port",
      "secrets",
    ],
    ...["prevent_overwrites", "include_train_config", "backup_after", "rolling_backup"],
    ...["rolling_backup_count", "backup_before_save", "save_filename_prefix", "non_ema_sampling"],
    ...["sample_definition_file_name", "sample_image_format", "sample_video_format", "__version"],
    ...["sample_audio_format", "samples_to_tensorboard", "bundle_additional_embeddings"],
    ...["concept_file_name", "concepts", "samples"],
  ),
};
