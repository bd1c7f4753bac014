/** @file The one door to a model on disk: a diffusers folder or a single file. */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import type { ModelFiles } from "../../families/model-files.js";
import { contradictions } from "./adapter-claims.js";
import { withLayerAxes } from "./layer-axes.js";
import { withAutoencoder } from "./open-autoencoder.js";
import { openFolder } from "./open-folder.js";
import type { OpenModelOptions } from "./open-options.js";
import { openSingleFile } from "./open-single-file.js";
import { withZeroTerminalSnr } from "./zero-terminal-snr.js";

/**
 * Opens a model folder or a single .safetensors or .ckpt file, whichever stands at the path.
 * @throws AtelierError `file`, `format`, `config` or `weights`, saying what was found instead.
 * @example
 * const model = await openModelFiles(nodeFiles, "stable-diffusion-v1-5", { variant: "fp16" });
 * const weight = await model.components.unet?.weights.readFloat32("conv_in.weight");
 */
export async function openModelFiles(
  files: FileStore,
  path: string,
  options: OpenModelOptions = {},
): Promise<ModelFiles> {
  const entry = await files.stat(path);
  if (entry === undefined) {
    throw new AtelierError(
      "file",
      said`${path}: expected a model folder or a .safetensors or .ckpt file, got nothing at this path. Check the path.`,
    );
  }
  const opened = await (entry.kind === "folder"
    ? openFolder(files, path, options)
    : openSingleFile(files, path, options));
  const whole = await replaceAutoencoder(files, opened, options);
  const shaped = withLayerAxes(whole);
  const cut = withMaxSequenceLength(shaped, options.maxSequenceLength);
  const model = options.zeroTerminalSnr === true ? withZeroTerminalSnr(cut) : cut;
  // Who says what it predicts has seen what adapters claim.
  if (options.predictionType !== undefined || options.claims === undefined) return model;
  const notes = [...model.notes, ...contradictions(model, options.claims)];
  return { ...model, notes };
}

function withMaxSequenceLength(model: ModelFiles, maxSequenceLength?: number): ModelFiles {
  const { transformer } = model.components;
  if (maxSequenceLength === undefined || transformer === undefined) return model;
  const config = { ...transformer.config, maxSequenceLength };
  return {
    ...model,
    components: { ...model.components, transformer: { ...transformer, config } },
  };
}

async function replaceAutoencoder(
  files: FileStore,
  model: ModelFiles,
  { vae: path, variant }: OpenModelOptions,
): Promise<ModelFiles> {
  if (path === undefined) return model;
  try {
    return await withAutoencoder(files, model, { path, variant });
  } catch (error) {
    await model.close();
    throw error;
  }
}
