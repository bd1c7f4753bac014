/** @file What a pipeline's models do: text to states, pictures to latents and back, one prediction. */

import { type FloatTensor, floatTensor, internalError, intTensor } from "@atelier/engine";
import type { TextEncoderName } from "../core/component-name.js";
import type { TextStates } from "../families/family.js";
import { presentEncoders } from "../families/model-files.js";
import { type AdapterBase, applyAdapters, requireAdapters } from "./adapters.js";
import { conditioningRows, hostOps } from "./conditioning.js";
import {
  decoderGraph,
  denoiserGraph,
  encoderGraph,
  type ModelKind,
  textEncoderGraph,
} from "./graphs.js";
import type { ModelRunner } from "./model-runner.js";
import type { Denoiser, EncodedImages, Pipeline } from "./pipeline.js";
import { joinRows, requireExtents, rowsOf } from "./tensor-rows.js";
import { idsOfText, stackIds, type Tokenizers } from "./tokenizers.js";

/** What the models of a pipeline work with. */
export interface ModelsContext extends ModelKind {
  readonly base: AdapterBase;
  readonly runner: ModelRunner;
  readonly tokenizers: () => Promise<Tokenizers>;
}

/** The part of a pipeline that runs models. */
export type PipelineModels = Pick<
  Pipeline,
  "encodePrompts" | "encodeTokens" | "encodeStates" | "encodeImages" | "decodeLatents" | "denoiser"
>;

/** Makes the functions that run a pipeline's models. */
export function createModels(context: ModelsContext): PipelineModels {
  const { family, configs } = context;
  const encodeStates: Pipeline["encodeStates"] = (name, ids, options) =>
    statesOf(context, { name, ids }, options);
  const encodeTokens: Pipeline["encodeTokens"] = async (ids, options) => {
    const texts: Partial<Record<TextEncoderName, TextStates<FloatTensor>>> = {};
    for (const { component } of presentEncoders(family, configs)) {
      // No texts have no ids of any encoder, which is said as a wrong shape.
      const own = ids[component] ?? intTensor([], [0, 0]);
      texts[component] = await encodeStates(component, own, options);
    }
    return family.conditioning.ofTexts(configs, texts, hostOps);
  };
  return {
    encodeStates,
    encodeTokens,
    encodePrompts: async (prompts, options) => {
      const tokenizers = await context.tokenizers();
      const texts = prompts.map((prompt) => idsOfText(tokenizers, prompt));
      return {
        conditioning: await encodeTokens(stackIds(texts.map(({ ids }) => ids)), options),
        truncated: texts.map(({ truncated }) => truncated),
      };
    },
    encodeImages: (pixels) => encodeImages(context, pixels),
    decodeLatents: (latents, options) => decodeLatents(context, latents, options),
    denoiser: (sizes, options) => denoiser(context, sizes, options),
  };
}

async function statesOf(
  context: ModelsContext,
  {
    name,
    ids,
  }: {
    name: Parameters<Pipeline["encodeStates"]>[0];
    ids: Parameters<Pipeline["encodeStates"]>[1];
  },
  { clipSkip = 0, adapters = [] }: Parameters<Pipeline["encodeStates"]>[2] = {},
): ReturnType<Pipeline["encodeStates"]> {
  const { family, base, runner } = context;
  requireExtents("encodeTokens ids", ids, ["texts", "tokens"]);
  requireAdapters(adapters, base);
  const encoder = family.textEncoders.find(({ component }) => component === name);
  if (encoder === undefined) throw internalError(`${family.id} has no ${name}.`);
  const { key, overlay, values } = applyAdapters(adapters, name);
  const [texts = 0, tokens = 0] = ids.shape;
  const graph = runner.graph(name, `${tokens} ${clipSkip} ${key}`, () =>
    textEncoderGraph(context, encoder, { tokens, clipSkip, overlay }),
  );
  const states: FloatTensor[] = [];
  const pooled: FloatTensor[] = [];
  for (let text = 0; text < texts; text++) {
    const row = ids.data.subarray(text * tokens, (text + 1) * tokens);
    const output = await graph.run({ input_ids: intTensor(row, [1, tokens]) }, { offered: values });
    states.push(output("states"));
    if (output.has("pooled")) pooled.push(output("pooled"));
  }
  return {
    states: joinRows(states),
    ...(pooled.length === 0 ? {} : { pooled: joinRows(pooled) }),
  };
}

async function encodeImages(context: ModelsContext, pixels: FloatTensor): Promise<EncodedImages> {
  requireExtents("encodeImages pixels", pixels, ["pictures", 3, "height", "width"]);
  const shape = [1, ...pixels.shape.slice(1)];
  const { family, runner } = context;
  const graph = runner.graph(family.autoencoder, `encode ${shape.join()}`, () =>
    encoderGraph(context, shape),
  );
  const means: FloatTensor[] = [];
  const logVariances: FloatTensor[] = [];
  for (const picture of rowsOf(pixels)) {
    const output = await graph.run({ pixels: picture });
    means.push(output("mean"));
    logVariances.push(output("log_variance"));
  }
  return { mean: joinRows(means), logVariance: joinRows(logVariances) };
}

async function decodeLatents(
  context: ModelsContext,
  latents: FloatTensor,
  { signal }: Parameters<Pipeline["decodeLatents"]>[1] = {},
): Promise<FloatTensor> {
  const { family, configs, runner } = context;
  const { channels } = family.latents(configs);
  requireExtents("decodeLatents latents", latents, ["pictures", channels, "height", "width"]);
  const shape = [1, ...latents.shape.slice(1)];
  const graph = runner.graph(family.autoencoder, `decode ${shape.join()}`, () =>
    decoderGraph(context, shape),
  );
  const pictures: FloatTensor[] = [];
  for (const row of rowsOf(latents)) {
    const output = await graph.run({ latents: row }, { signal });
    pictures.push(output("pixels"));
  }
  return joinRows(pictures);
}

async function denoiser(
  context: ModelsContext,
  {
    batch,
    height,
    width,
    tokens = context.family.conditioning.tokens(context.configs),
  }: Parameters<Pipeline["denoiser"]>[0],
  { adapters = [], skippedBlocks = [], signal }: Parameters<Pipeline["denoiser"]>[1] = {},
): Promise<Denoiser> {
  const { family, base, runner } = context;
  requireAdapters(adapters, base);
  const { key, overlay, values } = applyAdapters(adapters, family.denoiser);
  const rows = runner.capabilities.separatesRows ? 1 : batch;
  const graph = runner.graph(
    family.denoiser,
    `${[rows, height, width, tokens].join()} ${skippedBlocks.join()} ${key}`,
    () => denoiserGraph(context, { batch: rows, height, width, tokens, skippedBlocks }, overlay),
    batch / rows,
  );
  await graph.prepare();
  const predict: Denoiser = async (sample, timestep, conditioning) => {
    const time = floatTensor(new Float32Array(rows).fill(timestep), [rows]);
    const inputs = { sample, timestep: time, ...conditioning };
    const output = await graph.run(inputs, { offered: values, signal });
    return output("prediction");
  };
  if (rows === batch) return predict;
  return async (sample, timestep, conditioning) => {
    requireExtents("denoiser sample", sample, [batch, ...sample.shape.slice(1)]);
    const told = conditioningRows(conditioning);
    const runs = rowsOf(sample).map((row, at) => predict(row, timestep, told(at)));
    return joinRows(await Promise.all(runs));
  };
}
