/** @file What a training needs, from Node: files, pictures, a runtime, base models from disk or hub. */

import { statfs } from "node:fs/promises";
import { AtelierError } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { type EmbeddedBase, embeddedBaseName, embeddedBaseTitle } from "../core/embedded-base.js";
import { type HubEvent, resolveModel } from "../files/hub/resolve-model.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import type { BaseConfig, TrainConfig } from "../train/config/train-config.js";
import type { ProgressEvent } from "../train/events/train-event.js";
import type { OpenBaseOptions, TrainDeps } from "../train/run.js";
import { atelierCacheFolder } from "./cache-folder.js";
import { createHubDiskCache } from "./hub-disk-cache.js";
import { hubAccess, readHubEnvironment } from "./hub-environment.js";
import { lockFolder } from "./lock-folder.js";
import { sharpPictures } from "./sharp-pictures.js";

/** Options of {@link nodeTrainDeps}. */
export interface NodeTrainOptions {
  /** Folder of the tokenizer's files, for a base that comes without or instead of its own. */
  readonly tokenizerFolder?: string | undefined;
  /** The model that `base.path: embedded` means: `openEmbeddedBase()` of @atelier/base/node. */
  readonly embeddedBase?: EmbeddedBase | undefined;
}

/** The dependencies of `train` on this machine, with the device of the config. */
export function nodeTrainDeps(
  { device }: Pick<TrainConfig, "device">,
  { tokenizerFolder, embeddedBase }: NodeTrainOptions = {},
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
    cacheFolder: nodeFiles.join(atelierCacheFolder(), "tensors"),
    lockFolder,
    async freeBytes(path) {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    },
    now: Date.now,
    memoryBytes: () => process.memoryUsage.rss(),
    async openBase(base, options) {
      const { path, ...identity } = await findBase(base, options, embeddedBase);
      const { variant, vae, predictionType, zeroTerminalSnr } = base;
      const reading = { variant, vae, predictionType, zeroTerminalSnr };
      return loadPipeline(await openModelFiles(nodeFiles, path, reading), {
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

interface FoundBase {
  readonly path: string;
  readonly name?: string;
  readonly fingerprint?: string;
}

async function findBase(
  base: BaseConfig,
  options: OpenBaseOptions,
  embedded: EmbeddedBase | undefined,
): Promise<FoundBase> {
  if (base.path !== embeddedBaseName) return { path: base.path ?? (await download(base, options)) };
  if (embedded !== undefined) {
    const { folder: path, fingerprint } = embedded;
    return { path, name: embeddedBaseTitle, fingerprint };
  }
  throw new AtelierError(
    "config",
    "base.path: expected embeddedBase beside the config, since the base is embedded, got none. Give what openEmbeddedBase() of @atelier/base/node returns, or name another base.",
  );
}

async function download(
  { repo = "", revision, variant, offline }: BaseConfig,
  { signal, onProgress }: OpenBaseOptions,
): Promise<string> {
  const hub = readHubEnvironment();
  const { path } = await resolveModel(`${repo}@${revision}`, {
    files: nodeFiles,
    cache: createHubDiskCache(hub.cacheFolder, hub),
    ...hubAccess(hub),
    isOffline: offline || hub.isOffline,
    variant,
    signal,
    onEvent: (event) => {
      const progress = progressOf(event);
      if (progress !== undefined) onProgress(progress);
    },
  });
  return path;
}

function progressOf(event: HubEvent): ProgressEvent | undefined {
  if (event.type !== "progress") return undefined;
  const { receivedBytes: done, sizeBytes: total } = event;
  return { type: "progress", stage: "download", done, total };
}
