/** @file From an open checkpoint to a pipeline that can run its models. */

import { type FileStore, internalError, type Runtime, sizeOf } from "@atelier/engine";
import type { ComponentName } from "../core/component-name.js";
import type { Embedding } from "../core/embedding.js";
import { parameterPrefix } from "../families/components.js";
import { adaptableLayers, componentParameters } from "../families/layers.js";
import {
  componentOf,
  configsOf,
  type ModelFiles,
  presentComponents,
} from "../families/model-files.js";
import { replaceWeights } from "../files/model/replace-weights.js";
import { addEmbeddings } from "./add-embeddings.js";
import { displayName } from "./display-name.js";
import { createModelRunner } from "./model-runner.js";
import { type ParameterSources, parameterSources } from "./parameter-sources.js";
import type { OwnedPipeline } from "./pipeline.js";
import { requireRunnable } from "./require-runnable.js";
import { createModels } from "./run-models.js";
import { lazyTokenizers, type Tokenizers } from "./tokenizers.js";

/** Options of {@link loadPipeline}. */
export interface LoadPipelineOptions {
  readonly runtime: Runtime;
  readonly files: FileStore;
  /**
   * Folder of the tokenizer's files, or one that holds a folder for each text encoder's, for a model that
   * comes without or instead of its own.
   */
  readonly tokenizerFolder?: string | undefined;
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
 * const model = await openModelFiles(nodeFiles, "stable-diffusion-v1-5");
 * await using pipeline = await loadPipeline(model, { runtime: createOrtRuntime(), files: nodeFiles });
 */
export async function loadPipeline(
  model: ModelFiles,
  options: LoadPipelineOptions,
): Promise<OwnedPipeline> {
  try {
    const pipeline = await pipelineOver(model, options);
    return {
      ...pipeline,
      async [Symbol.asyncDispose]() {
        await pipeline[Symbol.asyncDispose]();
        await model.close();
      },
    };
  } catch (error) {
    await model.close();
    throw error;
  }
}

/** A pipeline over an open checkpoint, which stays open when it is disposed. */
async function pipelineOver(
  model: ModelFiles,
  options: LoadPipelineOptions,
): Promise<OwnedPipeline> {
  const { files, embeddings = [] } = options;
  requireRunnable(model);
  const tokenizers = lazyTokenizers(files, model, options.tokenizerFolder);
  const derive: OwnedPipeline["derive"] = async ({ embeddings: more = [], weights = {} }) =>
    pipelineOver(replaceWeights(model, weights), {
      ...options,
      embeddings: [...embeddings, ...more],
    });
  if (embeddings.length === 0) return { ...createPipeline(model, tokenizers, options), derive };
  const grown = addEmbeddings(model, await tokenizers(), embeddings);
  return { ...createPipeline(grown.model, async () => grown.tokenizers, options), derive };
}

function createPipeline(
  model: ModelFiles,
  tokenizers: () => Promise<Tokenizers>,
  { runtime, maxGraphs, name, fingerprint, embeddings = [] }: LoadPipelineOptions,
): Omit<OwnedPipeline, "derive"> {
  const { family, scheduler } = model;
  const configs = configsOf(model);
  const sources = new Map<ComponentName, ParameterSources>(
    presentComponents(family, configs).map((component) => [
      component,
      parameterSources(`${model.path}: ${component}`, componentOf(model, component).weights, {
        parameters: componentParameters(configs, component),
        prefix: parameterPrefix(component),
        maps: runtime.capabilities.maps,
      }),
    ]),
  );
  const layers = adaptableLayers(family, configs);
  const isLarge = parameterCount(model) > largeParameters;
  const runner = createModelRunner({ runtime, sources, maxGraphs: maxGraphs ?? (isLarge ? 1 : 4) });
  const unused = [...sources].flatMap(([component, { unusedKeys }]) =>
    unusedKeys.map((key) => `${component}: ${key}`),
  );
  return {
    model,
    name: name ?? displayName(model.path),
    fingerprint,
    family,
    configs,
    scheduleConfig: scheduler,
    generation: model.generation,
    latents: family.latents(configs),
    layers,
    unusedKeys: [...model.unknownKeys, ...unused],
    async parameters(component) {
      const found = sources.get(component);
      if (found === undefined) throw internalError(`pipeline: no ${component}.`);
      return found.load();
    },
    widened: new Map([...sources.values()].flatMap(({ widened }) => [...widened])),
    tokenizers,
    embeddingTokens: embeddings.map(({ token }) => token),
    ...createModels({ family, configs, base: { family, layers }, runner, tokenizers }),
    [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
  };
}

function parameterCount({ components }: ModelFiles): number {
  const shapes = Object.values(components).flatMap(({ weights }) => [...weights.entries.values()]);
  return shapes.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}
