/** @file What a pipeline's models do: text to states, pictures to latents and back, one prediction. */

import { type FloatTensor, floatTensor, intTensor, type TensorOf } from "@atelier/engine";
import type { ClipTokenizer } from "../tokenizer/clip-tokenizer.js";
import { type AdapterBase, applyAdapters, requireAdapters } from "./adapters.js";
import {
  decoderGraph,
  denoiserGraph,
  encoderGraph,
  type PipelineConfigs,
  textEncoderGraph,
} from "./graphs.js";
import type { ModelRunner } from "./model-runner.js";
import type {
  Denoiser,
  DenoiserOptions,
  DenoiserSizes,
  EncodedImages,
  EncodePromptOptions,
  Pipeline,
} from "./pipeline.js";
import { joinRows, requireExtents, rowsOf } from "./tensor-rows.js";

/** What the models of a pipeline work with. */
export interface ModelsContext {
  readonly configs: PipelineConfigs;
  readonly base: AdapterBase;
  readonly runner: ModelRunner;
  readonly tokenizer: () => Promise<ClipTokenizer>;
}

/** The part of a pipeline that runs models. */
export type PipelineModels = Pick<
  Pipeline,
  "encodePrompts" | "encodeTokens" | "encodeImages" | "decodeLatents" | "denoiser"
>;

/** Makes the functions that run a pipeline's models. */
export function createModels(context: ModelsContext): PipelineModels {
  return {
    encodePrompts: async (prompts, options) => {
      const tokenizer = await context.tokenizer();
      const texts = prompts.map((prompt) => tokenizer.encode(prompt));
      const ids = intTensor(
        texts.flatMap((text) => text.ids),
        [texts.length, tokenizer.maxLength],
      );
      return {
        embeddings: await encodeTokens(context, ids, options),
        truncated: texts.map(({ truncated }) => truncated),
      };
    },
    encodeTokens: (ids, options) => encodeTokens(context, ids, options),
    encodeImages: (pixels) => encodeImages(context, pixels),
    decodeLatents: (latents) => decodeLatents(context, latents),
    denoiser: (sizes, options) => denoiser(context, sizes, options),
  };
}

async function encodeTokens(
  { configs, base, runner }: ModelsContext,
  ids: TensorOf<"int64">,
  { clipSkip = 0, adapters = [] }: EncodePromptOptions = {},
): Promise<FloatTensor> {
  requireExtents("encodeTokens ids", ids, ["texts", "tokens"]);
  requireAdapters(adapters, base);
  const { key, overlay, values } = applyAdapters(adapters, "text_encoder");
  const [texts = 0, tokens = 0] = ids.shape;
  const graph = runner.graph("text_encoder", `${tokens} ${clipSkip} ${key}`, () =>
    textEncoderGraph(configs.textEncoder, { tokens, clipSkip, overlay }),
  );
  const states: FloatTensor[] = [];
  for (let text = 0; text < texts; text++) {
    const row = ids.data.subarray(text * tokens, (text + 1) * tokens);
    const output = await graph.run({ ...values, input_ids: intTensor(row, [1, tokens]) });
    states.push(output("embeddings"));
  }
  return joinRows(states);
}

async function encodeImages(
  { configs, runner }: ModelsContext,
  pixels: FloatTensor,
): Promise<EncodedImages> {
  requireExtents("encodeImages pixels", pixels, ["pictures", 3, "height", "width"]);
  const shape = [1, ...pixels.shape.slice(1)];
  const graph = runner.graph("vae", `encode ${shape.join()}`, () =>
    encoderGraph(configs.vae, shape),
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
  { configs, runner }: ModelsContext,
  latents: FloatTensor,
): Promise<FloatTensor> {
  const { latentChannels } = configs.vae;
  requireExtents("decodeLatents latents", latents, ["pictures", latentChannels, "height", "width"]);
  const shape = [1, ...latents.shape.slice(1)];
  const graph = runner.graph("vae", `decode ${shape.join()}`, () =>
    decoderGraph(configs.vae, shape),
  );
  const pictures: FloatTensor[] = [];
  for (const row of rowsOf(latents)) {
    const output = await graph.run({ latents: row });
    pictures.push(output("pixels"));
  }
  return joinRows(pictures);
}

async function denoiser(
  { configs, base, runner }: ModelsContext,
  { batch, height, width, tokens = configs.textEncoder.maxPositionEmbeddings }: DenoiserSizes,
  { adapters = [] }: DenoiserOptions = {},
): Promise<Denoiser> {
  requireAdapters(adapters, base);
  const { key, overlay, values } = applyAdapters(adapters, "unet");
  const sizes = { batch, height, width, tokens };
  const graph = runner.graph("unet", `${[batch, height, width, tokens].join()} ${key}`, () =>
    denoiserGraph(configs.unet, sizes, overlay),
  );
  await graph.prepare();
  return async (sample, timestep, embeddings) => {
    const output = await graph.run({
      ...values,
      sample,
      timestep: floatTensor(new Float32Array(batch).fill(timestep), [batch]),
      encoder_hidden_states: embeddings,
    });
    return output("prediction");
  };
}
