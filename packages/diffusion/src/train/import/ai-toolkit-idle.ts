/**
 * @file Options of ai-toolkit that say nothing here: those that go with a switch, which is told, and those of
 * other families; and switches without an equivalent.
 */

import { said } from "@atelier/engine";
import {
  fromPromptsAlone,
  mergeIntoBase,
  noControl,
  noEquivalent,
  noValidation,
  seeLosses,
} from "./reasons.js";
import { ignore, leaveAll } from "./rules.js";
import type { Rules } from "./translation.js";

const withSwitch = "with its switch";
const ofOthers = "of other families";

/** Of training. */
export const idleTrainRules: Rules = {
  ...leaveAll({
    do_differential_guidance: seeLosses,
    do_blank_stabilization: seeLosses,
    max_loss: said`losses have no bound`,
    validation_config: noValidation,
  }),
  ...ignore(
    withSwitch,
    ...["merge_network_on_save_strength", "adapter_assist_type", "batch_noise_correction_scale"],
    ...["signal_amplification_strength", "signal_correction_noise_scale", "max_negative_prompts"],
    ...["short_and_long_captions_encoder_split", "match_adapter_assist", "match_adapter_chance"],
    ...["inverted_mask_prior_multiplier", "blank_prompt_preservation_multiplier", "cfg_scale"],
    ...["max_cfg_scale", "cfg_rescale", "correct_pred_norm_multiplier", "t0_velocity_equiv_weight"],
    ...["do_fft_velocity_equiv_weight", "target_norm_std_value", "next_sample_timesteps"],
    ...["paramiter_swapping_factor", "latent_feature_loss_weight", "guidance_loss_target"],
    ...["diffusion_feature_extractor_weight", "do_guidance_loss_cfg_zero", "max_loss_debug"],
    ...["guidance_loss_schedule", "unconditional_prompt", "differential_guidance_scale"],
  ),
  ...ignore(
    ofOthers,
    ...["refiner_lr", "adapter_lr", "train_refiner", "bypass_guidance_embedding"],
    ...["switch_boundary_every", "audio_loss_multiplier"],
  ),
};

/** Of the model. */
export const idleModelRules: Rules = {
  ...leaveAll({
    te_name_or_path: said`the base's own text encoder is used`,
    refiner_name_or_path: said`one model is trained`,
    unconditional_lora_path: mergeIntoBase,
    unet_sample_size: said`see data.width and data.height`,
    accuracy_recovery_adapter: said`weights are used as they are`,
    model_kwargs: noEquivalent,
    model_paths: said`the base is one folder or file`,
  }),
  ...ignore(
    ofOthers,
    ...["use_flux_cfg", "refiner_start_at", "use_text_encoder_1", "use_text_encoder_2"],
    ...["experimental_xl", "attn_masking", "latent_space_version", "in_context"],
    "extras_name_or_path",
  ),
  ...ignore(
    "how memory and processes are used is decided by the run",
    ...["vae_device", "te_device", "quantize_kwargs", "split_model_over_gpus", "compile_dynamic"],
    ...["split_model_other_module_param_count_scale", "compile_fullgraph", "cache_size_limit"],
  ),
};

/** Of folders. */
export const idleDatasetRules: Rules = {
  ...leaveAll({
    batch_size: said`one batchSize for all folders`,
    poi: said`pictures are cropped at their centre or at random`,
    control_path_1: noControl,
    control_path_2: noControl,
    control_path_3: noControl,
    control_from_same_folder: noControl,
    clip_image_from_same_folder: fromPromptsAlone,
  }),
  ...ignore(
    withSwitch,
    ...["diff_output_preservation_class", "num_controls_from_same_folder", "replay_transforms"],
    ...["control_transparent_color", "full_size_control_images", "clip_image_augmentations"],
    ...["clip_image_shuffle_augmentations", "guidance_type", "extra_values", "debug"],
  ),
  ...ignore(ofOthers, ...["trim_auto_frame_count_tail", "audio_preserve_pitch", "audio_normalize"]),
};
