/** @file The one door to a model on disk: a diffusers folder or a single file. */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { option } from "../../core/option-words.js";
import { configsOf, type ModelFiles, presentComponents } from "../../families/model-files.js";
import { contradictions } from "./adapter-claims.js";
import { withLayerAxes } from "./layer-axes.js";
import { withAutoencoder } from "./open-autoencoder.js";
import { openFolder } from "./open-folder.js";
import type { OpenModelOptions } from "./open-options.js";
import { withParts } from "./open-parts.js";
import { openSingleFile } from "./open-single-file.js";
import { requireWhole } from "./require-whole.js";
import { withZeroTerminalSnr } from "./zero-terminal-snr.js";

/**
 * Opens a model folder or a single .safetensors, .ckpt or .gguf file, whichever stands at the path.
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
      said`${path}: expected a model folder or a .safetensors, .ckpt or .gguf file, got nothing at this path. Check the path.`,
    );
  }
  const opened = await (entry.kind === "folder"
    ? openFolder(files, path, options)
    : openSingleFile(files, path, options));
  const whole = await completed(files, opened, options);
  try {
    return asTold(whole, options);
  } catch (error) {
    await whole.close();
    throw error;
  }
}

/** The model as the options have it read. */
function asTold(whole: ModelFiles, options: OpenModelOptions): ModelFiles {
  const cut = withMaxSequenceLength(withLayerAxes(whole), options.maxSequenceLength);
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

/** @throws AtelierError `config` for a prediction of models that all predict the same. */
function requirePredictionToTell(
  { path, family: { title, singleFile } }: ModelFiles,
  told: OpenModelOptions["predictionType"],
): void {
  if (told === undefined || singleFile.assumePrediction !== undefined) return;
  throw new AtelierError(
    "config",
    said`${path}: expected no ${option("predictionType")} for a model of ${title}, which learns by flow matching, got ${told}. Leave it out.`,
  );
}

/** The model with what its own file lacks. Where something is still missing or does not fit, all is closed. */
async function completed(
  files: FileStore,
  opened: ModelFiles,
  options: OpenModelOptions,
): Promise<ModelFiles> {
  let model = opened;
  try {
    const { model: joined, vae: path } = await withParts(files, model, options);
    model = joined;
    const present = presentComponents(model.family, configsOf(model));
    requireWhole(model.path, model.family, { present, vae: path });
    requirePredictionToTell(model, options.predictionType);
    if (path === undefined) return model;
    const { variant, configs } = options;
    return await withAutoencoder(files, model, { path, variant, configs });
  } catch (error) {
    await model.close();
    throw error;
  }
}
