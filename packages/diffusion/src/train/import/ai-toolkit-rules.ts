/**
 * @file What the options of ostris' ai-toolkit become, section by section (`toolkit/config_modules.py`), and
 * what it has where a file does not say.
 */

import { said } from "@atelier/engine";
import { idleTrainRules } from "./ai-toolkit-idle.js";
import { aiToolkitOptimizers, setOptimizer, setOptimizerArgument } from "./optimizers.js";
import {
  alwaysTrained,
  layersAsTargets,
  noDistilled,
  noSuchNetwork,
  noSuchSchedule,
  notANumber,
  notWhole,
  ofThatOptimizer,
  oneCaption,
  ownScheduleUsed,
  resultsStayHere,
  see,
  seeLosses,
  setPriorWeight,
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
import { warmupRule } from "./schedules.js";
import type { Rule, Rules, Translation } from "./translation.js";
import { asFlag, asNumber, asSettings, asText, asWhole, isOff, type Settings } from "./values.js";

/** Defaults of each section, of all that becomes a field. */
export const aiToolkitDefaults: Readonly<
  Record<"network" | "train" | "sample" | "save" | "model" | "datasets", Settings>
> = {
  network: { type: "lora", linear: 4, alpha: 1, lokr_full_rank: true },
  train: {
    ...{ steps: 1000, batch_size: 1, lr: 1e-6, optimizer: "adamw", lr_scheduler: "constant" },
    ...{ train_text_encoder: false, gradient_checkpointing: true, max_grad_norm: 1 },
    ...{ gradient_accumulation: 1, loss_type: "mse", min_denoising_steps: 0 },
    ...{ max_denoising_steps: 999 },
  },
  sample: { sample_every: 100, guidance_scale: 7, sample_steps: 20, seed: 0 },
  save: { save_every: 1000, dtype: "float16", max_step_saves_to_keep: 5 },
  model: { is_v_pred: false },
  datasets: { resolution: 512, buckets: true, bucket_tolerance: 64, caption_ext: "txt" },
};

const precisions: Readonly<Record<string, string>> = {
  float32: "float32",
  fp32: "float32",
  float: "float32",
  float16: "float16",
  fp16: "float16",
  bf16: "bfloat16",
  bfloat16: "bfloat16",
};

const everyLayer = ["all-linear", "projections", "conv_shortcut"];
const wideConvolutions = ["conv1", "conv2", "conv", "conv_in", "conv_out"];
const kinds: Readonly<Record<string, string>> = {
  lora: "lora",
  locon: "lora",
  dora: "dora",
  lokr: "lokr",
};
const allOf = (value: number) => Object.fromEntries(wideConvolutions.map((name) => [name, value]));

/** Rank and alpha of all layers, by their newer and their older names. */
const linear: Rule = rule("`lora.rank`", (value, translation, option) => {
  const { setting } = translation;
  // The older name counts where both stand, as it does there.
  if (option === "linear" && setting("rank") !== undefined) {
    if (asNumber(value) !== asNumber(setting("rank")) && asNumber(value) !== 4)
      translation.leave(option, value, said`rank says otherwise, and counts`);
    return;
  }
  toWhole("lora.rank").apply(value, translation, option);
});

/** The kind of a network, and the layers that it adapts. */
export const networkType = (
  layers: string,
  targetsOf: (translation: Translation) => readonly string[],
): Rule =>
  rule(`\`lora.method\`; \`lora.targets\` are ${layers}`, (value, translation, option) => {
    const method = kinds[asText(value).toLowerCase()];
    if (method === undefined) translation.leave(option, value, noSuchNetwork);
    translation.set("lora.method", method ?? "lora");
    translation.set("lora.targets", [...targetsOf(translation)]);
  });

/** A network's options. */
export const networkRules: Rules = {
  type: networkType("all linear layers", ({ setting }) =>
    isOff(setting("conv")) ? everyLayer : ["all"],
  ),
  rank: linear,
  linear,
  alpha: rule("`lora.alpha`", (value, translation, option) => {
    if (translation.setting("linear_alpha") === undefined)
      toNumber("lora.alpha").apply(value, translation, option);
  }),
  linear_alpha: toNumber("lora.alpha"),
  conv: rule("`lora.targets`: all, `lora.rankPattern`", (value, translation, option) => {
    const rank = asWhole(value);
    if (rank === undefined) translation.leave(option, value, notWhole);
    else if (rank > 0 && rank !== translation.get("lora.rank"))
      translation.set("lora.rankPattern", allOf(rank));
    const alpha = asNumber(translation.setting("conv_alpha")) ?? rank;
    if (alpha !== undefined && alpha > 0 && alpha !== translation.get("lora.alpha"))
      translation.set("lora.alphaPattern", allOf(alpha));
  }),
  conv_alpha: rule("`lora.alphaPattern` with `conv`", () => {}),
  dropout: toNumberUnlessOff("lora.dropout"),
  lokr_full_rank: rule("`lora.rank`: 4096 with lokr", (value, { get, set, drop }) => {
    if (get("lora.method") !== "lokr" || asFlag(value) !== true) return;
    // More than any layer has: the second factor is not split, and has no strength of its own.
    set("lora.rank", 4096);
    set("lora.alpha", 4096);
    drop("lora.rankPattern");
    drop("lora.alphaPattern");
  }),
  lokr_factor: rule("`lora.lokrFactor` with lokr", (value, { get, set }) => {
    const factor = asWhole(value) ?? -1;
    if (get("lora.method") === "lokr" && factor > 0) set("lora.lokrFactor", factor);
  }),
  pretrained_lora_path: to("lora.startFrom"),
  ...leaveAll({
    network_kwargs: layersAsTargets,
    lorm: said`no such kind of network here`,
    all_layers: said`layers without a matrix are not adapted`,
  }),
  ...ignore("of other families", "transformer_only", "split_multistage_loras"),
  ...ignore("files are written in several forms", "old_lokr_format"),
  ...ignore("memory is decided by the run", "layer_offloading"),
};

const schedules: Readonly<Record<string, string>> = {
  constant: "constant",
  constant_with_warmup: "constant",
  cosine: "cosine",
  cosine_with_restarts: "cosine_with_restarts",
  polynomial: "polynomial",
};
const schedule: Rule = rule("`schedule.name`", (value, translation, option) => {
  const text = asText(value).toLowerCase();
  const name = schedules[text];
  const params = asSettings(translation.setting("lr_scheduler_params")) ?? {};
  const { num_warmup_steps: warmup, total_iters: _, ...others } = params;
  // PyTorch's LinearLR, which this is there, rises from a third to the whole.
  const linearWhy = said`it rises from a third of the rate there; constant is used`;
  if (name === undefined)
    translation.leave(option, value, text === "linear" ? linearWhy : noSuchSchedule);
  translation.set("schedule.name", name ?? "constant");
  if (text === "constant_with_warmup")
    warmupRule.apply(warmup ?? 1000, translation, `${option}_params num_warmup_steps`);
  for (const [parameter, own] of Object.entries(others))
    translation.leave(`${option}_params ${parameter}`, own, said`see the fields of schedule`);
});

const rate: Rule = rule("`learningRate`, unless `unet_lr` says", (value, translation, option) => {
  const isSaid = translation.setting("unet_lr") !== undefined;
  const number = asNumber(value);
  if (number === undefined) translation.leave(option, value, notANumber);
  else if (!isSaid) translation.set("learningRate", number);
});

const noise = said`noise is drawn as it is, but for noiseOffset`;
const latents = said`latents are taken as they are`;

/** Training options. */
export const trainRules: Rules = {
  ...idleTrainRules,
  steps: toWhole("steps"),
  batch_size: toWhole("batchSize"),
  gradient_accumulation: toWhole("gradientAccumulation"),
  gradient_accumulation_steps: rule(
    "`gradientAccumulation`; steps, samples and saves are divided by it",
    (value, translation, option) => {
      const count = asWhole(value);
      if (count === undefined || count < 1)
        translation.leave(option, value, said`set gradientAccumulation to the batches of an epoch`);
      else if (count > 1) {
        translation.set("gradientAccumulation", count);
        translation.leave(
          option,
          value,
          said`a step is one batch there: steps, samples.everySteps and saveEverySteps are divided by it`,
        );
      }
    },
  ),
  lr: rate,
  unet_lr: toNumber("learningRate"),
  train_unet: rule("— (always)", (value, translation, option) => {
    if (asFlag(value) === false) translation.leave(option, value, alwaysTrained("UNet"));
  }),
  train_text_encoder: rule("`textEncoder.train`", (value, { set, setting }) => {
    const learns = asFlag(value) === true;
    set("textEncoder.train", learns);
    if (learns)
      set("textEncoder.learningRate", asNumber(setting("text_encoder_lr") ?? setting("lr")));
  }),
  text_encoder_lr: rule("`textEncoder.learningRate`", () => {}),
  embedding_lr: leave(see("embedding.learningRate")),
  optimizer: rule("`optimizer`", (value, translation, option) => {
    const names = aiToolkitOptimizers;
    const isKnown = setOptimizer(translation, { option, value, names });
    for (const [name, own] of Object.entries(
      asSettings(translation.setting("optimizer_params")) ?? {},
    )) {
      if (isKnown)
        setOptimizerArgument(translation, { option: "optimizer_params", name, value: own });
      else translation.leave(`optimizer_params ${name}`, own, ofThatOptimizer);
    }
    const given = asNumber(translation.get("learningRate"));
    if (translation.get("optimizer.name") !== "prodigy" || given === undefined || given >= 0.1)
      return;
    translation.drop("learningRate", said`rates below 0.1 mean 1 with prodigy there`);
    translation.set("learningRate", 1);
  }),
  optimizer_params: rule("with `optimizer`", () => {}),
  lr_scheduler: schedule,
  lr_scheduler_params: rule("with `lr_scheduler`", () => {}),
  gradient_checkpointing: toFlag("gradientCheckpointing", "on", "off"),
  max_grad_norm: toNumber("maxGradNorm"),
  noise_offset: toNumberUnlessOff("noiseOffset"),
  min_snr_gamma: toNumberUnlessOff("minSnrGamma"),
  snr_gamma: leave(said`losses are weighted by gamma / SNR without a bound there; see minSnrGamma`),
  loss_type: to("loss.measure", (value) => ({ mse: "mse", mae: "l1" })[asText(value)]),
  // Numbers count places of the schedule, whose first is the noisiest.
  min_denoising_steps: rule("`timesteps.max`: 999 less it", (value, { set }) => {
    const place = asWhole(value) ?? 0;
    if (place > 0) set("timesteps.max", 999 - place);
  }),
  max_denoising_steps: rule("`timesteps.min`: 999 less it", (value, { set }) => {
    const place = asWhole(value) ?? 999;
    if (place < 999) set("timesteps.min", 999 - place);
  }),
  ema_config: rule("`ema.decay`", (value, { set, leave: keep }) => {
    const { use_ema: isUsed, ema_decay: decay, ...others } = asSettings(value) ?? {};
    if (asFlag(isUsed) !== true) return;
    set("ema.decay", asNumber(decay) ?? 0.999);
    for (const [name, own] of Object.entries(others))
      if (!isOff(own) && !(name === "param_multiplier" && own === 1))
        keep(`ema_config ${name}`, own, see("ema"));
  }),
  diff_output_preservation: rule("`prior.source`: prediction", (value, { set }) =>
    set("prior.source", asFlag(value) === true ? "prediction" : undefined),
  ),
  diff_output_preservation_multiplier: rule("`prior.lossWeight`", (value, { set, get }) =>
    set("prior.lossWeight", get("prior.source") === undefined ? undefined : asNumber(value)),
  ),
  diff_output_preservation_class: rule("`prior.classPrompt`", (value, translation, option) => {
    if (translation.get("prior.source") === undefined) return;
    translation.set("prior.classPrompt", `a ${asText(value)}`);
    translation.leave(
      option,
      value,
      said`it replaces the trigger word in each caption there; here the class is "a ${asText(value)}"`,
    );
  }),
  reg_weight: rule("`prior.lossWeight`", (value, translation, option) => {
    if (translation.get("prior.folder") !== undefined)
      toNumber("prior.lossWeight").apply(value, translation, option);
    else if (asNumber(value) !== 1) translation.leave(option, value, setPriorWeight);
  }),
  disable_sampling: rule("`samples.everySteps`: 0", (value, { set }) =>
    set("samples.everySteps", asFlag(value) === true ? 0 : undefined),
  ),
  noise_scheduler: leave(ownScheduleUsed, "ddpm"),
  content_or_style: leave(see("timesteps"), "balanced"),
  timestep_type: leave(
    said`it means something with flow matching alone`,
    "sigmoid",
    "linear",
    "shift",
  ),
  start_step: leave(useResume),
  loss_target: leave(seeLosses, "noise"),
  optimal_noise_pairing_samples: leave(noise, 1),
  ...Object.fromEntries(
    ["noise_multiplier", "target_noise_multiplier"].map((name) => [name, leave(noise, 1)]),
  ),
  ...Object.fromEntries(
    ["img_multiplier", "noisy_latent_multiplier", "latent_multiplier", "pred_scaler"].map(
      (name) => [name, leave(latents, 1)],
    ),
  ),
  num_train_timesteps: leave(ownScheduleUsed, 1000),
  prompt_dropout_prob: leave(see("data.captionDropout")),
  do_paramiter_swapping: leave(said`all parameters are trained at every step`),
  ...leaveAll({
    ...Object.fromEntries(
      [
        ...["random_noise_multiplier", "do_signal_correction_noise", "do_batch_noise_correction"],
        ...["do_signal_amplification", "random_noise_shift", "dynamic_noise_offset"],
        ...["force_consistent_noise", "blended_blur_noise"],
      ].map((name) => [name, noise]),
    ),
    ...Object.fromEntries(
      [
        ...["learnable_snr_gos", "inverted_mask_prior", "blank_prompt_preservation"],
        ...["match_noise_norm", "correct_pred_norm", "do_prior_divergence", "target_norm_std"],
        ...["t0_loss_target", "do_fft_loss", "do_guidance_loss", "do_cfg", "do_random_cfg"],
        ...["latent_feature_extractor_path", "diffusion_feature_extractor_path", "negative_prompt"],
      ].map((name) => [name, seeLosses]),
    ),
    weight_jitter: said`weights are not shaken`,
    merge_network_on_save: said`see atelier merge`,
    adapter_assist_name_or_path: said`adapters of other kinds do not help to train`,
    adaptive_scaling_factor: latents,
    standardize_images: latents,
    standardize_latents: latents,
    short_and_long_captions: oneCaption,
    prompt_saturation_chance: said`captions stand once`,
    train_turbo: noDistilled,
    free_u: said`samples are drawn as they are`,
    linear_timesteps: see("timesteps.distribution"),
    linear_timesteps2: see("timesteps.distribution"),
    single_item_batching: see("gradientAccumulation"),
  }),
  ...ignore("the number is computed in 32 bits here", "dtype"),
  ...ignore(
    "how memory and processes are used is decided by the run",
    ...["xformers", "sdp", "attention_backend", "unload_text_encoder", "cache_text_embeddings"],
    ...["skip_first_sample", "force_first_sample", "show_turbo_outputs"],
  ),
};

/** Options of what is saved. */
export const saveRules: Rules = {
  dtype: to("output.dtype", (value) => precisions[asText(value)]),
  save_every: toWhole("saveEverySteps"),
  max_step_saves_to_keep: toWhole("keep.last"),
  save_format: rule("`output.checkpoint` of full training", (value, translation) => {
    if (translation.get("tuning") === "full")
      translation.set("output.checkpoint", value === "diffusers" ? "folder" : "single-file");
  }),
  push_to_hub: leave(resultsStayHere),
  ...ignore("with `push_to_hub`", "hf_repo_id", "hf_private"),
};
