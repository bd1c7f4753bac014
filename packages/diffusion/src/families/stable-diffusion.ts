/**
 * @file Stable Diffusion 1.x and 2.x (Rombach et al. 2022, arXiv 2112.10752): one text encoder, whose states
 * are all that the UNet is told beside the time.
 */

import { clipText } from "../models/clip-text/model.js";
import { unet } from "../models/unet/model.js";
import { type Configs, configOf } from "./components.js";
import type { AdapterRules, ConditioningRules, ModelFamily } from "./family.js";
import { clipPart, openClipPart, unetPart, vaePart } from "./keys/ldm-parts.js";
import {
  type AssumedPrediction,
  denoiserPrefix,
  type ReadableTensors,
} from "./keys/single-file-layout.js";
import { clipEncoder } from "./text-encoders.js";
import { unetFamily, unetProblems } from "./unet-family.js";

/** The name of the text states among the tensors of a conditioning, as diffusers calls them. */
const states = "encoder_hidden_states";

const conditioning: ConditioningRules = {
  sequence: states,
  isJoint: false,
  tokens: (configs) => configOf(configs, "text_encoder").maxPositionEmbeddings,
  shapes: (configs, rows, tokens) => ({
    [states]: [rows, tokens, configOf(configs, "unet").crossAttentionDim],
  }),
  ofTexts: (_, { text_encoder: text }) => (text === undefined ? {} : { [states]: text.states }),
  ofSizes: () => ({}),
  none: () => "empty-text",
};

/** Fields that both have in common. */
const stableDiffusion = {
  ...unetFamily,
  pipelineClass: "StableDiffusionPipeline",
  index: {
    requires_safety_checker: false,
    safety_checker: [null, null],
    feature_extractor: [null, null],
    image_encoder: [null, null],
  },
  components: ["unet", "vae", "text_encoder"],
  textEncoders: [
    {
      ...clipEncoder("text_encoder", { tokenizerFolder: "tokenizer" }),
      // The last state after the final norm, or one before it, normalised as well.
      encode: (configs, weights, ids, options) => ({
        states: clipText(configOf(configs, "text_encoder"), weights, ids, options).promptEmbeds,
      }),
    },
  ],
  problems: (configs) => unetProblems(configs, configOf(configs, "text_encoder").hiddenSize),
  conditioning,
  predict: (
    configs,
    weights,
    { sample, time, conditioning: { [states]: text = sample } },
    blocks,
  ) =>
    unet(
      configOf(configs, "unet"),
      weights,
      { sample, timestep: time, encoderHiddenStates: text },
      blocks,
    ),
  sampling: { steps: 30, guidanceScale: 7.5, sampler: "dpmpp_2m_karras" },
} as const satisfies Partial<ModelFamily>;

/** The schedule that every Stable Diffusion was trained with. */
export const trainedSchedule = {
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  num_train_timesteps: 1000,
  steps_offset: 1,
  timestep_spacing: "leading",
} as const;

const latentScale = 0.18215;

const adapters: Omit<AdapterRules, "spec" | "isSecondVersion"> = {
  numbersTextEncoders: false,
  denoiserNames: "diffusers",
  implementation: "diffusers",
};

const widths = { sd1: 768, sd2: 1024 } as const;

/**
 * Of models whose UNet reads text alone: by the width of its states and, where no published model has that, by
 * the text encoder, since OpenCLIP's (2.x) has another activation than CLIP's. Whether projections are matrices
 * or 1×1 convolutions says nothing: programs write either.
 */
function isOf(
  version: keyof typeof widths,
  { unet: config, text_encoder: text }: Configs,
): boolean {
  if (config === undefined || config.additionEmbedType !== undefined) return false;
  const byWidth = Object.entries(widths).find(([, width]) => width === config.crossAttentionDim);
  const byActivation = text?.hiddenAct === "gelu" ? "sd2" : "sd1";
  return (byWidth?.[0] ?? byActivation) === version;
}

/** Stable Diffusion 1.x. */
export const sd1: ModelFamily = {
  ...stableDiffusion,
  id: "sd1",
  title: "Stable Diffusion 1.x",
  publishedWidths: [widths.sd1],
  recognises: (configs) => isOf("sd1", configs),
  adapters: {
    ...adapters,
    isSecondVersion: false,
    spec: () => ({ architecture: "stable-diffusion-v1", baseVersion: "sd_v1" }),
  },
  singleFile: {
    parts: [
      unetPart(),
      vaePart({ scale: latentScale }),
      clipPart("text_encoder", "cond_stage_model.transformer."),
    ],
    owns: (entries) => readsWidthOf(entries, "cond_stage_model.transformer.text_model.embeddings."),
    scheduler: () => ({
      _class_name: "PNDMScheduler",
      ...trainedSchedule,
      set_alpha_to_one: false,
      skip_prk_steps: true,
    }),
    assumePrediction: async () => ({ type: "epsilon", reason: "sd1" }),
    marksPrediction: false,
  },
};

const openClipPrefix = "cond_stage_model.model.";

/** Stable Diffusion 2.x. */
export const sd2: ModelFamily = {
  ...stableDiffusion,
  id: "sd2",
  title: "Stable Diffusion 2.x",
  publishedWidths: [widths.sd2],
  recognises: (configs) => isOf("sd2", configs),
  adapters: {
    ...adapters,
    isSecondVersion: true,
    spec: (predictionType) =>
      predictionType === "v_prediction"
        ? { architecture: "stable-diffusion-v2-768-v", baseVersion: "sd_v2_v" }
        : { architecture: "stable-diffusion-v2-512", baseVersion: "sd_v2" },
  },
  singleFile: {
    parts: [
      // SD 2.x at 768 pixels is the one that predicts v.
      unetPart(({ scheduler }) =>
        scheduler["prediction_type"] === "v_prediction" ? 96 : undefined,
      ),
      vaePart({ scale: latentScale }),
      // It reads the state before the tower's last layer.
      openClipPart("text_encoder", openClipPrefix, { usesPenultimate: true }),
    ],
    owns: (entries) => readsWidthOf(entries, openClipPrefix),
    scheduler: () => ({
      _class_name: "DDIMScheduler",
      ...trainedSchedule,
      set_alpha_to_one: false,
      clip_sample: false,
    }),
    assumePrediction: assumeOfSd2,
    marksPrediction: false,
  },
};

const crossAttention = `${denoiserPrefix}input_blocks.1.1.transformer_blocks.0.attn2.to_k.weight`;

/** Whether the UNet reads states as wide as those of the text encoder below a prefix. */
function readsWidthOf(entries: ReadableTensors["entries"], prefix: string): boolean {
  const table = [...entries].find(
    ([name]) => name.startsWith(prefix) && name.endsWith("token_embedding.weight"),
  );
  return table !== undefined && table[1].shape[1] === entries.get(crossAttention)?.shape[1];
}

/**
 * The bias of this norm spreads wider in SD 2.x at 768 pixels, which predicts v, than at 512, which
 * predicts ε: ComfyUI tells them apart by it.
 */
const tellingBias = `${denoiserPrefix}output_blocks.11.1.transformer_blocks.0.norm1.bias`;
const largestEpsilonDeviation = 0.09;

async function assumeOfSd2(file: ReadableTensors): Promise<AssumedPrediction> {
  const { entries, metadata } = file;
  if (entries.get(`${denoiserPrefix}input_blocks.0.0.weight`)?.shape[1] !== 4) {
    return { type: "epsilon", reason: "sd2-special" };
  }
  if (entries.has(tellingBias)) {
    const { data } = await file.readFloat32(tellingBias);
    return deviation(data) > largestEpsilonDeviation
      ? { type: "v_prediction", reason: "sd2-norm-768" }
      : { type: "epsilon", reason: "sd2-norm-512" };
  }
  // A .ckpt file tells how long it was trained, as Stability's own SD 2.0 at 512 pixels was.
  if (metadata.get("global_step") === "875000") {
    return { type: "epsilon", reason: "sd2-steps" };
  }
  return { type: "v_prediction", reason: "sd2-768" };
}

/** Of all values, not of a sample. */
function deviation(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
