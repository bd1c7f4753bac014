/** @file What the options of diffusers' training scripts become (their `parse_args`). */

import { said } from "@atelier/engine";
import { diffusersFlowRules } from "./diffusers-flow.js";
import {
  captionsAreCut,
  chooseOneOf,
  countsEpochs,
  fromPromptsAlone,
  noCaptionMask,
  notAFlag,
  notWhole,
  resultsStayHere,
  see,
  useResume,
} from "./reasons.js";
import {
  ignore,
  leave,
  leaveAll,
  leftBecause,
  rule,
  to,
  toFlag,
  toMixedPrecision,
  toNumber,
  toNumberUnlessOff,
  toSeed,
  toWhole,
} from "./rules.js";
import { huggingFaceSchedules, scheduleField, scheduleRule, warmupRule } from "./schedules.js";
import type { Rule, Rules } from "./translation.js";
import { asFlag, asList, asNumber, asText, asWhole, isOff } from "./values.js";

const resolution: Rule = rule("`data.width`, `data.height`", (value, translation, option) => {
  const size = asWhole(value);
  if (size === undefined) translation.leave(option, value, notWhole);
  translation.set("data.width", size);
  translation.set("data.height", size);
});

/** A field of prior preservation; without its flag the option means nothing there. */
const prior = (
  path: string,
  convert: (value: unknown) => unknown = (value) => value,
  usual?: number,
): Rule =>
  rule(`\`${path}\` with \`with_prior_preservation\``, (value, translation, option) => {
    if (asFlag(translation.setting("with_prior_preservation")) === true)
      translation.set(path, convert(value));
    else if (asNumber(value) !== usual || usual === undefined)
      translation.leave(option, value, said`means nothing without --with_prior_preservation`);
  });

const hasPrompt = (setting: (option: string) => unknown): boolean =>
  !isOff(setting("validation_prompt")) || !isOff(setting("validation_prompts"));

const download = said`download the data set and name its folder as data.folder`;
const onePicture = said`one picture of each prompt is drawn`;

/** Rules of all scripts. */
export const diffusersRules: Rules = {
  pretrained_model_name_or_path: to("base.path"),
  pretrained_vae_model_name_or_path: to("base.vae"),
  vae_path: to("base.vae"),
  revision: to("base.revision"),
  variant: to("base.variant"),
  prediction_type: to("base.predictionType", (value) =>
    ["epsilon", "v_prediction"].find((name) => name === value),
  ),
  instance_data_dir: to("data.folder"),
  train_data_dir: to("data.folder"),
  instance_prompt: rule("`data.prompt`, and `data.captions`: prompt", (value, { set }) => {
    set("data.prompt", value);
    // The prompt is that of all pictures there, whatever files stand beside them.
    set("data.captions", "prompt");
  }),
  resolution,
  center_crop: rule("`data.crop`: center, else random", (value, translation, option) => {
    const isWord = translation.get("tuning") === "textual_inversion";
    const isCentred = asFlag(value);
    if (isCentred === undefined) translation.leave(option, value, notAFlag);
    translation.set("data.crop", isCentred === true || isWord ? "center" : "random");
    if (isWord && isCentred !== true)
      translation.leave(
        option,
        value,
        said`pictures are squeezed into a square there, cropped here`,
      );
  }),
  random_flip: toFlag("data.flip"),
  repeats: toNumber("data.repeats"),
  image_interpolation_mode: to(
    "data.filter",
    (value) => ["lanczos", "bicubic", "bilinear"].find((name) => name === value),
    chooseOneOf("data.filter"),
  ),
  with_prior_preservation: rule("`prior`", () => {}),
  class_data_dir: prior("prior.folder"),
  class_prompt: prior("prior.classPrompt"),
  num_class_images: prior("prior.count", asWhole, 100),
  prior_loss_weight: prior("prior.lossWeight", asNumber, 1),
  placeholder_token: to("embedding.token"),
  initializer_token: to("embedding.initializer"),
  num_vectors: toWhole("embedding.vectors"),
  learnable_property: to(
    "embedding.kind",
    (value) => ({ object: "subject", style: "style" })[asText(value)],
    said`expected object or style`,
  ),
  rank: rule("`lora.rank`, `lora.alpha`", (value, translation, option) => {
    toWhole("lora.rank").apply(value, translation, option);
    // Their alpha is the rank, unless the script has an option for it.
    if (translation.setting("lora_alpha") === undefined)
      translation.set("lora.alpha", asWhole(value));
  }),
  ...diffusersFlowRules,
  lora_dropout: toNumberUnlessOff("lora.dropout"),
  use_dora: toFlag("lora.method", "dora"),
  proportion_empty_prompts: toNumberUnlessOff("data.captionDropout"),
  text_encoder_lr: rule(
    "`textEncoder.learningRate` with `train_text_encoder`",
    (value, translation, option) => {
      if (asFlag(translation.setting("train_text_encoder")) !== true) return;
      toNumber("textEncoder.learningRate").apply(value, translation, option);
    },
  ),
  train_batch_size: toWhole("batchSize"),
  max_train_steps: toWhole("steps"),
  num_train_epochs: rule(leftBecause(countsEpochs("steps")), (value, translation, option) => {
    if (translation.setting("max_train_steps") === undefined)
      translation.leave(option, value, countsEpochs("steps"));
  }),
  gradient_accumulation_steps: toWhole("gradientAccumulation"),
  gradient_checkpointing: rule("`gradientCheckpointing`: on", (value, { set }) =>
    set("gradientCheckpointing", asFlag(value) === true ? "on" : undefined),
  ),
  learning_rate: toNumber("learningRate"),
  train_text_encoder: rule(
    "`textEncoder.train`, at the rate of the run unless `text_encoder_lr` says",
    (value, translation, option) => {
      const learns = asFlag(value);
      if (learns === undefined) translation.leave(option, value, notAFlag);
      translation.set("textEncoder.train", learns === true);
      if (learns === true && translation.setting("text_encoder_lr") === undefined)
        translation.set("textEncoder.learningRate", translation.get("learningRate"));
    },
  ),
  lr_scheduler: scheduleRule(huggingFaceSchedules),
  lr_warmup_steps: rule(
    "`schedule.warmupSteps`, but not with constant",
    (value, translation, option) => {
      // Their constant has no warm-up, whatever its steps.
      if (asText(translation.setting("lr_scheduler")).toLowerCase() !== "constant")
        warmupRule.apply(value, translation, option);
    },
  ),
  lr_num_cycles: scheduleField("schedule.cycles", ["cosine_with_restarts"], asWhole),
  lr_power: scheduleField("schedule.power", ["polynomial"]),
  use_8bit_adam: toFlag("optimizer.stateDtype", "uint8"),
  adam_beta1: toNumber("optimizer.beta1"),
  adam_beta2: toNumber("optimizer.beta2"),
  adam_weight_decay: toNumber("optimizer.weightDecay"),
  adam_epsilon: toNumber("optimizer.epsilon"),
  mixed_precision: toMixedPrecision,
  max_grad_norm: toNumber("maxGradNorm"),
  snr_gamma: toNumberUnlessOff("minSnrGamma"),
  noise_offset: toNumberUnlessOff("noiseOffset"),
  offset_noise: rule("`noiseOffset`: 0.1", (value, { set }) =>
    set("noiseOffset", asFlag(value) === true ? 0.1 : undefined),
  ),
  input_perturbation: toNumberUnlessOff("inputPerturbation"),
  use_ema: toFlag("ema.decay", 0.9999),
  output_dir: to("output.folder"),
  seed: toSeed,
  checkpointing_steps: toWhole("saveEverySteps"),
  save_steps: toWhole("saveEverySteps"),
  checkpoints_total_limit: toWhole("keep.last"),
  validation_prompt: rule("`samples.prompts`", (value, { set }) => set("samples.prompts", [value])),
  validation_prompts: rule("`samples.prompts`", (value, { set }) =>
    set("samples.prompts", asList(value)),
  ),
  validation_steps: rule("`samples.everySteps`", (value, translation, option) => {
    if (hasPrompt(translation.setting))
      toWhole("samples.everySteps").apply(value, translation, option);
  }),
  validation_epochs: rule("left: counts epochs", (value, translation, option) => {
    if (hasPrompt(translation.setting))
      translation.leave(option, value, countsEpochs("samples.everySteps"));
  }),
  num_validation_images: rule(leftBecause(onePicture), (value, translation, option) => {
    if (hasPrompt(translation.setting) && asNumber(value) !== 1)
      translation.leave(option, value, onePicture);
  }),
  ...leaveAll({
    scale_lr: said`multiply learningRate by batchSize × gradientAccumulation yourself`,
    dataset_name: download,
    dataset_config_name: download,
    max_train_samples: said`keep fewer pictures in the folder`,
    resume_from_checkpoint: useResume,
    push_to_hub: resultsStayHere,
    dream_training: said`DREAM does not exist here`,
    non_ema_revision: said`one revision of the base is read`,
    tokenizer_name: said`the base's own tokenizer is used`,
    tokenizer_max_length: captionsAreCut,
    text_encoder_use_attention_mask: noCaptionMask,
    class_labels_conditioning: said`models with class labels are not trained here`,
    skip_save_text_encoder: said`what is trained is saved`,
    save_as_full_pipeline: said`a word is saved as a file`,
    validation_images: fromPromptsAlone,
    do_edm_style_training: said`EDM's preconditioning does not exist here`,
    timestep_bias_strategy: see("timesteps.distribution"),
  }),
  optimizer: to(
    "optimizer.name",
    (value) => ({ adamw: "adamw", prodigy: "prodigy" })[asText(value).toLowerCase()],
    chooseOneOf("optimizer.name"),
  ),
  adam_weight_decay_text_encoder: rule(
    "left where the text encoder trains and it is not `adam_weight_decay`: one weight decay for all",
    (value, translation, option) => {
      if (asFlag(translation.setting("train_text_encoder")) !== true) return;
      if (asNumber(value) !== asNumber(translation.setting("adam_weight_decay")))
        translation.leave(option, value, said`one weight decay for all`);
    },
  ),
  ...ignore("with `optimizer`", "prodigy_beta3", "prodigy_decouple"),
  ...ignore("with `optimizer`", "prodigy_use_bias_correction", "prodigy_safeguard_warmup"),
  ...ignore("with `timestep_bias_strategy`", "timestep_bias_multiplier", "timestep_bias_begin"),
  ...ignore("with `timestep_bias_strategy`", "timestep_bias_end", "timestep_bias_portion"),
  ...ignore("files are written in both forms", "output_kohya_format"),
  ...ignore("adds no step", "debug_loss"),
  image_column: leave(said`pictures are the files of data.folder`, "image"),
  caption_column: leave(said`captions stand under text in metadata.jsonl`, "text", "caption"),
  validation_scheduler: leave(chooseOneOf("samples.sampler"), "DPMSolverMultistepScheduler"),
  ...ignore("with `dream_training`", "dream_detail_preservation"),
  ...ignore("files are written as safetensors", "no_safe_serialization"),
  ...ignore("the number is computed in 32 bits here", "allow_tf32"),
  ...ignore(
    "how memory and processes are used is decided by the run",
    ...["enable_xformers_memory_efficient_attention", "enable_npu_flash_attention"],
    ...["dataloader_num_workers", "local_rank"],
    ...["prior_generation_precision", "sample_batch_size", "set_grads_to_none", "offload_ema"],
    ...["foreach_ema", "pre_compute_text_embeddings", "cache_dir"],
  ),
  ...ignore(
    "logs and uploads change nothing",
    ...["report_to", "logging_dir", "tracker_project_name", "hub_token", "hub_model_id"],
  ),
};
