/** @file Settings of ostris' ai-toolkit from its YAML files: one job with one process of kind sd_trainer. */

import { AtelierError } from "@atelier/engine";
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

const precisions: Readonly<Record<string, string>> = {
  float32: "float32",
  fp32: "float32",
  float16: "float16",
  fp16: "float16",
  bf16: "bfloat16",
  bfloat16: "bfloat16",
};

const networkRules: Readonly<Record<string, Rule>> = {
  type: toWith(
    "lora.method",
    (value) => ["lora", "dora", "lokr"].find((name) => name === value),
    "no such kind of network here; lora is trained",
  ),
  linear: to("lora.rank"),
  linear_alpha: to("lora.alpha"),
  conv: (_, { set }) => set("lora.targets", ["all"]),
  conv_alpha: ignore,
  dropout: to("lora.dropout"),
  lokr_factor: toWith("lora.lokrFactor", (value) => (asNumber(value) === -1 ? 1 : value)),
  lokr_full_rank: leave("LoKr's second factor has the rank of the config"),
  network_kwargs: leave("no equivalent"),
  transformer_only: ignore,
};

const trainRules: Readonly<Record<string, Rule>> = {
  batch_size: to("batchSize"),
  steps: to("steps"),
  gradient_accumulation_steps: to("gradientAccumulation"),
  gradient_accumulation: to("gradientAccumulation"),
  train_unet: (value, { leave: keep }, option) =>
    value === false && keep(option, value, "the UNet is always trained"),
  train_text_encoder: to("textEncoder.train"),
  text_encoder_lr: to("textEncoder.learningRate"),
  unet_lr: to("learningRate"),
  lr: to("learningRate"),
  optimizer: optimizerRule,
  optimizer_params: (value, translation, option) => {
    for (const [name, own] of Object.entries(asSettings(value) ?? {}))
      setOptimizerArgument(translation, { option, name, value: own });
  },
  lr_scheduler: scheduleRule,
  lr_scheduler_params: leave("see the fields of schedule"),
  gradient_checkpointing: (value, { set }) =>
    set("gradientCheckpointing", value === true ? "on" : "off"),
  max_grad_norm: to("maxGradNorm"),
  noise_scheduler: leave("the base's own schedule is used"),
  noise_offset: to("noiseOffset"),
  min_snr_gamma: to("minSnrGamma"),
  snr_gamma: to("minSnrGamma"),
  loss_type: toWith("loss.measure", (value) => ({ mse: "mse", mae: "l1" })[String(value)]),
  timestep_type: toWith(
    "timesteps.distribution",
    (value) => ({ linear: "uniform", sigmoid: "logit_normal" })[String(value)],
  ),
  min_denoising_steps: to("timesteps.min"),
  max_denoising_steps: toWith("timesteps.max", (value) => (asNumber(value) ?? 0) - 1),
  ema_config: (value, { set }) => {
    const { use_ema: isUsed, ema_decay: decay } = asSettings(value) ?? {};
    set("ema.decay", isUsed === true ? (decay ?? 0.999) : undefined);
  },
  diff_output_preservation: (value, { set }) =>
    set("prior.source", value === true ? "prediction" : undefined),
  diff_output_preservation_multiplier: (value, { set, get }) =>
    set("prior.lossWeight", get("prior.source") === undefined ? undefined : value),
  diff_output_preservation_class: (value, { set, get }) =>
    set("prior.classPrompt", get("prior.source") === undefined ? undefined : `a ${String(value)}`),
  reg_weight: to("prior.lossWeight"),
  dtype: ignore,
  skip_first_sample: ignore,
  disable_sampling: (value, { set }) => set("samples.everySteps", value === true ? 0 : undefined),
  linear_timesteps: leave("timesteps are weighted by timesteps.distribution"),
  content_or_style: leave("timesteps are weighted by timesteps.distribution"),
};

const sampleRules: Readonly<Record<string, Rule>> = {
  sample_every: to("samples.everySteps"),
  prompts: to("samples.prompts"),
  neg: to("samples.negativePrompt"),
  seed: to("samples.seed"),
  guidance_scale: to("samples.guidance"),
  sample_steps: to("samples.steps"),
  sampler: leave("choose one of samples.sampler"),
  width: ignore,
  height: ignore,
  walk_seed: ignore,
};

const saveRules: Readonly<Record<string, Rule>> = {
  dtype: toWith("output.dtype", (value) => precisions[String(value)]),
  save_every: to("saveEverySteps"),
  max_step_saves_to_keep: to("keep.last"),
  push_to_hub: leave("results stay on this machine"),
  hf_repo_id: ignore,
  hf_private: ignore,
};

const modelRules: Readonly<Record<string, Rule>> = {
  name_or_path: to("base.path"),
  is_v_pred: (value, { set }) =>
    set("base.predictionType", value === true ? "v_prediction" : undefined),
  quantize: leave("weights are used as they are"),
  low_vram: ignore,
  arch: ignore,
};

/** A config of ai-toolkit's. @throws AtelierError `config` for a file that is no job of that kind. */
export function importAiToolkit(file: Readonly<Record<string, unknown>>): ImportedConfig {
  const config = asSettings(file["config"]);
  const processes = config?.["process"];
  const list: readonly unknown[] = Array.isArray(processes) ? processes : [];
  const [first, ...others] = list;
  const process = asSettings(first);
  if (process === undefined || process["type"] !== "sd_trainer") {
    throw new AtelierError(
      "config",
      `import: expected a job of ai-toolkit with a process of type sd_trainer, got ${JSON.stringify(process?.["type"] ?? "none")}. Other kinds of jobs have no equivalent.`,
    );
  }
  const translation = createTranslation();
  translation.set("name", config?.["name"]);
  if (others.length > 0)
    translation.leave("config.process", others, "only the first process is taken");
  const { network, train, sample, save, model, datasets, type: _, ...rest } = process;
  for (const [section, rules] of [
    [model, modelRules],
    [network, networkRules],
    [train, trainRules],
    [sample, sampleRules],
    [save, saveRules],
  ] as const) {
    translate(asSettings(section) ?? {}, rules, translation);
  }
  if (network === undefined) translation.set("tuning", "full");
  translate(
    rest,
    {
      training_folder: to("output.folder"),
      trigger_word: ignore,
      device: ignore,
      performance_log_every: ignore,
      sqlite_db_path: ignore,
    },
    translation,
  );
  importDatasets(Array.isArray(datasets) ? datasets : [], rest["trigger_word"], translation);
  return translation.result();
}

function importDatasets(
  datasets: readonly unknown[],
  trigger: unknown,
  translation: Translation,
): void {
  const folders = datasets.map((dataset) =>
    importDataset(asSettings(dataset) ?? {}, trigger, translation),
  );
  const [first, ...others] = folders;
  for (const [field, value] of Object.entries(first ?? {})) translation.set(`data.${field}`, value);
  if (others.length > 0) translation.set("data.folders", others);
}

function importDataset(
  {
    folder_path: folder,
    default_caption: caption,
    num_repeats: repeats,
    flip_x: flip,
    loss_multiplier: lossWeight,
    ...settings
  }: Record<string, unknown>,
  trigger: unknown,
  translation: Translation,
): Record<string, unknown> {
  const prompt = caption ?? trigger;
  translate(settings, datasetRules, translation);
  const entry = { folder, prompt, repeats, flip, lossWeight };
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
}

const datasetRules: Readonly<Record<string, Rule>> = {
  caption_ext: ignore,
  cache_latents: ignore,
  cache_latents_to_disk: ignore,
  caption_dropout_rate: to("data.captionDropout"),
  shuffle_tokens: to("data.shuffleTags"),
  keep_tokens: to("data.keepTags"),
  token_dropout_rate: to("data.tagDropout"),
  resolution: (value, translation, option) => {
    const sizes = (Array.isArray(value) ? value : [value]).map((size: unknown) => asNumber(size));
    const largest = Math.max(...sizes.map((size) => size ?? 0));
    translation.set("data.width", largest);
    translation.set("data.height", largest);
    translation.set("data.buckets.use", true);
    if (sizes.length > 1)
      translation.leave(option, value, `several sizes: the largest, ${largest}, is used`);
  },
  mask_path: (value, { set }) => {
    set("data.masks.source", "folder");
    set("data.masks.folder", value);
  },
  mask_min_value: to("data.masks.unmaskedWeight"),
  alpha_mask: (value, { set }) => set("data.masks.source", value === true ? "alpha" : undefined),
  is_reg: leave("name the folder as prior.folder, with prior.classPrompt"),
  control_path: leave("control pictures do not exist here"),
};
