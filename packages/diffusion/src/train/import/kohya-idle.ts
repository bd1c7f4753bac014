/** @file Options of sd-scripts that have no equivalent, with the reasons, and those that change nothing here. */

import { said } from "@atelier/engine";
import {
  argumentsOfPyTorch,
  captionsAreCut,
  chooseOneOf,
  classOfPyTorch,
  countsEpochs,
  noValidation,
  resultsStayHere,
  samplesAtMultiples,
  see,
  useResume,
} from "./reasons.js";
import { ignore, leave, leaveAll } from "./rules.js";
import type { Rules } from "./translation.js";

const weightings = said`see minSnrGamma and weighting`;

/** Rules of all scripts. */
export const kohyaIdleRules: Rules = {
  ...leaveAll({
    multires_noise_iterations: said`pyramid noise does not exist here`,
    noise_offset_random_strength: said`noiseOffset is the same at every step`,
    ip_noise_gamma_random_strength: said`inputPerturbation is the same at every step`,
    scale_v_pred_loss_like_noise_pred: weightings,
    v_pred_like_loss: weightings,
    weighted_captions: said`captions of training have no weights`,
    resume: said`states of other programs cannot be gone on from; see lora.startFrom`,
    initial_epoch: useResume,
    initial_step: useResume,
    skip_until_initial_step: useResume,
    save_every_n_epochs: countsEpochs("saveEverySteps"),
    save_n_epoch_ratio: said`counts epochs: set saveEverySteps to steps / save_n_epoch_ratio`,
    save_last_n_epochs: countsEpochs("keep.withinSteps"),
    sample_every_n_epochs: countsEpochs("samples.everySteps"),
    sample_at_first: samplesAtMultiples,
    sample_prompts: said`prompts of a file: give them as samples.prompts`,
    lr_scheduler_type: classOfPyTorch,
    lr_scheduler_args: argumentsOfPyTorch,
    lr_decay_steps: see("schedule"),
    lr_scheduler_timescale: see("schedule"),
    validate_every_n_steps: noValidation,
    validate_every_n_epochs: noValidation,
    max_validation_steps: noValidation,
    train_inpainting: said`models for inpainting are not trained here`,
    metadata_is_negative_embedding: said`the file does not say so`,
    huggingface_repo_id: resultsStayHere,
    dataset_class: said`a class of Python's cannot be used here`,
    config_file: said`name this file as well: atelier import <command> <file>`,
    dataset_config: said`name this file as well: atelier import <training> <data sets>`,
  }),
  sample_sampler: leave(chooseOneOf("samples.sampler"), "ddim"),
  // What the last layer is called when it is asked for by number.
  clip_skip: leave(
    said`the text encoder's last layer is used; of SDXL's always the one before, there and here`,
    1,
  ),
  max_token_length: leave(captionsAreCut, 75),
  ...ignore("said by `v_parameterization` and the base's files", "v2"),
  ...ignore("the GUI's own: max_train_steps and noise_offset count", "epoch", "noise_offset_type"),
  ...ignore("with `multires_noise_iterations`", "multires_noise_discount"),
  ...ignore("the number is computed in 32 bits here", "full_fp16", "full_bf16"),
  ...ignore(
    "how memory and processes are used is decided by the run",
    ...["xformers", "sdpa", "mem_eff_attn", "lowram", "highvram"],
    ...["torch_compile", "dynamo_backend", "vae_batch_size", "no_half_vae", "blocks_to_swap"],
    ...["max_data_loader_n_workers", "persistent_data_loader_workers", "cpu_offload_checkpointing"],
    ...[
      "cache_latents",
      "cache_latents_to_disk",
      "skip_cache_check",

      "fused_backward_pass",
    ],
    ...["cache_text_encoder_outputs", "cache_text_encoder_outputs_to_disk", "tokenizer_cache_dir"],
    ...["fused_optimizer_groups"],
    ...[
      "ddp_timeout",
      "ddp_gradient_as_bucket_view",
      "ddp_static_graph",
      "deepspeed",
      "zero_stage",
    ],
    ...["offload_optimizer_device", "offload_optimizer_nvme_path", "offload_param_device"],
    ...["offload_param_nvme_path", "zero3_init_flag", "zero3_save_16bit_model"],
    ...["fp16_master_weights_and_gradients", "disable_mmap_load_safetensors"],
  ),
  ...ignore(
    "logs, uploads and notes change nothing",
    ...["logging_dir", "log_with", "log_prefix", "log_tracker_name", "log_tracker_config"],
    ...["log_config", "wandb_run_name", "wandb_api_key", "console_log_level", "console_log_file"],
    ...["console_log_simple", "training_comment", "no_metadata", "output_config"],
    ...["save_state", "save_state_on_train_end", "save_last_n_steps_state"],
    ...["save_last_n_epochs_state", "save_state_to_huggingface", "resume_from_huggingface"],
    ...["huggingface_repo_type", "huggingface_path_in_repo", "huggingface_token"],
    ...["huggingface_repo_visibility", "async_upload"],
    ...["title", "author", "description", "license", "tags", "usage_hint", "thumbnail"].map(
      (name) => `metadata_${name}`,
    ),
    ...["metadata_merged_from", "metadata_trigger_phrase", "metadata_preprocessor"],
  ),
};
