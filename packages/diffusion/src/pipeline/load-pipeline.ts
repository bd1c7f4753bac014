/** @file From an open checkpoint to a pipeline that can run its models. */

import { type FileStore, type Runtime, sizeOf } from "@atelier/engine";
import type { Embedding } from "../core/embedding.js";
import type { Checkpoint, CheckpointModel } from "../core/model-files.js";
import { describeAdaptableLayers } from "../families/checkpoint-layers.js";
import { replaceWeights } from "../files/model/replace-weights.js";
import type { ClipTokenizer } from "../tokenizer/clip-tokenizer.js";
import { addEmbeddings } from "./add-embeddings.js";
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
  /** New words for prompts, from textual inversion. */
  readonly embeddings?: readonly Embedding[] | undefined;
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
 *   are missing or misshapen and for embeddings of another width, `data` for tokens that cannot be
 *   added.
 * @example
 * const checkpoint = await openCheckpoint(nodeFiles, "stable-diffusion-v1-5");
 * await using pipeline = await loadPipeline(checkpoint, { runtime: createOrtRuntime(), files: nodeFiles });
 */
export async function loadPipeline(
  checkpoint: Checkpoint,
  options: LoadPipelineOptions,
): Promise<Pipeline> {
  const { files, embeddings = [], tokenizerFolder = checkpoint.tokenizerFolder } = options;
  try {
    requireRunnable(checkpoint);
    const tokenizer = lazyTokenizer(files, tokenizerFolder, checkpoint.textEncoder.config);
    const derive: Pipeline["derive"] = ({ embeddings: more = [], weights = {} }) => {
      const changed = { ...replaceWeights(checkpoint, weights), close: async () => {} };
      return loadPipeline(changed, { ...options, embeddings: [...embeddings, ...more] });
    };
    if (embeddings.length === 0) {
      return { ...createPipeline(checkpoint, tokenizer, options), derive };
    }
    const grown = addEmbeddings(checkpoint, await tokenizer(), embeddings);
    return { ...createPipeline(grown.checkpoint, async () => grown.tokenizer, options), derive };
  } catch (error) {
    await checkpoint.close();
    throw error;
  }
}

function createPipeline(
  checkpoint: Checkpoint,
  tokenizer: () => Promise<ClipTokenizer>,
  { runtime, maxGraphs, name, fingerprint, embeddings = [] }: LoadPipelineOptions,
): Omit<Pipeline, "derive"> {
  const { family, unet, textEncoder, vae, scheduler } = checkpoint;
  const configs = { unet: unet.config, textEncoder: textEncoder.config, vae: vae.config };
  const sourcesOf = (component: ComponentName, { weights }: CheckpointModel<unknown>) =>
    parameterSources(`${checkpoint.path}: ${component}`, weights, {
      parameters: componentParameters(configs, component),
      prefix: parameterPrefix(component),
      maps: runtime.capabilities.maps,
    });
  const sources: Readonly<Record<ComponentName, ParameterSources>> = {
    unet: sourcesOf("unet", unet),
    text_encoder: sourcesOf("text_encoder", textEncoder),
    vae: sourcesOf("vae", vae),
  };
  const layers = describeAdaptableLayers(configs);
  const isLarge = parameterCount([unet, textEncoder, vae]) > largeParameters;
  const runner = createModelRunner({ runtime, sources, maxGraphs: maxGraphs ?? (isLarge ? 1 : 4) });
  const unused = Object.entries(sources).flatMap(([component, { unusedKeys }]) =>
    unusedKeys.map((key) => `${component}: ${key}`),
  );
  return {
    checkpoint,
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
    widened: new Set(Object.values(sources).flatMap(({ widened }) => widened)),
    tokenizer,
    embeddingTokens: embeddings.map(({ token }) => token),
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
