/** @file The options that say how a model is read, the same for every command that opens one. */

import type { ModelFiles } from "@atelier/diffusion/families";
import { type AdapterClaim, type OpenModelOptions, openModelFiles } from "@atelier/diffusion/files";
import { predictionTypes } from "@atelier/diffusion/process";
import { type Command, Option } from "commander";
import type { CliContext } from "./cli-context.js";
import type { Messages } from "./messages/messages.js";
import { findAutoencoder } from "./open-base.js";
import type { Progress } from "./progress.js";

/** Parsed by the options of this file. */
export interface ModelOptions {
  readonly variant?: string;
  readonly vae?: string;
  readonly predictionType?: NonNullable<OpenModelOptions["predictionType"]>;
  readonly zeroTerminalSnr?: boolean;
}

/** Adds `--prediction-type`, for models whose files do not say it. */
export function addPredictionType(command: Command, { base: text }: Messages): Command {
  return command.addOption(
    new Option("--prediction-type <name>", text.predictionType).choices(predictionTypes),
  );
}

/** Adds what says how a model is read that is drawn with or written anew. */
export function addModelOptions(command: Command, text: Messages): Command {
  command.option("--variant <name>", text.base.variant).option("--vae <model>", text.base.vae);
  return addPredictionType(command, text).option("--zero-terminal-snr", text.base.zeroTerminalSnr);
}

/** Where a model is and what goes with it. */
export interface ModelSource {
  readonly path: string;
  readonly claims?: readonly AdapterClaim[];
  readonly progress: Progress;
}

/**
 * Opens a model as the options say, its autoencoder downloaded first where that is a repository, and tells once
 * what was assumed or left out of it.
 * @throws AtelierError as `findModel` and `openModelFiles`.
 */
export async function openModel(
  context: CliContext,
  { variant, vae, predictionType, zeroTerminalSnr }: ModelOptions,
  { path, claims, progress }: ModelSource,
): Promise<ModelFiles> {
  const found =
    vae === undefined ? undefined : await findAutoencoder(context, vae, { variant, progress });
  const options = { variant, vae: found?.path, predictionType, zeroTerminalSnr, claims };
  const checkpoint = await openModelFiles(context.files, path, options);
  progress.tell(checkpoint.notes);
  return checkpoint;
}
