/** @file Texts of `atelier convert`. */

import { familyTitles } from "@atelier/diffusion/families";

/** English. */
export const convertText = {
  description: "Writes a checkpoint, a LoRA or a word in another form.",
  input:
    "a checkpoint folder or file (embedded for the base of Atelier's own), or a LoRA or embedding: file, folder or repository",
  output: "where to write",
  to: "the form to write: diffusers or single-file for checkpoints; kohya, comfyui or diffusers for LoRAs and words (kohya's is read by A1111 and ComfyUI; comfyui has the model's own names with dots, and of a word the same form)",
  dtype: "how to store floats; as they are by default",
  base: "the checkpoint that a LoRA was trained on, where its layers are not those of a known model",
  force: "replace what stands there",
  more: `
Examples:
atelier convert models/sd15 sd15.safetensors --to single-file --dtype fp16
atelier convert sd15.safetensors models/sd15 --to diffusers --tokenizer models/other/tokenizer
atelier convert lora.safetensors lora-diffusers.safetensors --to diffusers
atelier convert pytorch_lora_weights.safetensors flux-comfy.safetensors --to comfyui --base models/flux`,
  working: "Converting",
  wrote: (path: string, size: string): string => `${path} (${size})`,
  exists: (path: string): string =>
    `${path}: expected a new place, got one where something stands. Choose another, or give --force to replace it.`,
  same: (path: string): string =>
    `${path}: expected another place than the input, got the same. A file cannot be replaced while it is read.`,
  wordLeftOut: (token: string): string =>
    `The word ${token} is left out, which only kohya's and comfyui's forms of a LoRA can hold: use its embedding file beside.`,
  wordFolder:
    "--to diffusers: expected a folder for a word of two text encoders, which has a file for each there, got the name of a file. Name a folder.",
  notAdapterForm: (to: string): string =>
    `--to ${to}: expected kohya, comfyui or diffusers for a LoRA or a word, got a checkpoint's form. The input is no checkpoint.`,
  notCheckpointForm: (to: string): string =>
    `--to ${to}: expected diffusers or single-file for a checkpoint, got a LoRA's form. The input is a checkpoint.`,
  unknownFamily: (path: string, option: string): string =>
    `${path}: expected a LoRA of ${familyTitles}, or of the embedded base, got one whose model its names do not tell. Name the checkpoint with ${option}.`,
  misfits: (path: string, count: number, list: string): string =>
    `${path}: expected factors for the layers of its base, got ${count} modules that do not fit:\n${list}\nName the checkpoint that the LoRA was trained on.`,
  unused: (count: number, keys: string): string =>
    `${count} tensors are left out, since no model uses them: ${keys}`,
  keepsUnfit: (path: string, count: number, keys: string): string =>
    `${path}: expected tensors for layers of the base, got ${count} that fit none: ${keys}. Name the checkpoint that the LoRA was trained on.`,
};
