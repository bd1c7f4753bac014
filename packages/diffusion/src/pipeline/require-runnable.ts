/** @file Which checkpoints a pipeline can run; those that it cannot are refused with the reason. */

import { AtelierError } from "@atelier/engine";
import type { Checkpoint } from "../core/model-files.js";

/**
 * Checks that a checkpoint's models belong together and draw from text alone.
 * @throws AtelierError `config` that names every obstacle.
 */
export function requireRunnable({ path, family, unet, vae, textEncoder }: Checkpoint): void {
  if (family === "sdxl") {
    throw new AtelierError(
      "config",
      `${path}: expected a Stable Diffusion 1.x or 2.x checkpoint, got SDXL, whose second text encoder and picture sizes pipelines do not feed to the UNet. Use a 1.x or 2.x checkpoint.`,
    );
  }
  const problems: string[] = [];
  const expect = (name: string, expected: number, got: number) => {
    if (expected !== got) problems.push(`${name} must be ${expected}, is ${got}`);
  };
  const { latentChannels } = vae.config;
  expect(
    "the UNet's in_channels (more than the latents' means inpainting)",
    latentChannels,
    unet.config.inChannels,
  );
  expect("the UNet's out_channels", latentChannels, unet.config.outChannels);
  expect(
    "the UNet's cross_attention_dim",
    textEncoder.config.hiddenSize,
    unet.config.crossAttentionDim,
  );
  expect("the VAE's in_channels", 3, vae.config.inChannels);
  expect("the VAE's out_channels", 3, vae.config.outChannels);
  if (problems.length === 0) return;
  throw new AtelierError(
    "config",
    `${path}: expected models that draw pictures from text together, got:\n${problems.map((problem) => `  ${problem}`).join("\n")}\nUse a text-to-image checkpoint, and do not mix models of different families.`,
    { context: { path, problems } },
  );
}
