/**
 * @file What the embedded model is made of, in diffusers' terms: an autoencoder from 64 × 64 pixels
 * to 4 × 16 × 16 latents, CLIP's text encoder with a vocabulary of its own, and a UNet, each of a
 * size that two processor cores can train.
 */

import type { ConfigObject, GenerationConfig } from "@atelier/diffusion/core";
import type {
  ClipTextConfig,
  PictureEncoderConfig,
  UNetConfig,
  VaeConfig,
} from "@atelier/diffusion/models";
import type { TextVocabulary } from "./text-vocabulary.js";

/** The models that pre-training makes, in the order in which they need each other. */
export const modelNames = ["vae", "clip", "unet", "instance"] as const;

/** A name in {@link modelNames}. */
export type ModelName = (typeof modelNames)[number];

/** The architecture of everything that is trained. */
export interface ModelConfigs {
  readonly vae: VaeConfig;
  readonly text: ClipTextConfig;
  readonly image: PictureEncoderConfig;
  readonly unet: UNetConfig;
  readonly instance: PictureEncoderConfig;
}

/** Width of the text states, which the UNet reads. */
const textWidth = 128;

/** The shipped architecture; the text encoder has a row for each token of the vocabulary. */
export function modelConfigs(vocabulary: TextVocabulary): ModelConfigs {
  return { vae, text: textConfig(vocabulary), image, unet, instance };
}

/** Four times smaller latents; no attention, so that training on crops is training on pictures. */
const vae: VaeConfig = {
  sampleSize: 64,
  inChannels: 3,
  outChannels: 3,
  blockOutChannels: [32, 48, 96],
  layersPerBlock: 1,
  latentChannels: 4,
  // Few groups: with a channel each, a norm would erase how bright a channel is.
  normNumGroups: 8,
  // Replaced by what is measured when training ends.
  scalingFactor: 1,
  shiftFactor: 0,
  useQuantConv: true,
  usePostQuantConv: true,
  midBlockAddAttention: false,
  forceUpcast: false,
};

function textConfig(vocabulary: TextVocabulary): ClipTextConfig {
  return {
    kind: "clip",
    vocabSize: vocabulary.tokens.length,
    hiddenSize: textWidth,
    intermediateSize: 4 * textWidth,
    numHiddenLayers: 4,
    numAttentionHeads: 4,
    maxPositionEmbeddings: 77,
    hiddenAct: "quick_gelu",
    layerNormEps: 1e-5,
    bosTokenId: vocabulary.bosTokenId,
    eosTokenId: vocabulary.eosTokenId,
    projectionDim: 128,
    hasProjection: false,
  };
}

const image: PictureEncoderConfig = {
  pictureSize: 64,
  stemChannels: 32,
  stageChannels: [64, 128, 192],
  normNumGroups: 8,
  projectionDim: 128,
};

/** Averages its last map: a thing is the same wherever it lies. */
const instance: PictureEncoderConfig = { ...image, pooling: "mean" };

const unet: UNetConfig = {
  sampleSize: 16,
  inChannels: 4,
  outChannels: 4,
  downBlockTypes: ["DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"],
  upBlockTypes: ["CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"],
  blockOutChannels: [64, 128, 160],
  layersPerBlock: [1, 1, 1],
  attentionHeads: [2, 4, 5],
  transformerLayersPerBlock: [1, 1, 1],
  crossAttentionDim: textWidth,
  useLinearProjection: false,
  upcastAttention: false,
  normNumGroups: 16,
  normEps: 1e-5,
  flipSinToCos: true,
  freqShift: 0,
  timeEmbeddingDim: 256,
  additionEmbedType: undefined,
  additionTimeEmbedDim: 0,
  projectionClassEmbeddingsInputDim: 0,
};

/**
 * The noise schedule and the sampler that pictures are drawn with. The last timestep is pure noise
 * (Lin et al. 2023, arXiv 2305.08891): with Stable Diffusion's own schedule some signal is left
 * there, and plain backgrounds, which are all low frequencies, could not be drawn in full colour.
 */
export const schedulerConfig: ConfigObject = {
  _class_name: "DDIMScheduler",
  num_train_timesteps: 1000,
  beta_start: 0.00085,
  beta_end: 0.012,
  beta_schedule: "scaled_linear",
  trained_betas: null,
  clip_sample: false,
  set_alpha_to_one: true,
  steps_offset: 0,
  prediction_type: "v_prediction",
  timestep_spacing: "trailing",
  rescale_betas_zero_snr: true,
};

/** How pictures are drawn where the user does not say. */
export const generationConfig: GenerationConfig = { steps: 20, guidanceScale: 1.5 };
