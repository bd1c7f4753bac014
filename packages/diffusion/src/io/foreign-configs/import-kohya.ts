/**
 * @file Settings of kohya's sd-scripts (`train_network.py`, `train_db.py`, `fine_tune.py`) from its TOML
 * files. Where a file says nothing, kohya's own default is written out, since it is often not ours.
 */

import { optimizerRule, scheduleRule, setOptimizerArgument } from "./optimizers.js";
import {
  asNumber,
  asSettings,
  createTranslation,
  type ImportedConfig,
  ignore,
  leave,
  type Rule,
  type Translation,
  to,
  toWith,
  translate,
} from "./translation.js";

/** Widths and heights as kohya writes them: `512`, `"512,768"` or `[512, 768]`. */
const resolution: Rule = (value, translation, option) => {
  const parts = Array.isArray(value) ? value : String(value).split(",");
  const [width, height = width] = parts.map((part: unknown) => asNumber(part));
  if (width === undefined) translation.leave(option, value, "expected one or two numbers");
  translation.set("data.width", width);
  translation.set("data.height", height);
};

/** `["weight_decay=0.1", "betas=0.9,0.99"]` */
const pairs =
  (set: (name: string, value: string, translation: Translation, option: string) => void): Rule =>
  (value, translation, option) => {
    for (const entry of Array.isArray(value) ? value : [value]) {
      const [name = "", ...rest] = String(entry).split("=");
      set(name.trim(), rest.join("=").trim(), translation, option);
    }
  };

const lycorisMethods: Readonly<Record<string, string>> = {
  lora: "lora",
  locon: "lora",
  loha: "loha",
  lokr: "lokr",
};

const networkArgument = (name: string, value: string, translation: Translation, option: string) => {
  if (name === "algo" && lycorisMethods[value] !== undefined) {
    translation.set("lora.method", lycorisMethods[value]);
    if (value === "locon") translation.set("lora.targets", ["all"]);
  } else if (name === "dora_wd") translation.set("lora.method", value === "True" ? "dora" : "lora");
  else if (name === "rs_lora") translation.set("lora.method", value === "True" ? "rslora" : "lora");
  else if (name === "loraplus_lr_ratio") translation.set("lora.loraPlusRatio", asNumber(value));
  else if (name === "rank_dropout") translation.set("lora.rankDropout", asNumber(value));
  else if (name === "module_dropout") translation.set("lora.moduleDropout", asNumber(value));
  else if (name === "factor" && asNumber(value) !== -1)
    translation.set("lora.lokrFactor", asNumber(value));
  else if (name !== "factor")
    translation.leave(
      `${option} ${name}`,
      value,
      "no equivalent; see --rank-pattern for ranks of single layers",
    );
};

const outOfReach = "how memory and processes are used is decided by the run itself";

const rules: Readonly<Record<string, Rule>> = {
  pretrained_model_name_or_path: to("base.path"),
  v_parameterization: (value, { set }) =>
    set("base.predictionType", value === true ? "v_prediction" : undefined),
  v2: ignore,
  output_dir: to("output.folder"),
  output_name: to("name"),
  save_precision: toWith("output.dtype", (value) => precisions[String(value)]),
  save_model_as: toWith("output.checkpoint", (value) =>
    value === "diffusers" ? "folder" : value === "safetensors" ? "single-file" : undefined,
  ),
  save_every_n_steps: to("saveEverySteps"),
  save_last_n_steps: to("keep.withinSteps"),
  sample_every_n_steps: to("samples.everySteps"),
  sample_prompts: leave("prompts of a file: give them as samples.prompts"),
  sample_sampler: leave("choose one of samples.sampler"),
  resolution,
  train_batch_size: to("batchSize"),
  max_train_steps: to("steps"),
  max_train_epochs: leave("counts epochs: set steps to epochs × pictures × repeats / batchSize"),
  learning_rate: to("learningRate"),
  unet_lr: to("learningRate"),
  text_encoder_lr: (value, { set }) => {
    const rates: readonly unknown[] = Array.isArray(value) ? value : [value];
    const [rate] = rates;
    set("textEncoder.learningRate", asNumber(rate));
    set("textEncoder.train", asNumber(rate) !== 0);
  },
  network_train_unet_only: (value, { set }) =>
    set("textEncoder.train", value === true ? false : undefined),
  network_train_text_encoder_only: leave("the UNet is always trained"),
  lr_scheduler: scheduleRule,
  lr_warmup_steps: (value, { set }) => {
    const steps = asNumber(value) ?? 0;
    set(
      steps > 0 && steps < 1 ? "schedule.warmupShare" : "schedule.warmupSteps",
      steps === 0 ? undefined : steps,
    );
  },
  lr_scheduler_num_cycles: (value, { set, get }) =>
    set("schedule.cycles", get("schedule.name") === "cosine_with_restarts" ? value : undefined),
  lr_scheduler_power: (value, { set, get }) =>
    set("schedule.power", get("schedule.name") === "polynomial" ? value : undefined),
  optimizer_type: optimizerRule,
  use_8bit_adam: (value, translation, option) =>
    value === true && optimizerRule("AdamW8bit", translation, option),
  optimizer_args: pairs((name, value, translation, option) =>
    setOptimizerArgument(translation, { option, name, value }),
  ),
  max_grad_norm: to("maxGradNorm"),
  gradient_accumulation_steps: to("gradientAccumulation"),
  seed: to("seed"),
  network_dim: to("lora.rank"),
  network_alpha: to("lora.alpha"),
  network_dropout: to("lora.dropout"),
  network_weights: to("lora.startFrom"),
  network_args: pairs(networkArgument),
  network_module: (value, { leave: keep }, option) => {
    if (value !== "networks.lora" && value !== "lycoris.kohya")
      keep(option, value, "no such kind of network here");
  },
  scale_weight_norms: to("lora.maxWeightNorm"),
  min_snr_gamma: to("minSnrGamma"),
  debiased_estimation_loss: (value, { set }) =>
    set("weighting", value === true ? "debiased" : undefined),
  loss_type: toWith("loss.measure", (value) =>
    value === "l2" ? "mse" : ["l1", "huber", "smooth_l1"].find((name) => name === value),
  ),
  huber_c: (value, { set, get }) => set("loss.huberC", usesHuber(get) ? value : undefined),
  huber_schedule: (value, { set, get }) =>
    set("loss.huberSchedule", usesHuber(get) ? value : undefined),
  noise_offset: to("noiseOffset"),
  adaptive_noise_scale: to("adaptiveNoiseScale"),
  ip_noise_gamma: to("inputPerturbation"),
  multires_noise_iterations: leave("pyramid noise does not exist here"),
  multires_noise_discount: ignore,
  zero_terminal_snr: to("base.zeroTerminalSnr"),
  min_timestep: to("timesteps.min"),
  max_timestep: toWith("timesteps.max", (value) => (asNumber(value) ?? 0) - 1),
  prior_loss_weight: to("prior.lossWeight"),
  masked_loss: (value, { set }) => set("data.masks.source", value === true ? "alpha" : undefined),
  conditioning_data_dir: (value, { set }) => {
    set("data.masks.source", "folder");
    set("data.masks.folder", value);
  },
  alpha_mask: (value, { set }) => set("data.masks.source", value === true ? "alpha" : undefined),
  clip_skip: leave("the text encoder's last layer is always used"),
  weighted_captions: leave("weights in captions do not exist here"),
  gradient_checkpointing: (value, { set }) =>
    set("gradientCheckpointing", value === true ? "on" : undefined),
  enable_bucket: to("data.buckets.use"),
  bucket_reso_steps: to("data.buckets.step"),
  bucket_no_upscale: toWith("data.buckets.upscale", (value) => value !== true),
  min_bucket_reso: ignore,
  max_bucket_reso: ignore,
  shuffle_caption: to("data.shuffleTags"),
  keep_tokens: to("data.keepTags"),
  caption_separator: to("data.tagSeparator"),
  caption_dropout_rate: to("data.captionDropout"),
  caption_tag_dropout_rate: to("data.tagDropout"),
  caption_extension: toWith(
    "data.captions",
    (value) => (value === ".txt" || value === ".caption" ? "auto" : undefined),
    "captions are read from .txt and .caption files",
  ),
  enable_wildcard: to("data.wildcards"),
  flip_aug: to("data.flip"),
  random_crop: (value, { set }) => set("data.crop", value === true ? "random" : undefined),
  color_aug: leave("colours are never changed"),
  face_crop_aug_range: leave("faces are not looked for"),
  train_data_dir: leave(
    "kohya reads the folders inside of it, such as 10_sks dog: name them as data.folder and data.folders",
  ),
  reg_data_dir: leave(
    "kohya reads the folders inside of it: name the one with pictures of the class as prior.folder",
  ),
  in_json: leave("write metadata.jsonl beside the pictures"),
  ...Object.fromEntries(
    [
      ...[
        "mixed_precision",
        "full_fp16",
        "full_bf16",
        "fp8_base",
        "xformers",
        "sdpa",
        "mem_eff_attn",
        "lowram",
      ],
      ...[
        "cache_latents",
        "cache_latents_to_disk",
        "cache_text_encoder_outputs",
        "vae_batch_size",
        "no_half_vae",
      ],
      ...[
        "max_data_loader_n_workers",
        "persistent_data_loader_workers",
        "logging_dir",
        "log_with",
        "log_prefix",
      ],
      ...[
        "metadata_title",
        "metadata_author",
        "metadata_description",
        "metadata_license",
        "metadata_tags",
      ],
      ...[
        "save_state",
        "save_state_on_train_end",
        "highvram",
        "max_token_length",
        "training_comment",
      ],
    ].map((option) => [option, ignore]),
  ),
  blocks_to_swap: leave(outOfReach),
  dataset_config: ignore,
};

const precisions: Readonly<Record<string, string>> = {
  float: "float32",
  fp16: "float16",
  bf16: "bfloat16",
};

const usesHuber = (get: Translation["get"]): boolean =>
  get("loss.measure") === "huber" || get("loss.measure") === "smooth_l1";

/** What kohya does where a file says nothing. */
const kohyaDefaults: Readonly<Record<string, unknown>> = {
  steps: 1600,
  "lora.rank": 4,
  "lora.alpha": 1,
  "output.dtype": "float32",
};

/**
 * A config of kohya's settings.
 * @param files parsed TOML: the training's, a data set's, or both; a later one wins
 */
export function importKohya(files: readonly Readonly<Record<string, unknown>>[]): ImportedConfig {
  const translation = createTranslation();
  for (const [path, value] of Object.entries(kohyaDefaults)) translation.set(path, value);
  for (const file of files) {
    const { datasets, general, ...settings } = flatten(file);
    // Names first: what others mean depends on them.
    const order = ["lr_scheduler", "loss_type", ...Object.keys(settings)];
    const sorted = Object.fromEntries(
      order.flatMap((name) => (name in settings ? [[name, settings[name]]] : [])),
    );
    translate({ ...asSettings(general), ...sorted }, rules, translation);
    if (Array.isArray(datasets)) importDatasets(datasets, translation);
  }
  return translation.result();
}

/** Sections of the training's file are there for people; kohya reads them as one. */
function flatten(file: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const own = Object.entries(file).filter(([name]) => name !== "datasets" && name !== "general");
  const settings: Record<string, unknown> = {};
  for (const [name, value] of own) {
    const section = asSettings(value);
    if (section === undefined) settings[name] = value;
    else Object.assign(settings, section);
  }
  const { datasets, general } = file;
  return {
    ...settings,
    ...(datasets === undefined ? {} : { datasets }),
    ...(general === undefined ? {} : { general }),
  };
}

function importDatasets(datasets: readonly unknown[], translation: Translation): void {
  const folders: Record<string, unknown>[] = [];
  for (const [index, dataset] of datasets.entries()) {
    const { subsets, batch_size: batchSize, ...settings } = asSettings(dataset) ?? {};
    translation.set("batchSize", batchSize);
    if (index === 0) translate(settings, rules, translation);
    else if (Object.keys(settings).length > 0) {
      translation.leave(
        `datasets[${index}]`,
        settings,
        "all folders share the settings of the first data set",
      );
    }
    for (const subset of Array.isArray(subsets) ? subsets : []) {
      importSubset(asSettings(subset) ?? {}, folders, translation);
    }
  }
  const [first, ...others] = folders;
  if (first === undefined) return;
  translation.set("data.folder", first["folder"]);
  translation.set("data.prompt", first["prompt"]);
  translation.set("data.repeats", first["repeats"]);
  translation.set("data.flip", first["flip"]);
  if (others.length > 0) translation.set("data.folders", others);
}

function importSubset(
  {
    image_dir: folder,
    class_tokens: prompt,
    num_repeats: repeats,
    flip_aug: flip,
    is_reg: isReg,
    ...settings
  }: Record<string, unknown>,
  folders: Record<string, unknown>[],
  translation: Translation,
): void {
  if (isReg === true) {
    translation.set("prior.folder", folder);
    translation.set("prior.classPrompt", prompt);
    translation.set("prior.count", 1);
    return;
  }
  const entry = { folder, prompt, repeats, flip };
  folders.push(
    Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)),
  );
  translate(settings, rules, translation);
}
