/** @file Settings of other trainers as they are written, and the configs that come of them. */

import { describe, expect, it } from "vitest";
import { leftInEnglish } from "../../testing/left-in-english.js";
import { completeConfig } from "../config/complete-config.js";
import { parseTrainConfig } from "../config/config.js";
import { importAiToolkit } from "./import-ai-toolkit.js";
import { importCommandLine } from "./import-command-line.js";
import { importKohya } from "./import-kohya.js";
import { trainingStrength } from "./strength.js";

const optionsOf = (left: readonly { readonly option: string }[]) =>
  left.map(({ option }) => option);

describe("kohya's settings", () => {
  const training = {
    pretrained_model_name_or_path: "models/sd15.safetensors",
    output_dir: "out",
    output_name: "dog",
    save_precision: "fp16",
    mixed_precision: "bf16",
    network_module: "lycoris.kohya",
    network_args: ["algo=loha", "rank_dropout=0.1", "conv_dim=8"],
    network_dim: 8,
    network_alpha: 4,
    unet_lr: 2e-4,
    text_encoder_lr: 5e-5,
    lr_scheduler_num_cycles: 3,
    lr_scheduler: "cosine_with_restarts",
    lr_warmup_steps: 0.1,
    optimizer_type: "AdamW8bit",
    optimizer_args: ["weight_decay=0.1", "betas=0.9,0.95", "amsgrad=True"],
    max_train_steps: 2000,
    min_snr_gamma: 5,
    huber_c: 0.2,
    loss_type: "smooth_l1",
    xformers: true,
    multires_noise_iterations: 6,
    shuffel_caption: true,
  };
  const dataset = {
    general: { shuffle_caption: true, keep_tokens: 1 },
    datasets: [
      {
        resolution: [512, 768],
        batch_size: 4,
        enable_bucket: true,
        subsets: [
          { image_dir: "dog", class_tokens: "sks dog", num_repeats: 10, flip_aug: true },
          { image_dir: "more", num_repeats: 2 },
          { image_dir: "dogs", class_tokens: "dog", is_reg: true },
        ],
      },
    ],
  };

  it("become a config that can be trained, data set included", () => {
    const { config, left } = importKohya([training, dataset]);
    expect(parseTrainConfig(config)).toMatchObject({
      base: { path: "models/sd15.safetensors" },
      name: "dog",
      lora: { method: "loha", rank: 8, alpha: 4, rankDropout: 0.1 },
      learningRate: 2e-4,
      textEncoder: { train: true, learningRate: 5e-5 },
      schedule: { name: "cosine_with_restarts", warmupShare: 0.1, cycles: 3 },
      optimizer: { name: "adamw", stateDtype: "uint8", weightDecay: 0.1, beta2: 0.95 },
      steps: 2000,
      batchSize: 4,
      minSnrGamma: 5,
      loss: { measure: "smooth_l1", huberC: 0.2 },
      data: {
        ...{ folder: "dog", prompt: "sks dog", repeats: 10, flip: true, width: 512, height: 768 },
        ...{ shuffleTags: true, keepTags: 1, buckets: { use: false } },
        folders: [{ folder: "more", repeats: 2 }],
      },
      prior: { folder: "dogs", classPrompt: "dog" },
      output: { folder: "out", dtype: "float16" },
    });
    expect(optionsOf(left)).toEqual([
      "optimizer_args amsgrad",
      "caption_extension",
      "multires_noise_iterations",
      "shuffel_caption",
      "enable_bucket",
    ]);
    expect(leftInEnglish({ left }).slice(-2)).toMatchObject([
      { why: "not known here; did you mean shuffle_caption?" },
      { why: "one shape for all beside pictures of the class" },
    ]);
  });
});

describe("ai-toolkit's settings", () => {
  it("become a config that can be trained", () => {
    const { config, left } = importAiToolkit({
      job: "extension",
      config: {
        name: "my_lora",
        process: [
          {
            type: "sd_trainer",
            training_folder: "output",
            trigger_word: "p3r5on",
            network: { type: "lora", linear: 16, linear_alpha: 16 },
            save: { dtype: "float16", save_every: 250, max_step_saves_to_keep: 4 },
            datasets: [
              {
                folder_path: "images",
                caption_ext: "txt",
                caption_dropout_rate: 0.05,
                resolution: [512, 768],
              },
            ],
            train: {
              ...{ batch_size: 1, steps: 2000, train_text_encoder: false, optimizer: "adamw8bit" },
              ...{
                lr: 1e-4,
                noise_scheduler: "flowmatch",
                ema_config: { use_ema: true, ema_decay: 0.99 },
              },
              gradient_checkpointing: true,
            },
            model: { name_or_path: "models/sd15", quantize: true },
            sample: {
              sample_every: 250,
              prompts: ["a p3r5on"],
              guidance_scale: 4,
              sample_steps: 20,
            },
          },
        ],
      },
    });
    expect(parseTrainConfig(config)).toMatchObject({
      name: "my_lora",
      base: { path: "models/sd15" },
      data: {
        folder: "images",
        prompt: "p3r5on",
        width: 768,
        captionDropout: 0.05,
        buckets: { use: true },
      },
      lora: { rank: 16, alpha: 16 },
      optimizer: { name: "adamw", stateDtype: "uint8" },
      ema: { decay: 0.99 },
      gradientCheckpointing: "on",
      keep: { last: 4 },
      samples: { prompts: ["a p3r5on"], guidance: 4, everySteps: 250 },
      output: { folder: "output", dtype: "float16" },
    });
    expect(optionsOf(left)).toEqual([
      ...["trigger_word", "resolution", "quantize", "noise_scheduler"],
    ]);
  });

  it("of another kind of job are refused", () => {
    expect(() => importAiToolkit({ config: { process: [{ type: "concept_slider" }] } })).toThrow(
      /expected a job of ai-toolkit with a process of type sd_trainer, got "concept_slider"/,
    );
    expect(() => importAiToolkit({})).toThrow(/got "none"/);
  });
});

describe("a command line of diffusers' scripts", () => {
  it("becomes a config of what the script trains", () => {
    const { config, left } = importCommandLine(`export MODEL=x
accelerate launch train_dreambooth.py \\
  --pretrained_model_name_or_path="models/sd15"  \\
  --instance_data_dir=dog --instance_prompt="a photo of sks dog" \\
  --class_data_dir dogs --class_prompt='a photo of dog' --with_prior_preservation \\
  --num_class_images=200 --resolution=512 --train_batch_size=1 --learning_rate=5e-6 \\
  --lr_scheduler="constant" --lr_warmup_steps=0 --max_train_steps=800 --train_text_encoder \\
  --mixed_precision=fp16 --scale_lr`);
    expect(parseTrainConfig(config)).toMatchObject({
      tuning: "full",
      base: { path: "models/sd15" },
      data: { folder: "dog", prompt: "a photo of sks dog", width: 512, height: 512 },
      prior: { folder: "dogs", classPrompt: "a photo of dog", count: 200 },
      learningRate: 5e-6,
      steps: 800,
      batchSize: 1,
      textEncoder: { train: true },
      mixedPrecision: "float16",
    });
    expect(optionsOf(left)).toEqual(["scale_lr"]);
  });

  it("of textual inversion becomes a word with the script's templates", () => {
    const { config } = importCommandLine(
      `python textual_inversion.py --pretrained_model_name_or_path m --train_data_dir ink --learnable_property style --placeholder_token "<ink>" --initializer_token painting --learning_rate 5.0e-04 --num_vectors 2`,
    );
    expect(parseTrainConfig(config)).toMatchObject({
      tuning: "textual_inversion",
      embedding: { token: "<ink>", initializer: "painting", kind: "style", vectors: 2 },
      learningRate: 5e-4,
      steps: 5000,
    });
  });

  it("of textual inversion without a property is a subject, which diffusers calls an object", () => {
    const command = "python textual_inversion.py --train_data_dir mug --placeholder_token <mug>";
    for (const text of [command, `${command} --learnable_property object`]) {
      expect(importCommandLine(text).config).toMatchObject({ embedding: { kind: "subject" } });
    }
  });

  it("is refused without a script, and with quotes that do not pair up", () => {
    expect(() => importCommandLine("python train.py --x")).toThrow(/got train\.py/);
    expect(() => importCommandLine("echo")).toThrow(/got none/);
    expect(() => importCommandLine('train_dreambooth.py --instance_prompt="a dog')).toThrow(
      /expected quotes that pair up/,
    );
  });
});

it("strength compares trainings of other rates, ranks and batches", () => {
  const config = (fields: object) =>
    completeConfig(parseTrainConfig({ base: { path: "sd15" }, data: { folder: "a" }, ...fields }));
  const one = trainingStrength(
    config({ learningRate: 1e-4, lora: { rank: 16, alpha: 1 }, steps: 10 }),
  );
  expect(one).toEqual({ scaledRate: 1e-4 / 16, picturesPerStep: 1, picturesShown: 10 });
  const two = trainingStrength(
    config({
      ...{ learningRate: 2e-4, lora: { method: "rslora", rank: 16, alpha: 2 }, steps: 10 },
      ...{ batchSize: 3, gradientAccumulation: 2 },
    }),
  );
  expect(two).toEqual({ scaledRate: 1e-4, picturesPerStep: 6, picturesShown: 60 });
});
