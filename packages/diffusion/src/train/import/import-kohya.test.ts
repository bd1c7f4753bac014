/** @file Settings of sd-scripts: its defaults, networks, captions, data sets and buckets. */

import { describe, expect, it } from "vitest";
import { leftInEnglish } from "../../testing/left-in-english.js";
import { parseTrainConfig } from "../config/config.js";
import { importKohya } from "./import-kohya.js";
import { kohyaAspect } from "./kohya-data-rules.js";

const network = { pretrained_model_name_or_path: "m", network_module: "networks.lora" };
const folder = { data: { folder: "a" } };
const optionsOf = ({ left }: ReturnType<typeof importKohya>) => left.map(({ option }) => option);
/** What can be trained once there is a folder. */
const trained = (given: object) =>
  parseTrainConfig({ ...folder, ...importKohya([{ ...given }]).config });

describe("what a file does not say", () => {
  it("is what train_network.py has: both models, 2e-6, AdamW, 1600 steps", () => {
    const { config, left } = importKohya([network]);
    expect(config).toEqual({
      base: { path: "m", predictionType: "epsilon" },
      tuning: "lora",
      lora: {
        ...{ method: "lora", rank: 4, alpha: 1 },
        targets: ["attention", "feed-forward", "projections"],
      },
      textEncoder: { train: true, learningRate: 2e-6 },
      ...{ steps: 1600, batchSize: 1, gradientAccumulation: 1, maxGradNorm: 1 },
      ...{ learningRate: 2e-6, optimizer: { name: "adamw" }, schedule: { name: "constant" } },
      ...{ loss: { measure: "mse" }, output: { dtype: "float32" } },
      ...{ saveEverySteps: 0, samples: { everySteps: 0 } },
    });
    expect(left).toEqual([]);
  });

  it.each([
    [{ learning_rate: 1e-4 }, { train: true, learningRate: 1e-4 }, 1e-4],
    [{ learning_rate: 1e-4, network_train_unet_only: true }, { train: false }, 1e-4],
    [{ learning_rate: 1e-4, text_encoder_lr: 0 }, { train: false }, 1e-4],
    [{ unet_lr: 3e-4, text_encoder_lr: [5e-5] }, { train: true, learningRate: 5e-5 }, 3e-4],
    [{ learning_rate: 1e-4, unet_lr: 3e-4 }, { train: true, learningRate: 1e-4 }, 3e-4],
    [{ text_encoder_lr: 5e-5, learning_rate: 1e-4 }, { train: true, learningRate: 5e-5 }, 1e-4],
  ])("of rates %j", (rates, textEncoder, learningRate) => {
    const { config, left } = importKohya([{ ...network, ...rates }]);
    expect(config).toMatchObject({ textEncoder, learningRate });
    expect(left).toEqual([]);
  });

  it("makes settings without a network full training, whose text encoder learns until it is stopped", () => {
    const full = { pretrained_model_name_or_path: "m", learning_rate: 1e-5 };
    const textEncoder = { train: true, learningRate: 1e-5 };
    expect(importKohya([full]).config).toMatchObject({ tuning: "full", textEncoder });
    expect(importKohya([{ ...full, stop_text_encoder_training: -1 }]).config).toMatchObject({
      textEncoder: { train: false },
    });
    const stopped = importKohya([{ ...full, stop_text_encoder_training: 500 }]);
    expect(stopped.config).toMatchObject({ textEncoder });
    expect(optionsOf(stopped)).toEqual(["stop_text_encoder_training"]);
    const tuned = importKohya([{ ...full, in_json: "meta.json" }]);
    expect(tuned.config).toMatchObject({ tuning: "full", textEncoder: { train: false } });
  });

  it("is a word's with the options of train_textual_inversion.py", () => {
    const word = { token_string: "zog", init_word: "dog", num_vectors_per_token: 2 };
    const { config } = importKohya([
      {
        ...word,
        pretrained_model_name_or_path: "m",
        use_style_template: true,
        learning_rate: 1e-3,
      },
    ]);
    expect(parseTrainConfig({ ...folder, ...config })).toMatchObject({
      tuning: "textual_inversion",
      embedding: { token: "zog", initializer: "dog", vectors: 2, kind: "style" },
    });
  });

  it("is Adafactor's own steps with that optimizer, and no decay with Adam", () => {
    const adafactor = { ...network, optimizer_type: "AdaFactor", lr_scheduler: "cosine" };
    expect(trained(adafactor)).toMatchObject({
      optimizer: { name: "adafactor", relativeStep: true, scaleParameter: true },
      schedule: { name: "constant" },
    });
    const args = ["relative_step=False", "scale_parameter=False", "decay_rate=-0.7"];
    expect(trained({ ...adafactor, optimizer_args: args })).toMatchObject({
      optimizer: { relativeStep: false, scaleParameter: false, decayRate: 0.7 },
      schedule: { name: "cosine" },
    });
    expect(trained({ ...network, optimizer_type: "Adam" }).optimizer).toMatchObject({
      weightDecay: 0,
    });
  });

  it("leaves an optimizer that does not exist here with its arguments", () => {
    const given = { ...network, optimizer_type: "DAdaptAdam", optimizer_args: ["decouple=True"] };
    expect(optionsOf(importKohya([given]))).toEqual(["optimizer_type", "optimizer_args decouple"]);
  });
});

describe("network_args", () => {
  const lycoris = (...args: string[]) => ({
    ...{ pretrained_model_name_or_path: "m", network_module: "lycoris.kohya" },
    ...{ network_dim: 16, network_alpha: 8, network_args: args },
  });

  it.each([
    [["algo=lokr", "factor=8", "dora_wd=False"], { method: "lokr", lokrFactor: 8 }, []],
    [["dora_wd=True", "algo=locon"], { method: "dora" }, []],
    [["algo=loha", "dora_wd=True"], { method: "loha" }, ["network_args dora_wd"]],
    [["algo=loha", "rs_lora=False"], { method: "loha" }, []],
    [["algo=lora", "dora_wd=True", "rs_lora=True"], { method: "dora" }, ["network_args rs_lora"]],
    [["algo=lora", "dora_wd=true"], { method: "dora" }, []],
    [["algo=LoCon", "rs_lora=1"], { method: "rslora" }, []],
    [
      ["algo=loha", "rank_dropout=0.1", "dropout=0.2"],
      { rankDropout: 0.1 },
      ["network_args dropout"],
    ],
    [["algo=ia3"], { method: "lora" }, ["network_args algo"]],
    [["algo=lokr", "algo=loha"], { method: "loha" }, ["network_args algo"]],
    [["preset=attn-only"], { targets: ["attention"] }, []],
    [["loraplus_lr_ratio=16"], { loraPlusRatio: 16 }, []],
    [["use_tucker=True"], {}, ["network_args use_tucker"]],
    [["dora_wd=maybe"], { method: "lora" }, ["network_args dora_wd"]],
  ])("%j", (args, lora, left) => {
    const imported = importKohya([lycoris(...args)]);
    expect(parseTrainConfig({ ...folder, ...imported.config }).lora).toMatchObject(lora);
    expect(optionsOf(imported)).toEqual(left);
  });

  it("that are off say nothing, and convolutions have a rank of their own", () => {
    const { config, left } = importKohya([
      lycoris(
        ...["preset=full", "conv_dim=1", "conv_alpha=1", "use_tucker=False", "bypass_mode=False"],
        ...["dora_wd=False", "module_dropout=0", "factor=-1", "use_scalar=False"],
        ...["decompose_both=False", "rank_dropout_scale=False", "algo=lokr", "train_norm=False"],
      ),
    ]);
    const ones = { conv1: 1, conv2: 1, conv: 1, conv_in: 1, conv_out: 1 };
    expect(config["lora"]).toEqual({
      ...{ method: "lokr", targets: ["all"], rank: 16, alpha: 8 },
      ...{ rankPattern: ones, alphaPattern: ones },
    });
    expect(left).toEqual([]);
  });

  it("of sd-scripts' own network reach convolutions with conv_dim alone", () => {
    const { config } = importKohya([{ ...network, network_args: ["conv_dim=8"] }]);
    expect(config["lora"]).toMatchObject({
      targets: ["attention", "feed-forward", "projections", "convolutions", "time_emb_proj"],
      rankPattern: { conv1: 8, conv2: 8, conv: 8 },
    });
    expect(optionsOf(importKohya([{ ...network, network_args: ["dora_wd=True"] }]))).toEqual([
      "network_args dora_wd",
    ]);
  });

  it("of LoCon's first form reach convolutions with the network's rank", () => {
    const locon = { network_module: "locon.locon_kohya", network_dim: 64, network_alpha: 32 };
    expect(importKohya([{ ...locon, network_args: ["conv_dim=32"] }]).config["lora"]).toEqual({
      ...{ method: "lora", rank: 64, alpha: 32, rankPattern: { conv1: 32, conv2: 32, conv: 32 } },
      targets: ["attention", "feed-forward", "projections", "convolutions", "time_emb_proj"],
    });
  });

  it("of a network for another family are refused", () => {
    expect(() => importKohya([{ network_module: "networks.lora_anima" }])).toThrow(/for anima/);
    expect(() => importKohya([{ ...network, gemma2: "g.safetensors" }])).toThrow(/Lumina/);
  });
});

describe("data sets", () => {
  const general = { shuffle_caption: true, keep_tokens: 1, flip_aug: true, num_repeats: 3 };
  const datasets = [
    {
      ...{ resolution: 512, batch_size: 4 },
      subsets: [
        { image_dir: "a", keep_tokens: 2, caption_dropout_rate: 0.1, random_crop: true },
        {
          ...{ image_dir: "b", shuffle_caption: false, flip_aug: false, num_repeats: 10 },
          conditioning_data_dir: "masks-of-b",
        },
      ],
    },
    {
      ...{ resolution: [768, 512], batch_size: 1 },
      subsets: [
        { image_dir: "c", class_tokens: "sks dog", keep_tokens: 0 },
        { is_reg: true, image_dir: "reg", class_tokens: "dog", num_repeats: 2 },
      ],
    },
  ];

  it("give each folder its own options, and name those that are one for all here", () => {
    const imported = importKohya([network, { general, datasets }]);
    expect(parseTrainConfig(imported.config)).toMatchObject({
      data: {
        ...{ folder: "a", repeats: 3, flip: true, keepTags: 2, captionDropout: 0.1 },
        folders: [
          { folder: "b", repeats: 10, flip: false },
          { folder: "c", prompt: "sks dog", repeats: 3, flip: true },
        ],
        masks: { source: "none" },
      },
      prior: { folder: "reg", classPrompt: "dog" },
      batchSize: 4,
    });
    expect(new Set(optionsOf(imported))).toEqual(
      new Set([
        ...["keep_tokens", "shuffle_caption", "caption_dropout_rate", "random_crop"],
        ...["conditioning_data_dir", "batch_size", "resolution", "is_reg num_repeats"],
        "caption_extension",
      ]),
    );
    const kept = imported.left.find(({ option }) => option === "keep_tokens");
    expect(kept?.value).toEqual({ a: 2, b: 1, c: 0 });
  });

  it("overrule the training's options, which count where they say nothing", () => {
    const subsets = [{ image_dir: "a" }];
    const training = { ...network, keep_tokens: 3, shuffle_caption: true, train_batch_size: 2 };
    const { config } = importKohya([training, { datasets: [{ keep_tokens: 1, subsets }] }]);
    expect(config).toMatchObject({ batchSize: 2, data: { keepTags: 1, shuffleTags: true } });
  });

  it("leave folders of the training out, as there, and no prompt to further folders", () => {
    const subsets = [{ image_dir: "a", class_tokens: "sks" }, { image_dir: "b" }];
    const training = { ...network, train_data_dir: "other" };
    const imported = importKohya([training, { datasets: [{ subsets }] }]);
    expect(imported.config["data"]).toMatchObject({ prompt: "sks", folders: [{ prompt: "" }] });
    expect(optionsOf(imported)).toEqual(["caption_extension"]);
  });

  it("that are none are refused", () => {
    expect(() => importKohya([{ datasets: 3 }])).toThrow(/got a data set that is no table/);
    expect(() => importKohya([{ datasets: [{ subsets: { a: 1 } }] }])).toThrow(/are no list/);
  });

  it("alone say nothing of the training", () => {
    const { config } = importKohya([{ datasets: [{ subsets: [{ image_dir: "a" }] }] }]);
    expect(Object.keys(config)).toEqual(["data"]);
  });

  it.each([
    [".caption", "a .txt file of the picture's name comes before it here; there only the first"],
    [".txt", "there only the first line of a file counts, here all of it"],
    [".tags", "captions are read from .txt and .caption files;"],
  ])("with captions in %s files are told what is read here", (extension, why) => {
    const subsets = [{ image_dir: "a", caption_extension: extension }];
    const [first] = leftInEnglish(importKohya([network, { datasets: [{ subsets }] }]));
    expect(first).toMatchObject({ option: "caption_extension", value: extension });
    expect(first?.why.slice(0, why.length)).toBe(why);
    const wildcards = importKohya([
      { ...network, enable_wildcard: true },
      { datasets: [{ subsets }] },
    ]);
    expect(optionsOf(wildcards)).toEqual(extension === ".txt" ? [] : ["caption_extension"]);
  });
});

describe("buckets", () => {
  const sizes = { resolution: "512,512", enable_bucket: true, max_token_length: 225 };

  it("enlarge small pictures up to the proportions that their bounds allow", () => {
    const imported = importKohya([{ ...network, ...sizes }]);
    expect(imported.config["data"]).toMatchObject({
      buckets: { use: true, upscale: true, maxAspect: 4, step: 64 },
    });
    expect(optionsOf(imported)).toEqual(["max_token_length"]);
    const none = importKohya([{ ...network, ...sizes, bucket_no_upscale: true }]);
    expect(none.config["data"]).toMatchObject({ buckets: { use: true, upscale: false } });
    const steps = importKohya([{ ...network, ...sizes, bucket_reso_steps: 32 }]);
    expect(optionsOf(steps)).toContain("bucket_reso_steps");
  });

  it("have the longest shape of make_bucket_resolutions", () => {
    // Of sd-scripts' library/model_util.py: make_bucket_resolutions((512, 512)) and ((768, 512), 384, 1152).
    const bounds = { smallest: 256, largest: 1024, step: 64 };
    expect(kohyaAspect({ area: 512 * 512, ...bounds })).toBe(4);
    expect(kohyaAspect({ area: 768 * 512, smallest: 384, largest: 1152, step: 64 })).toBeCloseTo(
      1024 / 384,
    );
  });
});

describe("settings that meet", () => {
  it.each([
    [{ min_snr_gamma: 5, debiased_estimation_loss: true }, ["debiased_estimation_loss"]],
    [{ noise_offset: 0, adaptive_noise_scale: 0.01 }, ["adaptive_noise_scale"]],
    [{ min_snr_gamma: 0, noise_offset: 0, scale_weight_norms: 0, network_dropout: 0 }, []],
    [{ keep_tokens: 2 }, []],
    [{ seed: -1 }, ["seed"]],
    [{ clip_skip: 2 }, ["clip_skip"]],
    [{ clip_skip: 1, max_timestep: 1000, min_timestep: 0, huber_c: 0.3 }, []],
    [{ use_8bit_adam: true, optimizer_type: "Lion" }, ["optimizer_type"]],
    [{ output_name: "my dog (v1)" }, ["output_name"]],
  ])("%j", (given, left) => {
    const imported = importKohya([{ ...network, ...given }]);
    parseTrainConfig({ ...folder, ...imported.config });
    expect(optionsOf(imported)).toEqual(left);
  });

  it("in two files or sections name the earlier one", () => {
    const imported = importKohya([{ ...network, network_dim: 8 }, { network_dim: 16 }]);
    expect(imported.config["lora"]).toMatchObject({ rank: 16 });
    expect(imported.left).toMatchObject([{ option: "network_dim", value: 8 }]);
    const sections = importKohya([{ a: { ...network, seed: 1 }, b: { seed: 2 } }]);
    expect(sections).toMatchObject({ config: { seed: 2 }, left: [{ option: "seed", value: 1 }] });
  });

  it("do not depend on the order of lines", () => {
    const given = {
      ...{ lr_scheduler_num_cycles: 3, huber_c: 0.2, lr_scheduler: "cosine_with_restarts" },
      ...{ loss_type: "huber", network_alpha: 8, network_dim: 16, ...network },
    };
    const turned = Object.fromEntries(Object.entries(given).reverse());
    expect(importKohya([given])).toEqual(importKohya([turned]));
    expect(importKohya([given]).config).toMatchObject({ schedule: { cycles: 3 } });
  });
});

it("files of other programs are refused", () => {
  const diffusionPipe = {
    ...{ output_dir: "out", dataset: "d.toml", epochs: 3, warmup_steps: 10 },
    model: { type: "sdxl", checkpoint_path: "m", dtype: "bfloat16" },
  };
  expect(() => importKohya([diffusionPipe])).toThrow(/whose settings it does not have: dataset, /);
  expect(() => importKohya([{ project: { name: "x", version: "1" } }])).toThrow(/it does not have/);
  expect(() => importKohya([{}])).toThrow(/got none/);
  // Of LoRA_Easy_Training_Scripts, whose groups stand in groups.
  const easy = { general_args: { args: { seed: 1 }, dataset_args: { resolution: [768, 768] } } };
  expect(() => importKohya([easy])).toThrow(/it does not have: args, dataset_args/);
});
