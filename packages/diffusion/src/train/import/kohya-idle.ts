/** @file Options of sd-scripts that have no equivalent, with the reasons, and those that change nothing here. */

import { countsEveryEpochs, ignore, leave, leaveAll } from "./rules.js";
import type { Rules } from "./translation.js";

/** Rules of all scripts. */
export const kohyaIdleRules: Rules = {
  ...leaveAll({
    multires_noise_iterations: "pyramid noise does not exist here",
    noise_offset_random_strength: "noiseOffset is the same at every step",
    ip_noise_gamma_random_strength: "inputPerturbation is the same at every step",
    scale_v_pred_loss_like_noise_pred: "see minSnrGamma and weighting",
    v_pred_like_loss: "see minSnrGamma and weighting",
    weighted_captions: "captions of training have no weights",
    resume: "states of other programs cannot be gone on from; see lora.startFrom",
    initial_epoch: "use atelier resume",
    initial_step: "use atelier resume",
    skip_until_initial_step: "use atelier resume",
    save_every_n_epochs: countsEveryEpochs("saveEverySteps"),
    save_n_epoch_ratio: "counts epochs: set saveEverySteps to steps / save_n_epoch_ratio",
    save_last_n_epochs: countsEveryEpochs("keep.withinSteps"),
    sample_every_n_epochs: countsEveryEpochs("samples.everySteps"),
    sample_at_first: "samples are drawn at multiples of samples.everySteps",
    sample_prompts: "prompts of a file: give them as samples.prompts",
    lr_scheduler_type: "a class of PyTorch's: see schedule",
    lr_scheduler_args: "arguments of a class of PyTorch's: see schedule",
    lr_decay_steps: "see schedule",
    lr_scheduler_timescale: "see schedule",
    validate_every_n_steps: "no pictures are kept apart",
    validate_every_n_epochs: "no pictures are kept apart",
    max_validation_steps: "no pictures are kept apart",
    train_inpainting: "models for inpainting are not trained here",
    metadata_is_negative_embedding: "the file does not say so",
    huggingface_repo_id: "results stay on this machine",
    dataset_class: "a class of Python's cannot be used here",
    config_file: "name this file as well: atelier import <command> <file>",
    dataset_config: "name this file as well: atelier import <training> <data sets>",
  }),
  sample_sampler: leave("choose one of samples.sampler", "ddim"),
  // What the last layer is called when it is asked for by number.
  clip_skip: leave(
    "the text encoder's last layer is used; of SDXL's always the one before, there and here",
    1,
  ),
  max_token_length: leave("captions are cut after 75 tokens", 75),
  ...ignore("said by `v_parameterization` and the base's files", "v2"),
  ...ignore("the GUI's own: max_train_steps and noise_offset count", "epoch", "noise_offset_type"),
  ...ignore("with `multires_noise_iterations`", "multires_noise_discount"),
  ...ignore("the number is computed in 32 bits here", "mixed_precision", "full_fp16", "full_bf16"),
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
