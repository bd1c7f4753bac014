/** @file What a training needs, from Node: files, pictures, a runtime, base models from disk or hub. */

import { statfs } from "node:fs/promises";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import type { BaseDType } from "../core/base-dtype.js";
import type { ModelFiles } from "../families/model-files.js";
import type { HubEvent } from "../files/hub/resolve-model.js";
import { selectAutoencoderFiles } from "../files/hub/select-autoencoder-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { quantizeModel } from "../files/model/quantize-model.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import type { BaseConfig, GivenConfig } from "../train/config/train-config.js";
import type { ProgressEvent } from "../train/events/train-event.js";
import type { OpenBaseOptions, TrainDeps } from "../train/run.js";
import { atelierCacheFolder } from "./cache-folder.js";
import { cardMemory } from "./card-memory.js";
import { type FindModelOptions, type FoundModel, findModel } from "./find-model.js";
import { lockFolder } from "./lock-folder.js";
import { sharpPictures } from "./sharp-pictures.js";

/** Options of {@link nodeTrainDeps}. */
export interface NodeTrainOptions {
  /** Folder of the tokenizer's files, for a base that comes without or instead of its own. */
  readonly tokenizerFolder?: string | undefined;
  /** Models that come with the program, by the name that `base.path` calls each. */
  readonly shipped?: ReadonlyMap<string, FoundModel> | undefined;
}

/** The dependencies of `train` on this machine, with the device of the config. */
export function nodeTrainDeps(
  { device }: Pick<GivenConfig, "device">,
  { tokenizerFolder, shipped = new Map() }: NodeTrainOptions = {},
): TrainDeps {
  const { backend, threads } = device;
  const runtime = createOrtRuntime({
    provider: backend,
    ...(threads === undefined ? {} : { threads }),
  });
  return {
    files: nodeFiles,
    runtime,
    decoder: sharpPictures,
    tokenizerFolder,
    cacheFolder: tensorCacheFolder(),
    lockFolder,
    async freeBytes(path) {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    },
    now: Date.now,
    cardMemory,
    memoryBytes: () => process.memoryUsage.rss(),
    async openBase(base, options) {
      const { found, vae } = await findBase(base, options, shipped);
      const { path, ...identity } = found;
      const { dtype, variant, parts, predictionType, zeroTerminalSnr, maxSequenceLength } = base;
      const reading = { variant, vae, parts, predictionType, zeroTerminalSnr, maxSequenceLength };
      const model = await openModelFiles(nodeFiles, path, reading);
      return loadPipeline(await storedAs(model, dtype, options), {
        runtime,
        files: nodeFiles,
        ...identity,
        ...(tokenizerFolder === undefined ? {} : { tokenizerFolder }),
        // Text, prediction and pictures take turns, and memory is the training's.
        maxGraphs: 1,
      });
    },
  };
}

/** Where what is computed of models is kept: hashes of weights among it, so that none is made twice. */
export const tensorCacheFolder = (): string => nodeFiles.join(atelierCacheFolder(), "tensors");

async function storedAs(
  model: ModelFiles,
  dtype: BaseDType | undefined,
  { signal, onProgress }: OpenBaseOptions,
): Promise<ModelFiles> {
  if (dtype === undefined) return model;
  try {
    return await quantizeModel(nodeFiles, model, {
      ...{ dtype, signal, cacheFolder: tensorCacheFolder() },
      onProgress: (done, total) => onProgress({ type: "progress", stage: "quantize", done, total }),
    });
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** Where a base and the autoencoder in its place are on this machine, downloaded first where they are repositories. */
async function findBase(
  base: BaseConfig,
  { signal, onProgress }: OpenBaseOptions,
  shipped: ReadonlyMap<string, FoundModel>,
): Promise<{ readonly found: FoundModel; readonly vae: string | undefined }> {
  const { variant, offline: isOffline } = base;
  const options: FindModelOptions = {
    ...{ variant, isOffline, signal },
    shipped: async (name) => shipped.get(name),
    onEvent: (event) => {
      const progress = progressOf(event);
      if (progress !== undefined) onProgress(progress);
    },
  };
  const found = await findModel(base, options);
  if (base.vae === undefined) return { found, vae: undefined };
  const { path: vae } = await findModel(base.vae, { ...options, select: selectAutoencoderFiles });
  return { found, vae };
}

function progressOf(event: HubEvent): ProgressEvent | undefined {
  if (event.type !== "progress") return undefined;
  const { receivedBytes: done, sizeBytes: total } = event;
  return { type: "progress", stage: "download", done, total };
}
