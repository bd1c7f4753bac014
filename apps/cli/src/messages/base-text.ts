/** @file Texts about the base model that a command works with. */

/** English. */
export const baseText = {
  option:
    "a diffusers folder, a .safetensors checkpoint, or a Hugging Face repository; by default embedded, the small model of Atelier's own",
  field:
    "A diffusers folder, a .safetensors checkpoint, or a Hugging Face repository; by default embedded, the small model of Atelier's own",
  variant: "variant of the weight files, such as fp16",
  dtype:
    "stores the layers of the model in so many bits, for less memory: int8 takes a quarter of float32, int4 an eighth; made once",
  quantizing: (dtype: string): string => `Storing weights in ${dtype} (once)`,
  vae: "folder, file or Hugging Face repository of an autoencoder (VAE) to use instead of the model's own, or for a single file that has none",
  part: "file of a text encoder or autoencoder that the model's own file lacks (clip_l, clip_g, t5xxl, ae); once for each",
  predictionType:
    "what the model predicts, where its files say it wrongly or not at all (a yaml beside a single file is read)",
  zeroTerminalSnr:
    "take a schedule whose last timestep is pure noise, as the model or its adapter was trained with",
  tokenizer:
    "folder of a CLIP tokenizer, or for models with several text encoders one that holds tokenizer, tokenizer_2 …, such as that of a diffusers model; for a single file, which has none",
  plan: (repo: string, files: number, missing: string): string =>
    `${repo}: ${files} files, ${missing} to download`,
  download: (path: string, received: string, total: string): string =>
    `Downloading ${path}: ${received} of ${total}`,
  shadowed: (name: string): string =>
    `${name} is the base of Atelier's own. There is a file or folder of this name here, too: name it as ./${name}.`,
};
