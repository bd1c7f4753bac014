/** @file The base of a tune, and what it advises: a tune begins at the usual rate. */

import { embeddedBaseName } from "@atelier/base/embedded";
import { openModelFiles } from "@atelier/diffusion/files";
import type { FoundModel } from "@atelier/diffusion/node";
import {
  type GivenConfig,
  type TrainingAdvice,
  trainingAdviceOf,
} from "@atelier/diffusion/train-config";
import type { CliContext } from "../cli-context.js";
import { findAutoencoder, findTrainingBase } from "../open-base.js";
import { openEmbedded } from "../open-embedded.js";
import type { Progress } from "../progress.js";

/** A model that comes with the program, for the processes that train. */
export type Shipped = ReadonlyMap<string, FoundModel> | undefined;

/** The embedded base, where a config names it. @throws AtelierError as `openEmbedded`. */
export async function shippedFor(
  context: CliContext,
  { base }: Pick<GivenConfig, "base">,
  progress: Progress,
): Promise<Shipped> {
  if (base.path !== embeddedBaseName) return undefined;
  return new Map([[embeddedBaseName, await openEmbedded(context, progress)]]);
}

/** Finds the base, downloads it if need be, and reads its advice. @throws AtelierError as `findModel` and `openModelFiles`. */
export async function findAdvice(
  context: CliContext,
  { base }: Pick<GivenConfig, "base">,
  progress: Progress,
): Promise<TrainingAdvice> {
  const { path } = await findTrainingBase(context, base, progress);
  const { variant, vae, parts, predictionType, zeroTerminalSnr } = base;
  const other = vae === undefined ? undefined : await findAutoencoder(context, vae, { progress });
  const model = await openModelFiles(context.files, path, {
    ...{ variant, vae: other?.path, parts, predictionType, zeroTerminalSnr },
  });
  try {
    return trainingAdviceOf(model);
  } finally {
    await model.close();
  }
}
