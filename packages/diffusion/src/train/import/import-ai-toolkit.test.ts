/** @file ai-toolkit's jobs: networks, trigger words, folders and what it has where a file does not say. */

import { describe, expect, it } from "vitest";
import { leftInEnglish } from "../../testing/left-in-english.js";
import { completeConfig } from "../config/complete-config.js";
import { parseTrainConfig } from "../config/config.js";
import { importAiToolkit } from "./import-ai-toolkit.js";

/** A job with these sections. */
const job = (sections: object, name = "my_dog") =>
  importAiToolkit({
    job: "extension",
    config: {
      name,
      process: [
        {
          ...{ type: "sd_trainer", training_folder: "output", model: { name_or_path: "m" } },
          ...{ train: {}, network: { type: "lora", linear: 8, linear_alpha: 8 } },
          datasets: [{ folder_path: "data", resolution: [512] }],
          ...sections,
        },
      ],
    },
  });
const optionsOf = ({ left }: ReturnType<typeof importAiToolkit>) =>
  left.map(({ option }) => option);

it("what a job does not say is what config_modules.py has", () => {
  const { config, left } = job({});
  expect(left).toEqual([]);
  expect(parseTrainConfig(config)).toMatchObject({
    ...{ steps: 1000, batchSize: 1, learningRate: 1e-6, maxGradNorm: 1 },
    optimizer: { name: "adamw", epsilon: 1e-6, weightDecay: 0.01 },
    ...{ textEncoder: { train: false }, saveEverySteps: 1000, keep: { last: 5 } },
    ...{ output: { dtype: "float16" }, samples: { everySteps: 0 } },
    base: { predictionType: "epsilon" },
    data: { buckets: { use: true, upscale: false, step: 64 } },
  });
});

describe("networks", () => {
  const layers = ["all-linear", "projections", "conv_shortcut"];
  const sixteen = { conv1: 16, conv2: 16, conv: 16, conv_in: 16, conv_out: 16 };
  const eight = { conv1: 8, conv2: 8, conv: 8, conv_in: 8, conv_out: 8 };

  it.each([
    [
      { type: "lora", linear: 16 },
      { rank: 16, alpha: 1, targets: layers },
    ],
    [
      { type: "lora", rank: 16, alpha: 8 },
      { rank: 16, alpha: 8 },
    ],
    [
      { type: "lora", rank: 16, linear_alpha: 4, alpha: 8 },
      { rank: 16, alpha: 4 },
    ],
    [
      { type: "locon", linear: 8, linear_alpha: 8 },
      { method: "lora", targets: layers },
    ],
    [{}, { method: "lora", rank: 4, alpha: 1 }],
    [
      { type: "lora", linear: 32, linear_alpha: 32, conv: 16, conv_alpha: 8 },
      { rank: 32, targets: ["all"], rankPattern: sixteen, alphaPattern: eight },
    ],
    [
      { linear: 8, alpha: 8, conv: 16 },
      { rankPattern: sixteen, alphaPattern: sixteen },
    ],
    [
      { type: "lokr", lokr_factor: -1 },
      { method: "lokr", rank: 4096 },
    ],
    [
      { type: "lokr", linear: 8, lokr_full_rank: false, lokr_factor: 4 },
      { rank: 8, lokrFactor: 4 },
    ],
  ])("%j", (network, lora) => {
    const { config, left } = job({ network });
    expect(parseTrainConfig(config).lora).toMatchObject(lora);
    expect(config["lora"]).not.toHaveProperty("lokrFactor", 1);
    expect(left).toEqual([]);
  });

  it("of a kind that does not exist here, and two ranks, are left", () => {
    expect(optionsOf(job({ network: { type: "lorm" } }))).toEqual(["type"]);
    const both = job({ network: { rank: 4, linear: 16 } });
    expect(both.config["lora"]).toMatchObject({ rank: 4 });
    expect(optionsOf(both)).toEqual(["linear"]);
  });
});

describe("trigger words and folders", () => {
  const datasets = [
    { folder_path: "photos/data", caption_ext: "txt", resolution: [512, 768] },
    { folder_path: "photos/reg", is_reg: true, resolution: [512] },
  ];
  const prompts = ["[trigger] in a car", "a photo, [name]", "woman --ctrl_img x.png --w 512"];

  it("stand in samples, while captions of files stay as they are", () => {
    const imported = job({ datasets, trigger_word: "zorbodog", sample: { prompts } });
    expect(imported.config).toMatchObject({
      data: { folder: "photos/data", prompt: "zorbodog", width: 768, height: 768 },
      samples: { prompts: ["zorbodog in a car", "a photo, zorbodog", "woman"], everySteps: 100 },
    });
    expect(JSON.stringify(imported.config)).not.toContain("photos/reg");
    expect(leftInEnglish(imported)).toMatchObject([
      { option: "trigger_word", value: "zorbodog" },
      { option: "is_reg", value: "photos/reg" },
      { option: "resolution", why: "several sizes: the largest, 768, is used" },
      { option: "--ctrl_img", value: "x.png" },
      { option: "--w", value: "512" },
      { option: "[name]" },
    ]);
  });

  it("come before captions that lack them, and not into pictures of a class", () => {
    const { config } = job({
      trigger_word: "zog",
      datasets: [
        { folder_path: "a", default_caption: "a dog" },
        { folder_path: "b", default_caption: "[trigger] at home", num_repeats: 2, flip_x: true },
        { folder_path: "c", default_caption: "a dog", is_reg: true },
      ],
      train: { reg_weight: 0.5 },
    });
    expect(config).toMatchObject({
      data: { prompt: "zog a dog", folders: [{ prompt: "zog at home", repeats: 2, flip: true }] },
      prior: { folder: "c", classPrompt: "a dog", lossWeight: 0.5 },
    });
  });

  it("share the options of the first, and name the others'", () => {
    const imported = job({
      datasets: [
        { folder_path: "a", shuffle_tokens: true, keep_tokens: 1, resolution: 512 },
        { folder_path: "b", caption_dropout_rate: 0.1, resolution: 768 },
      ],
    });
    expect(imported.config["data"]).toMatchObject({ width: 768, shuffleTags: true, keepTags: 1 });
    expect(imported.config["data"]).not.toHaveProperty("captionDropout");
    expect(optionsOf(imported)).toEqual([
      ...["resolution", "shuffle_tokens of b", "keep_tokens of b", "caption_dropout_rate of b"],
    ]);
  });
});

describe("training", () => {
  it.each([
    [{ optimizer: "prodigy", lr: 1e-4 }, { learningRate: 1 }, ["lr"]],
    [{ optimizer: "prodigy", lr: 1 }, { learningRate: 1, optimizer: { epsilon: 1e-6 } }, []],
    [{ lr: 1e-4, unet_lr: 2e-4 }, { learningRate: 2e-4 }, []],
    [{ optimizer: "automagic" }, { optimizer: { name: "adamw" } }, ["optimizer"]],
    [{ optimizer: "adafactor" }, { optimizer: { relativeStep: false } }, []],
    [{ lr_scheduler: "linear" }, { schedule: { name: "constant" } }, ["lr_scheduler"]],
    [{ lr_scheduler: "constant_with_warmup" }, { schedule: { warmupSteps: 1000 } }, []],
    [{ timestep_type: "sigmoid" }, { timesteps: { distribution: "uniform" } }, []],
    [
      { min_denoising_steps: 100, max_denoising_steps: 900 },
      { timesteps: { min: 99, max: 899 } },
      [],
    ],
    [{ snr_gamma: 5 }, {}, ["snr_gamma"]],
    [{ ema_config: { use_ema: false, ema_decay: 0.9 } }, { ema: { decay: 0 } }, []],
    [{ train_text_encoder: true, lr: 1e-5 }, { textEncoder: { learningRate: 1e-5 } }, []],
    [
      { gradient_accumulation_steps: 4, steps: 2000 },
      { gradientAccumulation: 4, steps: 500, saveEverySteps: 250 },
      ["gradient_accumulation_steps"],
    ],
    [{ content_or_style: "style" }, {}, ["content_or_style"]],
  ])("%j", (train, fields, left) => {
    const imported = job({ train });
    expect(completeConfig(parseTrainConfig(imported.config))).toMatchObject(fields);
    expect(optionsOf(imported)).toEqual(left);
  });

  it("without a network is full, and of another family refused", () => {
    expect(job({ network: undefined }).config).toMatchObject({ tuning: "full" });
    expect(() => job({ model: { name_or_path: "m", is_pixart: true } })).toThrow(/is_pixart/);
    expect(() => job({ model: { name_or_path: "m", arch: "qwen_image" } })).toThrow(/arch qwen/);
    expect(optionsOf(job({}, "[name] v1"))).toEqual(["name"]);
    const home = `\${HOME}/dog`;
    expect(optionsOf(job({ datasets: [{ folder_path: home }] }))).toEqual([`\${HOME}`]);
  });
});
