/**
 * @file Settings of diffusers' training scripts from a command line such as
 * `accelerate launch train_dreambooth_lora.py --instance_data_dir=dog …`. The script's name says what trains.
 */

import { AtelierError } from "@atelier/engine";
import { scheduleRule } from "./optimizers.js";
import {
  asNumber,
  createTranslation,
  type ImportedConfig,
  ignore,
  leave,
  type Rule,
  to,
  toWith,
  translate,
} from "./translation.js";

const both =
  (...paths: readonly string[]): Rule =>
  (value, translation) => {
    for (const path of paths) translation.set(path, asNumber(value));
  };
const number = (path: string): Rule => toWith(path, asNumber, "expected a number");
const isOn = (value: unknown): boolean => value === true || value === "True";

const rules: Readonly<Record<string, Rule>> = {
  pretrained_model_name_or_path: to("base.path"),
  revision: to("base.revision"),
  variant: to("base.variant"),
  instance_data_dir: to("data.folder"),
  train_data_dir: to("data.folder"),
  instance_prompt: to("data.prompt"),
  class_data_dir: to("prior.folder"),
  class_prompt: to("prior.classPrompt"),
  num_class_images: number("prior.count"),
  prior_loss_weight: number("prior.lossWeight"),
  with_prior_preservation: ignore,
  train_text_encoder: (value, { set }) => set("textEncoder.train", isOn(value)),
  placeholder_token: to("embedding.token"),
  initializer_token: to("embedding.initializer"),
  num_vectors: number("embedding.vectors"),
  learnable_property: toWith("embedding.kind", (value) => (value === "object" ? "subject" : value)),
  resolution: both("data.width", "data.height"),
  center_crop: ignore,
  random_flip: (value, { set }) => set("data.flip", isOn(value)),
  repeats: number("data.repeats"),
  train_batch_size: number("batchSize"),
  max_train_steps: number("steps"),
  num_train_epochs: leave("counts epochs: set steps to epochs × pictures × repeats / batchSize"),
  gradient_accumulation_steps: number("gradientAccumulation"),
  gradient_checkpointing: (value, { set }) =>
    set("gradientCheckpointing", isOn(value) ? "on" : undefined),
  learning_rate: number("learningRate"),
  lr_scheduler: scheduleRule,
  lr_warmup_steps: toWith("schedule.warmupSteps", (value) => asNumber(value)),
  lr_num_cycles: leave("see schedule.cycles"),
  lr_power: leave("see schedule.power"),
  use_8bit_adam: (value, { set }) => set("optimizer.stateDtype", isOn(value) ? "uint8" : undefined),
  adam_beta1: number("optimizer.beta1"),
  adam_beta2: number("optimizer.beta2"),
  adam_weight_decay: number("optimizer.weightDecay"),
  adam_epsilon: number("optimizer.epsilon"),
  max_grad_norm: number("maxGradNorm"),
  snr_gamma: number("minSnrGamma"),
  noise_offset: number("noiseOffset"),
  input_perturbation: number("inputPerturbation"),
  prediction_type: to("base.predictionType"),
  use_ema: (value, { set }) => set("ema.decay", isOn(value) ? 0.9999 : undefined),
  rank: (value, { set }) => {
    set("lora.rank", asNumber(value));
    // diffusers' scripts train with alpha = rank.
    set("lora.alpha", asNumber(value));
  },
  output_dir: to("output.folder"),
  seed: number("seed"),
  checkpointing_steps: number("saveEverySteps"),
  checkpoints_total_limit: number("keep.last"),
  validation_prompt: (value, { set }) => set("samples.prompts", [value]),
  validation_steps: number("samples.everySteps"),
  validation_epochs: leave("counts epochs: set samples.everySteps"),
  num_validation_images: leave("one picture of each prompt is drawn"),
  scale_lr: leave("multiply learningRate by batchSize × gradientAccumulation yourself"),
  dataset_name: leave("download the data set and name its folder as data.folder"),
  resume_from_checkpoint: leave("use atelier resume"),
  push_to_hub: leave("results stay on this machine"),
  ...Object.fromEntries(
    [
      ...[
        "mixed_precision",
        "allow_tf32",
        "enable_xformers_memory_efficient_attention",
        "report_to",
      ],
      ...[
        "dataloader_num_workers",
        "logging_dir",
        "prior_generation_precision",
        "sample_batch_size",
      ],
      ...[
        "set_grads_to_none",
        "local_rank",
        "caption_column",
        "image_column",
        "cache_dir",
        "tokenizer_name",
      ],
    ].map((option) => [option, ignore]),
  ),
};

/** What each script trains where the command line does not say. */
const scripts: readonly (readonly [RegExp, Readonly<Record<string, unknown>>])[] = [
  [
    /textual_inversion/,
    {
      tuning: "textual_inversion",
      learningRate: 1e-4,
      steps: 5000,
      batchSize: 16,
      "data.repeats": 100,
    },
  ],
  [/lora/, { tuning: "lora", learningRate: 5e-4, "lora.rank": 4, "lora.alpha": 4, batchSize: 4 }],
  [/dreambooth/, { tuning: "full", learningRate: 5e-6, batchSize: 4 }],
  [/text_to_image/, { tuning: "full", learningRate: 1e-4, batchSize: 16 }],
];

/**
 * A config of a command line of diffusers' scripts.
 * @throws AtelierError `config` for a command line without a known script, or with braces or quotes that
 *   do not pair up.
 */
export function importDiffusers(commandLine: string): ImportedConfig {
  const words = splitCommandLine(commandLine);
  const script = words.find((word) => word.endsWith(".py")) ?? "";
  const known = scripts.find(([pattern]) => pattern.test(script));
  if (known === undefined) {
    throw new AtelierError(
      "config",
      `import: expected a command line with a training script of diffusers (train_dreambooth_lora.py, train_dreambooth.py, textual_inversion.py, train_text_to_image.py, …), got ${script === "" ? "none" : script}.`,
    );
  }
  const translation = createTranslation();
  for (const [path, value] of Object.entries(known[1])) translation.set(path, value);
  translate(optionsOf(words.slice(words.indexOf(script) + 1)), rules, translation);
  const isWord = translation.get("tuning") === "textual_inversion";
  if (isWord && translation.get("embedding.kind") === undefined)
    translation.set("embedding.kind", "subject");
  return translation.result();
}

/** `--name value`, `--name=value` and `--flag`. */
function optionsOf(words: readonly string[]): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (!word.startsWith("--")) continue;
    const [name = "", ...rest] = word.slice(2).split("=");
    const next = words[at + 1];
    if (rest.length > 0) options[name] = rest.join("=");
    else if (next === undefined || next.startsWith("--")) options[name] = true;
    else options[name] = next;
  }
  return options;
}

/** Words as a shell splits them: quotes, and lines that go on behind a backslash. */
function splitCommandLine(text: string): string[] {
  const words: string[] = [];
  const pattern = /\\\r?\n|\s+|"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s"'\\]+)/gs;
  let word: string | undefined;
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    if (match.index !== end) break;
    end = match.index + match[0].length;
    const [whole, double, single, escaped, plain] = match;
    if (/^\s|^\\\r?\n/.test(whole)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else
      word =
        (word ?? "") + (double?.replaceAll(/\\(.)/g, "$1") ?? single ?? escaped ?? plain ?? "");
  }
  if (word !== undefined) words.push(word);
  if (end === text.length) return words;
  throw new AtelierError(
    "config",
    `import: expected quotes that pair up, got "${text.slice(end, end + 40)}". Close the quote.`,
  );
}
