/**
 * @file Stable Diffusion XL (Podell et al. 2023, arXiv 2307.01952): two text encoders whose penultimate
 * states stand side by side, the second one's pooled projection, and six sizes of each picture.
 */

import { floatTensor } from "@atelier/engine";
import { unet } from "../models/unet/model.js";
import { type Configs, clipConfigOf, configOf } from "./components.js";
import type { ConditioningRules, ModelFamily, PictureSizes } from "./family.js";
import { clipPart, openClipPart, unetPart, vaePart } from "./keys/ldm-parts.js";
import { trainedSchedule } from "./stable-diffusion.js";
import { penultimateEncoder } from "./text-encoders.js";
import { unetFamily, unetProblems } from "./unet-family.js";

/** Names of the tensors of a conditioning, as diffusers calls them. */
const names = {
  states: "encoder_hidden_states",
  pooled: "text_embeds",
  sizes: "time_ids",
} as const;

const timeIds = 6;

const pooledWidth = (configs: Configs): number => {
  const { projectionClassEmbeddingsInputDim, additionTimeEmbedDim } = configOf(configs, "unet");
  return projectionClassEmbeddingsInputDim - timeIds * additionTimeEmbedDim;
};

const conditioning: ConditioningRules = {
  sequence: names.states,
  isJoint: false,
  tokens: (configs) => configOf(configs, "text_encoder").maxPositionEmbeddings,
  shapes: (configs, rows, tokens) => ({
    [names.states]: [rows, tokens, configOf(configs, "unet").crossAttentionDim],
    [names.pooled]: [rows, pooledWidth(configs)],
    [names.sizes]: [rows, timeIds],
  }),
  ofTexts(_, { text_encoder: first, text_encoder_2: second }, { concat }) {
    const pooled = second?.pooled;
    const states = [first, second].flatMap((text) => text?.states ?? []);
    return {
      [names.states]: concat(states, 2),
      ...(pooled === undefined ? {} : { [names.pooled]: pooled }),
    };
  },
  ofSizes: ({ original, crop, target }: PictureSizes) => ({
    [names.sizes]: floatTensor(
      [original.height, original.width, crop.top, crop.left, target.height, target.width],
      [1, timeIds],
    ),
  }),
  none: (index) => (index["force_zeros_for_empty_prompt"] === true ? "zeros" : "empty-text"),
};

/** Stable Diffusion XL. */
export const sdxl: ModelFamily = {
  ...unetFamily,
  id: "sdxl",
  title: "Stable Diffusion XL",
  publishedWidths: [768, 1280],
  pipelineClass: "StableDiffusionXLPipeline",
  index: {
    force_zeros_for_empty_prompt: true,
    feature_extractor: [null, null],
    image_encoder: [null, null],
  },
  components: ["unet", "vae", "text_encoder", "text_encoder_2"],
  textEncoders: [
    penultimateEncoder("text_encoder", {
      tokenizerFolder: "tokenizer",
      padToken: "<|endoftext|>",
    }),
    penultimateEncoder("text_encoder_2", { tokenizerFolder: "tokenizer_2", padToken: "!" }),
  ],
  recognises: ({ unet: config }) => config?.additionEmbedType === "text_time",
  problems(configs) {
    const [first, second] = [
      clipConfigOf(configs, "text_encoder"),
      clipConfigOf(configs, "text_encoder_2"),
    ];
    const pooled = pooledWidth(configs);
    return [
      ...unetProblems(configs, first.hiddenSize + second.hiddenSize),
      ...(second.hasProjection && second.projectionDim === pooled
        ? []
        : [
            `the second text encoder's projection must be ${pooled} wide, is ${second.hasProjection ? second.projectionDim : "missing"}`,
          ]),
    ];
  },
  conditioning,
  predict(configs, weights, { sample, time, conditioning: given }, blocks) {
    const {
      [names.states]: encoderHiddenStates = sample,
      [names.pooled]: textEmbeds = sample,
      [names.sizes]: sizes = sample,
    } = given;
    const inputs = { sample, timestep: time, encoderHiddenStates, textEmbeds, timeIds: sizes };
    return unet(configOf(configs, "unet"), weights, inputs, blocks);
  },
  sampling: { steps: 30, guidanceScale: 5, sampler: "dpmpp_2m_karras" },
  adapters: {
    spec: () => ({ architecture: "stable-diffusion-xl-v1-base", baseVersion: "sdxl_base_v1-0" }),
    numbersTextEncoders: true,
    denoiserNames: "original",
    implementation: "https://github.com/Stability-AI/generative-models",
    isSecondVersion: false,
  },
  singleFile: {
    parts: [
      unetPart(),
      vaePart({ scale: 0.13025 }),
      clipPart("text_encoder", "conditioner.embedders.0.transformer."),
      openClipPart("text_encoder_2", "conditioner.embedders.1.model.", { usesPenultimate: false }),
    ],
    owns: (entries) =>
      [...entries.keys()].some((name) => name.startsWith("model.diffusion_model.label_emb.")),
    scheduler: () => ({ _class_name: "EulerDiscreteScheduler", ...trainedSchedule }),
    assumePrediction: async () => ({ type: "epsilon", reason: "sdxl" }),
    marksPrediction: true,
  },
};
