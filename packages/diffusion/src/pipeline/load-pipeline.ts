/** @file From an open checkpoint to a pipeline that can run its models. */

import { type FileStore, type Runtime, sizeOf } from "@atelier/engine";
import type { Checkpoint, CheckpointModel } from "../io/checkpoint/checkpoint.js";
import { describeAdaptableLayers } from "../models/checkpoint-layers.js";
import { displayName } from "./display-name.js";
import { type ComponentName, componentParameters, parameterPrefix } from "./graphs.js";
import { createModelRunner } from "./model-runner.js";
import { type ParameterSources, parameterSources } from "./parameter-sources.js";
import type { Pipeline } from "./pipeline.js";
import { lazyTokenizer } from "./pipeline-tokenizer.js";
import { requireRunnable } from "./require-runnable.js";
import { createModels } from "./run-models.js";

/** Options of {@link loadPipeline}. */
export interface LoadPipelineOptions {
  readonly runtime: Runtime;
  readonly files: FileStore;
  /** Folder of the tokenizer's files, for a checkpoint that comes without or instead of its own. */
  readonly tokenizerFolder?: string;
  /** What pictures and adapters call the model; the folder's or file's name by default. */
  readonly name?: string | undefined;
  /** Kept as `Pipeline.fingerprint`. */
  readonly fingerprint?: string | undefined;
  /**
   * How many compiled graphs are kept; each holds a runtime session. By default one of a large
   * checkpoint, whose weights and activations take gigabytes each, and four of a small one.
   */
  readonly maxGraphs?: number;
}

/** Parameters from which on a checkpoint counts as large: 1 GiB of float32. */
const largeParameters = 2 ** 28;

/**
 * Makes a checkpoint runnable: checks that every model has its parameters. Takes the checkpoint over
 * and closes it when the pipeline is disposed, or at once when it cannot be loaded.
 * @throws AtelierError `config` for a kind of model that cannot be run, `weights` for tensors that
 *   are missing or misshapen.
 * @example
 * const checkpoint = await openCheckpoint(nodeFiles, "stable-diffusion-v1-5");
 * await using pipeline = await loadPipeline(checkpoint, { runtime: createOrtRuntime(), files: nodeFiles });
 */
export async function loadPipeline(
  checkpoint: Checkpoint,
  options: LoadPipelineOptions,
): Promise<Pipeline> {
  try {
    return createPipeline(checkpoint, options);
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

function createPipeline(
  checkpoint: Checkpoint,
  { runtime, files, tokenizerFolder, maxGraphs, name, fingerprint }: LoadPipelineOptions,
): Pipeline {
  requireRunnable(checkpoint);
  const { family, unet, textEncoder, vae, scheduler } = checkpoint;
  const configs = { unet: unet.config, textEncoder: textEncoder.config, vae: vae.config };
  const sourcesOf = (component: ComponentName, { weights }: CheckpointModel<unknown>) =>
    parameterSources(`${checkpoint.path}: ${component}`, weights, {
      parameters: componentParameters(configs, component),
      prefix: parameterPrefix(component),
      mapsFiles: runtime.capabilities.mapsFiles,
    });
  const sources: Readonly<Record<ComponentName, ParameterSources>> = {
    unet: sourcesOf("unet", unet),
    text_encoder: sourcesOf("text_encoder", textEncoder),
    vae: sourcesOf("vae", vae),
  };
  const layers = describeAdaptableLayers(configs);
  const isLarge = parameterCount([unet, textEncoder, vae]) > largeParameters;
  const runner = createModelRunner({ runtime, sources, maxGraphs: maxGraphs ?? (isLarge ? 1 : 4) });
  const tokenizer = lazyTokenizer(
    files,
    tokenizerFolder ?? checkpoint.tokenizerFolder,
    textEncoder.config,
  );
  const unused = Object.entries(sources).flatMap(([component, { unusedKeys }]) =>
    unusedKeys.map((key) => `${component}: ${key}`),
  );
  return {
    name: name ?? displayName(checkpoint.path),
    fingerprint,
    family,
    configs,
    scheduleConfig: scheduler,
    generation: checkpoint.generation,
    latentFactor: 2 ** (vae.config.blockOutChannels.length - 1),
    layers,
    unusedKeys: [...checkpoint.unknownKeys, ...unused],
    parameters: (component) => sources[component].load(),
    tokenizer,
    ...createModels({ configs, base: { family, layers }, runner, tokenizer }),
    async [Symbol.asyncDispose]() {
      await runner[Symbol.asyncDispose]();
      await checkpoint.close();
    },
  };
}

function parameterCount(models: readonly CheckpointModel<unknown>[]): number {
  const shapes = models.flatMap(({ weights }) => [...weights.entries.values()]);
  return shapes.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
