/**
 * @file The fields of kohya's GUI for Stable Diffusion 3 and FLUX.1, some of which have names of their own there, and
 * its networks for FLUX.1 (`train_model` of its `*_gui.py`).
 */

import type { FlowFamily } from "./flow-family.js";
import { asFlag, asText, isOff, type Settings } from "./values.js";

/** The family whose switch is on. */
export function flowFamilyOf(file: Settings): FlowFamily | undefined {
  if (asFlag(file["flux1_checkbox"]) === true) return "flux";
  return asFlag(file["sd3_checkbox"]) === true ? "sd3" : undefined;
}

/** sd-scripts' options, and the fields for them where these are called otherwise; the first that is there counts. */
const fields: Readonly<Record<FlowFamily, Readonly<Record<string, readonly string[]>>>> = {
  flux: {
    ...{ clip_l: ["flux1_clip_l", "clip_l"], t5xxl: ["flux1_t5xxl", "t5xxl"] },
    ...sameNames(
      ...["ae", "discrete_flow_shift", "model_prediction_type", "timestep_sampling", "split_mode"],
      ...["t5xxl_max_token_length", "guidance_scale", "apply_t5_attn_mask", "model_type"],
      ...["blocks_to_swap", "single_blocks_to_swap", "double_blocks_to_swap"],
    ),
  },
  sd3: {
    ...{ clip_l: ["sd3_clip_l", "clip_l"], t5xxl: ["sd3_t5xxl", "t5xxl"] },
    ...{ clip_l_dropout_rate: ["sd3_clip_l_dropout_rate"] },
    ...{ t5_dropout_rate: ["sd3_t5_dropout_rate"] },
    ...{ enable_scaled_pos_embed: ["sd3_enable_scaled_pos_embed"] },
    ...sameNames(
      ...["clip_g", "clip_g_dropout_rate", "logit_mean", "logit_std", "mode_scale"],
      ...["weighting_scheme", "pos_emb_random_crop_rate", "blocks_to_swap"],
    ),
  },
};

function sameNames(...names: readonly string[]): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(names.map((name) => [name, [name]]));
}

/** What it hands to the scripts of a family beside what all get. */
export function flowSettings(file: Settings, family: FlowFamily): Record<string, unknown> {
  const given = Object.entries(fields[family]).flatMap(([option, names]) => {
    const name = names.find((one) => Object.hasOwn(file, one));
    const value = name === undefined ? undefined : file[name];
    return value === undefined || value === "" ? [] : [[option, value] as const];
  });
  return Object.fromEntries(given);
}

const ofFlux = [
  ...["img_attn_dim", "img_mlp_dim", "img_mod_dim", "single_dim", "txt_attn_dim", "txt_mlp_dim"],
  ...["txt_mod_dim", "single_mod_dim", "in_dims", "train_double_block_indices"],
  ...["train_single_block_indices", "split_qkv", "train_t5xxl", "rank_dropout", "module_dropout"],
];

/** The network of a LoRA_type of these families, with its arguments. */
export function flowNetwork(
  file: Settings,
  family: FlowFamily,
): { module: string; args: readonly string[] } | undefined {
  const type = asText(file["LoRA_type"]);
  if (family === "sd3")
    return type === "Standard" ? { module: "networks.lora_sd3", args: [] } : undefined;
  if (type === "Flux1 OFT") return { module: "networks.oft_flux", args: [] };
  if (type !== "Flux1") return undefined;
  const isPerturbed = asFlag(file["train_lora_ggpo"]) === true;
  const names = [...ofFlux, ...(isPerturbed ? ["ggpo_beta", "ggpo_sigma"] : [])];
  const args = names.flatMap((name) =>
    isOff(file[name])
      ? []
      : [`${name}=${asFlag(file[name]) === true ? "True" : asText(file[name])}`],
  );
  // It trains single blocks alone where the model is split.
  const isSplit = asFlag(file["split_mode"]) === true;
  return {
    module: "networks.lora_flux",
    args: [...args, ...(isSplit ? ["train_blocks=single"] : [])],
  };
}
