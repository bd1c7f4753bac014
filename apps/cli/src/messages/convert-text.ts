/** @file Texts of `atelier convert`. */

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
  wordLeftOut: (token: string): string =>
    `The word ${token} is left out, which only kohya's and comfyui's forms of a LoRA can hold: use its embedding file beside.`,
  unused: (count: number, keys: string): string =>
    `${count} tensors are left out, since no model uses them: ${keys}`,
};
