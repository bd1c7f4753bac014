/** @file A run, what it needs of the platform, and how it goes on. */

import type { Runtime } from "@atelier/engine";
import type { PictureDecoder } from "../data/picture-decoder.js";
import type { OwnedPipeline } from "../pipeline/pipeline.js";
import type { BaseConfig } from "./config/train-config.js";
import type { ProgressEvent } from "./events/train-event.js";
import type { RunFolder, RunFolderDeps } from "./folder/run-folder.js";
import type { RunPlan } from "./plan/plan-run.js";
import type { WatcherFactory } from "./watch/watcher.js";

/** How a base model is opened. */
export interface OpenBaseOptions {
  readonly signal: AbortSignal | undefined;
  /** Told while the base is downloaded. */
  readonly onProgress: (event: ProgressEvent) => void;
}

/** Bytes of a graphics card's own memory. */
export interface CardMemory {
  readonly total: number;
  readonly free: number;
}

/** What a training needs of the platform. */
export interface TrainDeps extends RunFolderDeps {
  readonly runtime: Runtime;
  readonly decoder: PictureDecoder;
  /** Folder of computed tensors where the config names none. */
  readonly cacheFolder: string;
  /** Folder of the tokenizer's files, for a base that comes without or instead of its own. */
  readonly tokenizerFolder?: string | undefined;
  /** @throws AtelierError when there is no such model or it cannot be run. */
  readonly openBase: (base: BaseConfig, options: OpenBaseOptions) => Promise<OwnedPipeline>;
  /** Resident memory of this process. */
  readonly memoryBytes: () => number;
  /** Memory of the card that a device is; `undefined` where nobody tells. */
  readonly cardMemory?: (() => Promise<CardMemory | undefined>) | undefined;
  /** Watches beside the run's own watchers. A run that is resumed needs the same ones to watch on. */
  readonly watchers?: WatcherFactory | undefined;
}

/** How a run goes on. */
export interface ResumeOptions {
  /** Goes on, with a warning, where the base or the pictures are not those of the run's beginning. */
  readonly allowChanges?: boolean;
  /** Goes on although a watcher ended the run, and heeds no later word of that watcher. */
  readonly pastStop?: boolean;
  /** Ends the run where its newest snapshot is, with the result that it would have had there. */
  readonly finish?: boolean;
}

/** A run and what it works with. */
export interface Run {
  readonly folder: RunFolder;
  readonly plan: RunPlan;
  /** For the preparation; disposed after it, so that the autoencoder's memory is free for training. */
  readonly pipeline: OwnedPipeline;
  readonly deps: TrainDeps;
  readonly signal: AbortSignal | undefined;
  readonly resume: ResumeOptions | undefined;
}
