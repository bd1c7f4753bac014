/** @file Settings of other trainers for Stable Diffusion 3 and FLUX.1 as they are written, and what comes of them. */

import { describe, expect, it } from "vitest";
import { leftInEnglish } from "../../testing/left-in-english.js";
import { parseTrainConfig } from "../config/config.js";
import { importAiToolkit } from "./import-ai-toolkit.js";
import { importCommandLine } from "./import-command-line.js";
import { importKohya } from "./import-kohya.js";
import { importOneTrainer } from "./import-one-trainer.js";
import type { ImportedConfig } from "./translation.js";

const optionsOf = ({ left }: ImportedConfig) => left.map(({ option }) => option);
const whyOf = (imported: ImportedConfig, name: string) =>
  leftInEnglish(imported).find(({ option }) => option === name)?.why;
const blocks = ["transformer_blocks.*", "single_transformer_blocks.*"];

describe("sd-scripts", () => {
  const flux = {
    model: {
      pretrained_model_name_or_path: "models/flux1-dev.safetensors",
      clip_l: "models/clip_l.safetensors",
      t5xxl: "models/t5xxl_fp16.safetensors",
      ae: "models/ae.safetensors",
      fp8_base: true,
      blocks_to_swap: 18,
      split_mode: false,
      apply_t5_attn_mask: true,
    },
    network: {
      network_module: "networks.lora_flux",
      network_dim: 32,
      network_alpha: 16,
      network_args: ["train_blocks=single", "split_qkv=True", "img_attn_dim=8", "dropout=0.05"],
      network_train_unet_only: true,
    },
    training: {
      output_dir: "out",
      output_name: "zog",
      learning_rate: 4e-4,
      optimizer_type: "AdamW8bit",
      lr_scheduler: "cosine",
      max_train_steps: 1200,
      train_batch_size: 2,
      seed: 7,
      mixed_precision: "bf16",
      gradient_checkpointing: true,
      cache_latents: true,
      cache_text_encoder_outputs: true,
      timestep_sampling: "shift",
      discrete_flow_shift: 3.1582,
      model_prediction_type: "raw",
      guidance_scale: 1,
      loss_type: "l2",
      min_snr_gamma: 5,
      noise_offset: 0.05,
    },
  };
  const data = {
    datasets: [
      {
        ...{ resolution: 768, batch_size: 2 },
        subsets: [{ image_dir: "zog", class_tokens: "zog dog", caption_extension: ".txt" }],
      },
    ],
  };

  it("for FLUX.1 become a config that can be trained", () => {
    const imported = importKohya([flux, data]);
    expect(parseTrainConfig(imported.config)).toMatchObject({
      base: {
        ...{ path: "models/flux1-dev.safetensors", vae: "models/ae.safetensors", dtype: "int8" },
      },
      name: "zog",
      lora: { ...{ rank: 32, alpha: 16, dropout: 0.05 }, targets: ["single_transformer_blocks.*"] },
      textEncoder: { train: false },
      timesteps: { distribution: "logit_normal", deviation: 1, shift: 3.1582 },
      ...{ learningRate: 4e-4, steps: 1200, batchSize: 2, noiseOffset: 0, weighting: "none" },
      data: { folder: "zog", prompt: "zog dog", width: 768 },
    });
    expect(imported.config["base"]).not.toHaveProperty("predictionType");
    expect(imported.config).not.toHaveProperty("minSnrGamma");
    expect(optionsOf(imported).sort()).toEqual(
      [
        ...["clip_l", "t5xxl", "fp8_base", "blocks_to_swap", "apply_t5_attn_mask"],
        ...["network_args img_attn_dim", "min_snr_gamma", "noise_offset", "caption_extension"],
      ].sort(),
    );
    expect(whyOf(imported, "apply_t5_attn_mask")).toBe("captions are padded without a mask");
    expect(whyOf(imported, "blocks_to_swap")).toContain("maxMemory");
    expect(whyOf(imported, "fp8_base")).toContain("integers of 8 bits");
  });

  it("for FLUX.1 have defaults that are told where nothing here does the same", () => {
    const imported = importKohya([{ network_module: "networks.lora_flux" }]);
    expect(imported.config).toMatchObject({
      lora: { rank: 4, alpha: 1, targets: blocks },
      timesteps: { distribution: "uniform", shift: 3 },
    });
    expect(imported.config["base"]).toEqual({ guidance: 3.5 });
    expect(optionsOf(imported)).toEqual(["model_prediction_type"]);
    expect(whyOf(imported, "model_prediction_type")).toContain("which is raw there");
  });

  const raw = { model_prediction_type: "raw", guidance_scale: 1 };
  it.each([
    [{ weighting_scheme: "cosmap" }, {}, ["weighting_scheme"]],
    [{ weighting_scheme: "sigma_sqrt" }, {}, ["weighting_scheme"]],
    [{ weighting_scheme: "none" }, { timesteps: { distribution: "uniform" } }, []],
    [
      { weighting_scheme: "mode", mode_scale: 1.5 },
      { timesteps: { distribution: "mode", modeScale: 1.5 } },
      [],
    ],
    [{ weighting_scheme: "mode", mode_scale: 3 }, {}, ["mode_scale"]],
    [{ weighting_scheme: "logit_normal", logit_std: 0 }, {}, ["logit_std"]],
    [
      { weighting_scheme: "logit_normal", timestep_sampling: "sigmoid", sigmoid_scale: 2 },
      { timesteps: { distribution: "logit_normal", deviation: 2, shift: 1 } },
      ["weighting_scheme"],
    ],
    [{ timestep_sampling: "flux_shift" }, { timesteps: { dynamicShift: true } }, []],
    [{ timestep_sampling: "qwen_shift" }, {}, ["timestep_sampling"]],
    [{ model_prediction_type: "additive" }, {}, ["model_prediction_type"]],
    [{ t5xxl_max_token_length: 256 }, { base: { maxSequenceLength: 256 } }, []],
    [{ guidance_scale: 3.5 }, { base: { guidance: 3.5 } }, []],
    [{ guidance_scale: "much" }, {}, ["guidance_scale"]],
    [{ min_timestep: 100, max_timestep: 900 }, {}, ["min_timestep", "max_timestep"]],
    [{ ip_noise_gamma: 0.05 }, { inputPerturbation: 0.05 }, []],
    [{ controlnet_model_name_or_path: "c" }, {}, ["controlnet_model_name_or_path"]],
    [{ split_mode: true }, {}, ["split_mode"]],
    [
      { v_parameterization: true, zero_terminal_snr: true },
      {},
      ["v_parameterization", "zero_terminal_snr"],
    ],
    [{ clip_g: "g.safetensors" }, {}, ["clip_g"]],
    [{ fp8_base_unet: true }, { base: { dtype: "int8" } }, ["fp8_base_unet"]],
  ])("for FLUX.1: %j", (given, fields, left) => {
    const network = { network_module: "networks.lora_flux", pretrained_model_name_or_path: "m" };
    const imported = importKohya([{ ...network, ...raw, ...given }]);
    expect(parseTrainConfig({ ...imported.config, data: { folder: "a" } })).toMatchObject(fields);
    expect(optionsOf(imported).sort()).toEqual([...left].sort());
  });

  it.each([
    [
      ["train_double_block_indices=0-1,3", "train_blocks=double"],
      ["transformer_blocks.0.*", "transformer_blocks.1.*", "transformer_blocks.3.*"],
      [],
    ],
    [
      ["train_double_block_indices=none", "train_single_block_indices=all"],
      ["single_transformer_blocks.*"],
      [],
    ],
    [["train_single_block_indices=7-3"], blocks, ["network_args train_single_block_indices"]],
    [["train_double_block_indices=none", "train_blocks=double"], blocks, ["network_args"]],
    [
      ["train_t5xxl=True", "ggpo_beta=0.01"],
      blocks,
      ["network_args train_t5xxl", "network_args ggpo_beta"],
    ],
    [
      ["in_dims=[4,0,0,0,4]", "single_dim=16"],
      blocks,
      ["network_args in_dims", "network_args single_dim"],
    ],
    [["network_reg_dims=img_attn=8", "verbose=True"], blocks, ["network_args network_reg_dims"]],
  ])("adapt the blocks that %j names", (args, targets, left) => {
    const imported = importKohya([
      { network_module: "networks.lora_flux", network_args: args, ...raw },
    ]);
    expect(imported.config["lora"]).toMatchObject({ targets });
    expect(optionsOf(imported)).toEqual(left);
  });

  it("of LyCORIS adapt whole blocks of a transformer", () => {
    const args = ["algo=lokr", "factor=8", "preset=attn-mlp"];
    const network = { network_module: "lycoris.kohya", network_args: args };
    const imported = importKohya([{ ...network, ...raw, ae: "ae.safetensors" }]);
    expect(imported.config["lora"]).toMatchObject({
      ...{ method: "lokr", lokrFactor: 8, targets: blocks },
    });
    expect(optionsOf(imported)).toEqual(["network_args preset"]);
  });

  it("for Stable Diffusion 3 become a config, its errors' measure told", () => {
    const imported =
      importCommandLine(`accelerate launch --mixed_precision bf16 sd3_train_network.py \\
      --pretrained_model_name_or_path sd3.5_medium.safetensors --clip_l clip_l.safetensors \\
      --clip_g clip_g.safetensors --t5xxl t5xxl.safetensors --network_module networks.lora_sd3 \\
      --network_dim 8 --network_alpha 8 --network_args train_block_indices=0-1 --learning_rate 1e-4 \\
      --network_train_unet_only --max_train_steps 800 --train_data_dir img --resolution 1024 \\
      --weighting_scheme logit_normal --logit_mean 0.5 --training_shift 2 --min_timestep 50 \\
      --apply_lg_attn_mask --pos_emb_random_crop_rate 0.2 --t5_dropout_rate 0.1 --fp8_base`);
    expect(parseTrainConfig(imported.config)).toMatchObject({
      base: { path: "sd3.5_medium.safetensors", dtype: "int8" },
      lora: { rank: 8, targets: ["transformer_blocks.0.*", "transformer_blocks.1.*"] },
      timesteps: { distribution: "logit_normal", mean: 0.5, shift: 2, min: 0 },
      data: { folder: "img", width: 1024 },
    });
    expect(optionsOf(imported).sort()).toEqual(
      [
        ...["clip_l", "clip_g", "t5xxl", "fp8_base", "min_timestep"],
        ...["apply_lg_attn_mask", "pos_emb_random_crop_rate", "t5_dropout_rate"],
        "caption_extension",
      ].sort(),
    );
    expect(imported.config["weighting"]).toBe("sigma_squared");
  });

  it("for Stable Diffusion 3 measure errors as here with sigma_sqrt", () => {
    const network = { network_module: "networks.lora_sd3", weighting_scheme: "sigma_sqrt" };
    const imported = importKohya([network]);
    // σ² of the picture's error times σ⁻².
    expect(imported.config).not.toHaveProperty("weighting");
    expect(imported.config["timesteps"]).toEqual({ distribution: "uniform", shift: 1 });
    expect(imported.config["base"]).toEqual({ maxSequenceLength: 256 });
    expect(optionsOf(imported)).toEqual([]);
  });

  it("for full training are those of flux_train.py and sd3_train.py", () => {
    const imported = importCommandLine(
      "accelerate launch flux_train.py --pretrained_model_name_or_path=f --ae=v --learning_rate=5e-6 --fp8_base --blockwise_fused_optimizers --model_prediction_type=raw --guidance_scale=1",
    );
    expect(parseTrainConfig({ ...imported.config, data: { folder: "a" } })).toMatchObject({
      ...{ tuning: "full", base: { vae: "v" }, textEncoder: { train: false } },
    });
    expect(optionsOf(imported)).toEqual(["fp8_base"]);
    const sd3 = importCommandLine(
      "python sd3_train.py --pretrained_model_name_or_path=m --train_t5xxl --num_last_block_to_freeze=4 --weighting_scheme=sigma_sqrt",
    );
    expect(optionsOf(sd3).sort()).toEqual([...["num_last_block_to_freeze", "train_t5xxl"]].sort());
  });

  it("of networks and models of other families are refused, and options of another family told", () => {
    expect(() => importKohya([{ network_module: "networks.lora_lumina" }])).toThrow(/for lumina/);
    const chroma = { network_module: "networks.lora_flux", model_type: "chroma" };
    expect(() => importKohya([chroma])).toThrow(/Chroma/);
    const plain = importKohya(
      [{ pretrained_model_name_or_path: "m", network_module: "networks.lora", guidance_scale: 1 }],
      { script: "train_network" },
    );
    expect(whyOf(plain, "guidance_scale")).toBe("train_network.py has no such option");
  });
});

describe("diffusers' scripts", () => {
  const base =
    "--pretrained_model_name_or_path=m --instance_data_dir=dog --instance_prompt='a zog'";

  it("for FLUX.1 become a config, with all layers that they adapt", () => {
    const imported = importCommandLine(`export OUT=flux-dog
      accelerate launch train_dreambooth_lora_flux.py ${base} --output_dir=$OUT \\
        --mixed_precision=bf16 --train_batch_size=1 --guidance_scale=1 --gradient_accumulation_steps=4 \\
        --optimizer=prodigy --learning_rate=1. --rank=16 --lora_alpha=8 --lr_scheduler=constant \\
        --max_train_steps=500 --validation_prompt='a zog in a bucket' --validation_epochs=25 --seed=0 \\
        --weighting_scheme=logit_normal --cache_latents --max_sequence_length=256`);
    expect(parseTrainConfig(imported.config)).toMatchObject({
      ...{ base: { path: "m" }, tuning: "lora", learningRate: 1, gradientAccumulation: 4 },
      lora: { rank: 16, alpha: 8 },
      optimizer: { name: "prodigy", weightDecay: 1e-4 },
      timesteps: { distribution: "logit_normal", mean: 0, deviation: 1, dynamicShift: false },
      output: { folder: "flux-dog" },
      data: { filter: "bilinear", width: 512 },
    });
    expect(imported.config["lora"]).toMatchObject({
      targets: [
        ...["attn.to_k", "attn.to_q", "attn.to_v", "attn.to_out.0", "attn.add_k_proj"],
        ...["attn.add_q_proj", "attn.add_v_proj", "attn.to_add_out", "ff.net.0.proj", "ff.net.2"],
        ...["ff_context.net.0.proj", "ff_context.net.2"],
      ],
    });
    // The base's own shift, whatever it is, is theirs.
    expect(imported.config["timesteps"]).not.toHaveProperty("shift");
    expect(imported.config["base"]).toMatchObject({ guidance: 1, maxSequenceLength: 256 });
    expect(optionsOf(imported)).toEqual(["validation_epochs"]);
  });

  it("for Stable Diffusion 3 measure errors of the picture, unless they are told not to", () => {
    const script = (more: string) =>
      importCommandLine(
        `accelerate launch train_dreambooth_lora_sd3.py ${base} --max_train_steps=500 ${more}`,
      );
    const usual = script("");
    expect(usual.config["timesteps"]).toEqual({
      ...{ distribution: "logit_normal", mean: 0, deviation: 1 },
    });
    expect(usual.config["base"]).toMatchObject({ maxSequenceLength: 77 });
    expect(usual.config["weighting"]).toBe("sigma_squared");
    expect(optionsOf(usual)).toEqual([]);
    const cosine = script("--weighting_scheme=cosmap");
    expect(whyOf(cosine, "weighting_scheme")).toContain("errors are those of the picture there");
    const plain = script("--precondition_outputs=0 --weighting_scheme=cosmap");
    expect(plain.config).toMatchObject({
      ...{ weighting: "cosmap", timesteps: { distribution: "uniform" } },
    });
    expect(optionsOf(plain)).toEqual([]);
    const even = script("--precondition_outputs=1 --weighting_scheme=sigma_sqrt");
    expect(even.config).not.toHaveProperty("weighting");
    expect(optionsOf(even)).toEqual([]);
    expect(optionsOf(script("--precondition_outputs=maybe"))).toContain("precondition_outputs");
    expect(optionsOf(script("--weighting_scheme=flat"))).toContain("weighting_scheme");
  });

  it.each([
    ["--lora_layers=attn.to_q,attn.to_k", ["attn.to_q", "attn.to_k"], []],
    [
      "--lora_layers=attn.to_q --lora_blocks=12,30",
      ["transformer_blocks.12.attn.to_q", "transformer_blocks.30.attn.to_q"],
      [],
    ],
    ["--lora_layers=attn.to_q --lora_blocks=all", ["attn.to_q"], ["lora_blocks"]],
  ])("adapt the layers of %s", (more, targets, left) => {
    const imported = importCommandLine(
      `python train_dreambooth_lora_sd3.py ${base} --max_train_steps=5 --weighting_scheme=sigma_sqrt ${more}`,
    );
    expect(imported.config["lora"]).toMatchObject({ targets });
    expect(optionsOf(imported)).toEqual(left);
  });

  it("train the model itself without LoRA", () => {
    const imported = importCommandLine(
      `python train_dreambooth_flux.py ${base} --max_train_steps=5 --guidance_scale=1`,
    );
    expect(parseTrainConfig(imported.config)).toMatchObject({
      ...{ tuning: "full", data: { filter: "lanczos" }, timesteps: { distribution: "uniform" } },
    });
  });
});

describe("ai-toolkit", () => {
  const flux = {
    job: "extension",
    config: {
      name: "zog_flux",
      process: [
        {
          type: "sd_trainer",
          training_folder: "output",
          device: "cuda:0",
          network: { type: "lora", linear: 32, linear_alpha: 32 },
          save: { dtype: "float16", save_every: 500, max_step_saves_to_keep: 2 },
          datasets: [
            {
              ...{ folder_path: "zog", caption_ext: "txt", caption_dropout_rate: 0.1 },
              ...{ cache_latents_to_disk: true, resolution: [1024] },
            },
          ],
          train: {
            ...{ batch_size: 1, steps: 1500, gradient_accumulation_steps: 1, train_unet: true },
            ...{ train_text_encoder: false, gradient_checkpointing: true, lr: 2e-4 },
            ...{ noise_scheduler: "flowmatch", optimizer: "adamw8bit", dtype: "bf16" },
            ...{ timestep_type: "flux_shift", content_or_style: "balanced" },
            ema_config: { use_ema: true, ema_decay: 0.99 },
          },
          model: { name_or_path: "black-forest-labs/FLUX.1-dev", is_flux: true, quantize: true },
          sample: {
            ...{ sampler: "flowmatch", sample_every: 500, width: 1024, height: 1024, seed: 42 },
            ...{ prompts: ["a zog"], neg: "", guidance_scale: 4, sample_steps: 20 },
          },
        },
      ],
    },
  };
  const withParts = (parts: Readonly<Record<string, object>>): ImportedConfig => {
    const [process] = flux.config.process;
    const own = Object.entries(parts).map(([name, more]) => {
      const section = Object.entries(process ?? {}).find(([key]) => key === name)?.[1];
      return [name, { ...(section as object), ...more }] as const; // A section of the job above.
    });
    const changed = { ...process, ...Object.fromEntries(own) };
    return importAiToolkit({ config: { ...flux.config, process: [changed] } });
  };

  it("for FLUX.1 becomes a config that can be trained", () => {
    const imported = importAiToolkit(flux);
    expect(parseTrainConfig(imported.config)).toMatchObject({
      base: { path: "black-forest-labs/FLUX.1-dev", dtype: "int8", maxSequenceLength: 512 },
      lora: { rank: 32, alpha: 32, targets: blocks },
      timesteps: { distribution: "uniform", dynamicShift: true },
      ...{ learningRate: 2e-4, steps: 1500, ema: { decay: 0.99 } },
      samples: { guidance: 4, steps: 20, prompts: ["a zog"] },
      data: { folder: "zog", captionDropout: 0.1, width: 1024 },
    });
    expect(imported.config["base"]).not.toHaveProperty("predictionType");
    expect(leftInEnglish(imported)).toEqual([
      { option: "quantize", value: "qfloat8", why: expect.stringContaining("floats of 8 bits") },
    ]);
  });

  it("for Stable Diffusion 3.5 becomes one, too", () => {
    const imported = withParts({
      model: {
        ...{ name_or_path: "stabilityai/stable-diffusion-3.5-large", is_flux: false, is_v3: true },
        ...{ quantize: true, qtype: "qint8" },
      },
      train: { timestep_type: "linear" },
    });
    expect(parseTrainConfig(imported.config)).toMatchObject({
      ...{ base: { dtype: "int8" }, lora: { targets: ["transformer_blocks.*"] } },
      timesteps: { distribution: "uniform", shift: 1, dynamicShift: false },
    });
    expect(imported.left).toEqual([]);
  });

  const exact = { qtype: "qint8" };
  it.each([
    [{ model: { arch: "flux", is_flux: false, ...exact } }, { lora: { targets: blocks } }, []],
    [
      { model: { arch: "sd3:large", is_flux: false, ...exact } },
      { lora: { targets: ["transformer_blocks.*"] } },
      [],
    ],
    [{ model: { qtype: "uint4" } }, { base: { dtype: "int4" } }, []],
    [{ model: { qtype: "uint3|adapter" } }, {}, ["quantize"]],
    [{ model: { quantize: false } }, {}, []],
    [{ model: { ...exact, quantize_te: true } }, {}, ["quantize_te"]],
    [{ model: { ...exact, attn_masking: true } }, {}, ["attn_masking"]],
    [{ model: { ...exact, is_v_pred: true } }, {}, ["is_v_pred"]],
    [
      { model: exact, train: { timestep_type: "sigmoid" } },
      { timesteps: { distribution: "logit_normal", shift: 1 } },
      [],
    ],
    [
      { model: exact, train: { timestep_type: "weighted" } },
      { timesteps: { distribution: "uniform", shift: 1 } },
      ["timestep_type"],
    ],
    [
      { model: exact, train: { linear_timesteps: true } },
      { timesteps: { distribution: "uniform", shift: 1 } },
      ["linear_timesteps"],
    ],
    [{ model: exact, train: { timestep_type: "lognorm_blend" } }, {}, ["timestep_type"]],
    [{ model: exact, train: { content_or_style: "style" } }, {}, ["content_or_style"]],
    [
      { model: exact, train: { bypass_guidance_embedding: true } },
      {},
      ["bypass_guidance_embedding"],
    ],
    [{ model: exact, train: { min_denoising_steps: 100 } }, {}, ["min_denoising_steps"]],
    [
      { model: exact, train: { noise_offset: 0.1, min_snr_gamma: 5 } },
      {},
      ["min_snr_gamma", "noise_offset"],
    ],
    [{ model: exact, train: { cfg_scale: 3.5 } }, { base: { guidance: 3.5 } }, []],
    [
      { model: { ...exact, is_flux: false, is_v3: true }, train: { cfg_scale: 2 } },
      { base: { maxSequenceLength: 256 } },
      // The job's flux_shift is Stable Diffusion 3's own there.
      ["cfg_scale"],
    ],
    [{ model: exact, train: { noise_scheduler: "euler" } }, {}, ["noise_scheduler"]],
    [{ model: exact, network: { transformer_only: false } }, { lora: { targets: ["*"] } }, []],
    [{ model: exact, network: { conv: 16, conv_alpha: 8 } }, {}, ["conv"]],
    [{ model: exact, sample: { sampler: "ddim" } }, {}, ["sampler"]],
  ])("%j", (parts, fields, left) => {
    const imported = withParts(parts);
    expect(parseTrainConfig(imported.config)).toMatchObject(fields);
    expect(optionsOf(imported).sort()).toEqual(left);
  });

  it("of other families is refused", () => {
    expect(() => withParts({ model: { arch: "flux_kontext", is_flux: false } })).toThrow(/kontext/);
    expect(() => withParts({ model: { is_lumina2: true } })).toThrow(/is_lumina2/);
  });
});

describe("OneTrainer", () => {
  const flux = {
    ...{ base_model_name: "black-forest-labs/FLUX.1-dev", batch_size: 2, learning_rate: 2e-4 },
    ...{ model_type: "FLUX_DEV_1", training_method: "LORA", resolution: "768" },
    ...{
      output_model_destination: "models/zog.safetensors",
      timestep_distribution: "LOGIT_NORMAL",
    },
    ...{ dynamic_timestep_shifting: true, train_dtype: "BFLOAT_16", layer_filter_preset: "blocks" },
    transformer: { train: true, weight_dtype: "NFLOAT_4", attention_mask: true },
    text_encoder: { train: false, weight_dtype: "BFLOAT_16" },
    text_encoder_2: { train: false, weight_dtype: "NFLOAT_4" },
    vae: { weight_dtype: "FLOAT_32" },
  };
  const imported = (more: object) => importOneTrainer({ ...flux, ...more }, [[{ path: "zog" }]]);

  it("for FLUX.1 becomes a config that can be trained", () => {
    const { config, left } = imported({});
    expect(parseTrainConfig(config)).toMatchObject({
      ...{ name: "zog", base: { path: "black-forest-labs/FLUX.1-dev", dtype: "int4" } },
      lora: { rank: 16, alpha: 1, targets: blocks },
      timesteps: { distribution: "logit_normal", mean: 0, deviation: 1, dynamicShift: true },
      ...{ textEncoder: { train: false }, gradientCheckpointing: "on", learningRate: 2e-4 },
    });
    expect(optionsOf({ config, left }).sort()).toEqual([
      ...["epochs", "transformer.attention_mask", "transformer.weight_dtype"],
    ]);
  });

  const plain = { transformer: { weight_dtype: "INT_8" } };
  it.each([
    [{ ...plain, layer_filter_preset: "full" }, { lora: { targets: ["*"] } }, []],
    [
      { ...plain, layer_filter_preset: "attn-mlp" },
      {
        lora: { targets: ["*attn*", "*ff.net*", "*proj_mlp*"] },
      },
      [],
    ],
    [
      { ...plain, layer_filter_preset: "custom" },
      { lora: { targets: ["*"] } },
      ["layer_filter_preset"],
    ],
    [
      { ...plain, training_method: "FINE_TUNE", layer_filter_preset: "full" },
      {
        ...{ tuning: "full", full: { parts: ["all"] } },
      },
      [],
    ],
    [
      { ...plain, dynamic_timestep_shifting: false, timestep_shift: 3 },
      {
        timesteps: { shift: 3 },
      },
      [],
    ],
    [{ ...plain, timestep_distribution: "INVERTED_PARABOLA" }, {}, ["timestep_distribution"]],
    [{ ...plain, timestep_distribution: "HEAVY_TAIL", noising_weight: 4 }, {}, ["noising_weight"]],
    [{ ...plain, min_noising_strength: 0.2 }, {}, ["min_noising_strength"]],
    [{ ...plain, loss_weight_fn: "SIGMA" }, { weighting: "none" }, ["loss_weight_fn"]],
    [{ ...plain, offset_noise_weight: 0.05 }, { noiseOffset: 0 }, ["offset_noise_weight"]],
    [{ ...plain, perturbation_noise_weight: 0.05 }, { inputPerturbation: 0.05 }, []],
    [{ ...plain, text_encoder_2: {} }, {}, ["text_encoder_2.train"]],
    [{ transformer: { weight_dtype: "GGUF" } }, {}, ["transformer.weight_dtype"]],
    [{ transformer: { weight_dtype: "BFLOAT_16" } }, { base: { dtype: "bfloat16" } }, []],
    [
      { transformer: { train: false, learning_rate: 1e-5 } },
      { learningRate: 1e-5 },
      ["transformer.train", "learning_rate"],
    ],
    [{ ...plain, force_v_prediction: true }, {}, ["force_v_prediction"]],
    [plain, { base: { maxSequenceLength: 77 } }, []],
    [
      {
        transformer: { weight_dtype: "INT_8", guidance_scale: 3.5 },
        text_encoder_2_sequence_length: 512,
      },
      { base: { guidance: 3.5, maxSequenceLength: 512 } },
      [],
    ],
  ])("%j", (more, fields, left) => {
    const result = imported(more);
    expect(parseTrainConfig(result.config)).toMatchObject(fields);
    expect(optionsOf(result).filter((option) => option !== "epochs")).toEqual(left);
  });

  it("for Stable Diffusion 3.5 becomes one, too", () => {
    const result = importOneTrainer(
      {
        ...{ base_model_name: "m", model_type: "STABLE_DIFFUSION_35", training_method: "LORA" },
        ...{ learning_rate: 3e-4, timestep_shift: 3, dynamic_timestep_shifting: true },
        ...{ transformer: { weight_dtype: "FLOAT_8" }, text_encoder: { train: false } },
        ...{ text_encoder_2: { train: true }, text_encoder_3: { train: true } },
        layer_filter_preset: "blocks",
      },
      [[{ path: "zog" }]],
    );
    expect(parseTrainConfig(result.config)).toMatchObject({
      base: { dtype: "int8", maxSequenceLength: 77 },
      lora: { targets: ["transformer_blocks.*"] },
      timesteps: { distribution: "uniform", shift: 3, dynamicShift: false },
    });
    expect(optionsOf(result).sort()).toEqual([
      ...["dynamic_timestep_shifting", "epochs", "text_encoder_2.train", "text_encoder_3.train"],
      "transformer.weight_dtype",
    ]);
  });
});
