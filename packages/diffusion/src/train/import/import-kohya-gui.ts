/**
 * @file Settings that kohya's GUI (bmaltais/kohya_ss) saves as JSON: what the GUI hands to sd-scripts, which
 * is not what it calls it. 0 and "" are how it says "none" (`train_model` of its `*_gui.py`).
 */

import { AtelierError, said } from "@atelier/engine";
import { readOptions } from "./command-line.js";
import type { FlowFamily } from "./flow-family.js";
import { importKohya, otherFamily } from "./import-kohya.js";
import { flowFamilyOf, flowNetwork, flowSettings } from "./kohya-gui-flow.js";
import type { SdScript } from "./kohya-script-rules.js";
import { countsEpochs } from "./reasons.js";
import { splitCommands } from "./shell-words.js";
import type { ImportedConfig, LeftSetting } from "./translation.js";
import { asFlag, asNumber, asText, isOff, type Settings } from "./values.js";

/** Switches of other families. */
const families: Readonly<Record<string, string>> = {
  hunyuan_image_checkbox: "HunyuanImage",
  anima_checkbox: "Anima",
  lumina_checkbox: "Lumina",
};

/** Options whose 0 means that they are not handed on. */
const noneAtZero: readonly string[] = [
  ...["clip_skip", "ip_noise_gamma", "max_timestep", "max_train_epochs", "max_train_steps"],
  ...["min_snr_gamma", "min_timestep", "sample_every_n_epochs", "sample_every_n_steps", "seed"],
  ...["save_every_n_epochs", "save_every_n_steps", "save_last_n_steps", "save_last_n_epochs"],
  ...["stop_text_encoder_training", "unet_lr", "v_pred_like_loss", "vae_batch_size"],
  ...["save_last_n_steps_state", "save_last_n_epochs_state", "network_dropout"],
];

/** Names that sd-scripts has otherwise. */
const renamed: Readonly<Record<string, string>> = {
  optimizer: "optimizer_type",
  max_resolution: "resolution",
  image_folder: "train_data_dir",
  lora_network_weights: "network_weights",
};

/** What the GUI keeps for itself, or hands to programs that do not train. */
const ofTheGui =
  /^(model_list|num_cpu_threads_per_process|num_processes|num_machines|multi_gpu|gpu_ids|main_process_port|dynamo_\w+|extra_accelerate_launch_args|lowvram|lr_warmup|epoch|noise_offset_type|LyCORIS_preset|additional_parameters|template|train_dir|full_path|caption_metadata_filename|latent_metadata_filename|create_\w+|use_latent_files|generate_\w+|batch_size|cache_text_\w+)$/;
/** Fields of families that are switched off, and of networks that are not chosen. */
const ofOthers =
  /^(sdxl|flux1?|sd3|hunyuan|anima|lumina)_|^(ae|clip_[lg]|clip_g_dropout_rate|t5xxl\w*|ggpo_\w+|train_lora_ggpo|logit_\w+|mode_scale|weighting_scheme|model_(type|prediction_type)|discrete_flow_shift|timestep_sampling|guidance_scale|split_(mode|qkv)|train_(blocks|t5xxl|\w+_block_indices)|apply_t5_attn_mask|mem_eff_save|(single|double)?_?blocks_to_swap|show_timesteps\w*|(img|txt)_\w+_dim|single(_mod)?_dim|in_dims|pos_emb_\w+|save_(clip|t5xxl)|enable_all_linear|fused_optimizer_groups|blockwise_fused_optimizers)$/;

/** Its switch, as tabs of the GUI call it, and options that only its scripts get. */
const ofXl = ["sdxl", "sdxl_checkbox"];
const ofXlAlone: readonly string[] = ["learning_rate_te1", "learning_rate_te2", "block_lr"];

interface Network {
  readonly module: string;
  readonly algorithm?: string;
  /** Fields that are handed on as `network_args`. */
  readonly fields: readonly string[];
}

const convolutions = ["conv_dim", "conv_alpha"];
const blocks = [
  ...["down_lr_weight", "mid_lr_weight", "up_lr_weight", "block_lr_zero_threshold", "block_dims"],
  ...["block_alphas", "conv_block_dims", "conv_block_alphas", "rank_dropout", "module_dropout"],
];
const lycoris = [
  ...[...convolutions, "use_tucker", "rank_dropout", "bypass_mode", "dora_wd", "module_dropout"],
  ...["use_scalar", "rank_dropout_scale", "train_norm"],
];
const ofLycoris = (algorithm: string, ...more: readonly string[]): Network => ({
  ...{ module: "lycoris.kohya", algorithm, fields: [...lycoris, ...more] },
});
const networks: Readonly<Record<string, Network>> = {
  Standard: { module: "networks.lora", fields: blocks },
  "Kohya LoCon": { module: "networks.lora", fields: [...convolutions, ...blocks] },
  "Kohya LoHa": {
    module: "networks.loha",
    fields: [...convolutions, "rank_dropout", "module_dropout"],
  },
  "Kohya LoKr": {
    module: "networks.lokr",
    fields: [...convolutions, "rank_dropout", "module_dropout", "factor"],
  },
  "LoRA-FA": { module: "networks.lora_fa", fields: blocks },
  "Kohya DyLoRA": { module: "networks.dylora", fields: [...convolutions, ...blocks, "unit"] },
  LoCon: ofLycoris("locon"),
  "LyCORIS/LoCon": ofLycoris("locon"),
  "LyCORIS/LoHa": ofLycoris("loha"),
  "LyCORIS/LoKr": ofLycoris("lokr", "factor", "use_cp", "decompose_both"),
  "LyCORIS/BOFT": ofLycoris("boft"),
  "LyCORIS/Diag-OFT": ofLycoris("diag-oft", "constrain", "rescaled"),
  "LyCORIS/DyLoRA": ofLycoris("dylora", "unit"),
  "LyCORIS/GLoRA": ofLycoris("glora"),
  "LyCORIS/iA3": ofLycoris("ia3", "train_on_input"),
  "LyCORIS/Native Fine-Tuning": ofLycoris("full"),
};
/** Every field that only some network reads. */
const ofNetworks = new Set(Object.values(networks).flatMap(({ fields }) => fields));
const networkRates: readonly string[] = ["unet_lr", "text_encoder_lr"];
const loraPlus = ["loraplus_lr_ratio", "loraplus_unet_lr_ratio", "loraplus_text_encoder_lr_ratio"];

/** Whether a JSON file is one of the GUI's. */
export function isKohyaGui(file: Settings): boolean {
  const own = ["LoRA_type", "max_resolution", "num_cpu_threads_per_process", "noise_offset_type"];
  return own.filter((name) => Object.hasOwn(file, name)).length >= 2;
}

/**
 * A config of the GUI's settings.
 * @throws AtelierError `config` where they train another family.
 */
export function importKohyaGui(file: Settings): ImportedConfig {
  for (const [option, family] of Object.entries(families)) {
    if (asFlag(file[option]) === true) throw otherFamily(`${family} (${option})`);
  }
  const left: LeftSetting[] = [];
  const settings: Record<string, unknown> = {};
  const script = scriptOf(file);
  const isXl = ofXl.some((name) => asFlag(file[name]) === true);
  const family = flowFamilyOf(file);
  const unused = [
    ...noiseNotChosen(file),
    ...(script === "train_network" ? [] : networkRates),
    ...ofXl,
    // Only one kind of rate is handed on.
    ...(isXl ? ["learning_rate_te"] : ofXlAlone),
    ...(family === "flux" ? ["max_token_length"] : ["fp8_base_unet"]),
  ];
  for (const [name, value] of Object.entries(file)) {
    if (unused.includes(name)) continue;
    if (ofTheGui.test(name) || ofOthers.test(name) || ofNetworks.has(name)) continue;
    if (Object.hasOwn(families, name) || name === "LoRA_type" || loraPlus.includes(name)) continue;
    if (noneAtZero.includes(name) && (isOff(value) || asNumber(value) === 0)) continue;
    settings[renamed[name] ?? name] = value;
  }
  if (family !== undefined) Object.assign(settings, flowSettings(file, family));
  importWarmup(file, settings, left);
  if (script === "train_network") importNetwork(file, settings, family);
  importEnd(file, settings, left);
  if (typeof settings["xformers"] === "string") delete settings["xformers"];
  if (file["template"] === "object template") settings["use_object_template"] = true;
  if (file["template"] === "style template") settings["use_style_template"] = true;
  for (const command of splitCommands(asText(file["additional_parameters"] ?? "")).commands) {
    // What stands there is handed on behind the rest, and counts.
    const more = readOptions(command);
    left.push(...more.left);
    for (const [option, value] of Object.entries(more.options)) {
      const before = settings[option];
      if (!isOff(before) && asText(before) !== asText(value))
        left.push({
          option,
          value: before,
          why: said`additional_parameters say otherwise, and count`,
        });
      settings[option] = value;
    }
  }
  return importKohya([settings], { script, family, left });
}

function scriptOf(file: Settings): SdScript {
  const has = (name: string) => Object.hasOwn(file, name);
  if (has("token_string")) return "train_textual_inversion";
  if (has("LoRA_type")) return "train_network";
  // Scripts of later families stand for both kinds of full training.
  const isLater = [...ofXl, "flux1_checkbox", "sd3_checkbox"].some(
    (name) => asFlag(file[name]) === true,
  );
  return isLater || has("image_folder") || has("train_text_encoder") ? "fine_tune" : "train_db";
}

/** Percent of all steps, unless steps are given. */
function importWarmup(
  file: Settings,
  settings: Record<string, unknown>,
  left: LeftSetting[],
): void {
  const [percent, steps] = [
    asNumber(file["lr_warmup"]) ?? 0,
    asNumber(file["lr_warmup_steps"]) ?? 0,
  ];
  settings["lr_warmup_steps"] = steps > 0 ? Math.trunc(steps) : percent / 100;
  if (steps > 0 && percent > 0)
    left.push({ option: "lr_warmup", value: percent, why: said`lr_warmup_steps counts` });
}

/** Only the chosen kind of noise is handed on. */
function noiseNotChosen(file: Settings): readonly string[] {
  return file["noise_offset_type"] === "Multires"
    ? ["noise_offset", "adaptive_noise_scale", "noise_offset_random_strength"]
    : ["multires_noise_iterations", "multires_noise_discount"];
}

/** Epochs count unless steps are given; the text encoder stops at a percentage. */
function importEnd(file: Settings, settings: Record<string, unknown>, left: LeftSetting[]): void {
  const [epoch, cycles] = [file["epoch"], file["lr_scheduler_num_cycles"]];
  const hasSteps = settings["max_train_steps"] !== undefined;
  if (!hasSteps && !isOff(epoch)) {
    left.push({ option: "epoch", value: epoch, why: countsEpochs("steps") });
  }
  if (isOff(cycles) && !isOff(epoch)) settings["lr_scheduler_num_cycles"] = epoch;
  const percent = asNumber(settings["stop_text_encoder_training"]);
  if (percent === undefined) return;
  delete settings["stop_text_encoder_training"];
  if (percent < 0) settings["stop_text_encoder_training"] = -1;
  else
    left.push({
      option: "stop_text_encoder_training",
      value: percent,
      why: said`percent of all steps: the text encoder is trained to the end here`,
    });
}

function importNetwork(
  file: Settings,
  settings: Record<string, unknown>,
  family: FlowFamily | undefined,
): void {
  const own = family === undefined ? undefined : flowNetwork(file, family);
  const { module, args } = own ?? networkOf(file);
  const ratios = loraPlus.flatMap((name) => argumentOf(file, name));
  settings["network_module"] = module;
  settings["network_args"] = [...args, ...ratios];
  // Which network learns follows from the two rates; 0 switches one off, and both mean learning_rate.
  const [text, unet] = [asNumber(file["text_encoder_lr"]) ?? 0, asNumber(file["unet_lr"]) ?? 0];
  if (text === 0) delete settings["text_encoder_lr"];
  settings["network_train_unet_only"] = text === 0 && unet !== 0;
  settings["network_train_text_encoder_only"] = text !== 0 && unet === 0;
}

const argumentOf = (file: Settings, name: string): string[] =>
  isOff(file[name]) ? [] : [`${name}=${asText(file[name])}`];

function networkOf(file: Settings): { module: string; args: readonly string[] } {
  const type = asText(file["LoRA_type"]);
  const network = networks[type];
  if (network === undefined) {
    throw new AtelierError(
      "config",
      said`import: expected a LoRA_type of ${Object.keys(networks).join(", ")}, got ${type}. It belongs to a family that is not trained here, or to a newer version of the GUI.`,
    );
  }
  const { module, algorithm, fields } = network;
  const args = fields.flatMap((name) => argumentOf(file, name));
  if (algorithm !== undefined) {
    args.push(`algo=${algorithm}`);
    if (!isOff(file["LyCORIS_preset"])) args.push(`preset=${asText(file["LyCORIS_preset"])}`);
  }
  return { module, args };
}
