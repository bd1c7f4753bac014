/** @file The options that say how a model is read, the same for every command that opens one. */

import { type BaseDType, baseDTypes } from "@atelier/diffusion/core";
import type { ModelFiles } from "@atelier/diffusion/families";
import {
  type AdapterClaim,
  type OpenModelOptions,
  openModelFiles,
  quantizeModel,
} from "@atelier/diffusion/files";
import { tensorCacheFolder } from "@atelier/diffusion/node";
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
  readonly part?: readonly string[];
  readonly predictionType?: NonNullable<OpenModelOptions["predictionType"]>;
  readonly zeroTerminalSnr?: boolean;
  readonly baseDtype?: BaseDType;
  /** Tokens that T5 reads. */
  readonly maxSequenceLength?: number;
}

/** Adds `--prediction-type`, for models whose files do not say it. */
export function addPredictionType(command: Command, { base: text }: Messages): Command {
  return command.addOption(
    new Option("--prediction-type <name>", text.predictionType).choices(predictionTypes),
  );
}

/** Adds `--part`, for models whose components are files of their own. */
export function addParts(command: Command, { base: text }: Messages): Command {
  const collect = (path: string, before: readonly string[] = []) => [...before, path];
  return command.addOption(new Option("--part <file>", text.part).argParser(collect));
}

/** Adds what says how a model is read that is drawn with or written anew. */
export function addModelOptions(command: Command, text: Messages): Command {
  command.option("--variant <name>", text.base.variant).option("--vae <model>", text.base.vae);
  addParts(command, text);
  return addPredictionType(command, text).option("--zero-terminal-snr", text.base.zeroTerminalSnr);
}

/** Adds `--base-dtype`, where a model is only drawn with. */
export function addBaseDType(command: Command, { base: text }: Messages): Command {
  return command.addOption(new Option("--base-dtype <type>", text.dtype).choices(baseDTypes));
}

/** Where a model is and what goes with it. */
export interface ModelSource {
  readonly path: string;
  readonly claims?: readonly AdapterClaim[];
  readonly progress: Progress;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a model as the options say, its autoencoder downloaded first where that is a repository, and tells once
 * what was assumed or left out of it.
 * @throws AtelierError as `findModel` and `openModelFiles`.
 */
export async function openModel(
  context: CliContext,
  {
    variant,
    vae,
    part: parts,
    predictionType,
    zeroTerminalSnr,
    baseDtype,
    maxSequenceLength,
  }: ModelOptions,
  { path, claims, progress, signal }: ModelSource,
): Promise<ModelFiles> {
  const found =
    vae === undefined ? undefined : await findAutoencoder(context, vae, { variant, progress });
  const options = {
    ...{ variant, vae: found?.path, parts, predictionType, zeroTerminalSnr, claims },
    maxSequenceLength,
  };
  const checkpoint = await openModelFiles(context.files, path, options);
  progress.tell(checkpoint.notes);
  if (baseDtype === undefined) return checkpoint;
  try {
    return await quantizeModel(context.files, checkpoint, {
      ...{ dtype: baseDtype, signal, cacheFolder: tensorCacheFolder() },
      onProgress: (done, total) => {
        progress.update({ label: context.text.base.quantizing(baseDtype), done, total });
      },
    });
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}
