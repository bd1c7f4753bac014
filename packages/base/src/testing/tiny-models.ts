/** @file Models of the embedded kind, small enough that tests train them in a second. */

import { type CachedLatents, trainingScenes } from "../recipe/latent-cache.js";
import { type ModelConfigs, modelConfigs } from "../recipe/models.js";
import { learnVocabulary, type TextVocabulary } from "../recipe/text-vocabulary.js";
import { captionWords } from "../world/caption.js";
import { singleScenes } from "../world/scene.js";

/** The vocabulary of the world. */
export const tinyVocabulary: TextVocabulary = learnVocabulary(captionWords());

const { vae, text, image, unet, instance } = modelConfigs(tinyVocabulary);
const tinyEncoder = {
  stemChannels: 4,
  stageChannels: [8, 8, 8],
  normNumGroups: 4,
  projectionDim: 16,
};

/** The shipped architecture with few channels and layers. */
export const tinyConfigs: ModelConfigs = {
  vae: { ...vae, blockOutChannels: [8, 8, 16], normNumGroups: 4 },
  text: {
    ...text,
    hiddenSize: 16,
    intermediateSize: 32,
    numHiddenLayers: 1,
    numAttentionHeads: 2,
    projectionDim: 16,
  },
  image: { ...image, ...tinyEncoder },
  instance: { ...instance, ...tinyEncoder },
  unet: {
    ...unet,
    blockOutChannels: [8, 8, 16],
    attentionHeads: [1, 1, 2],
    crossAttentionDim: 16,
    normNumGroups: 4,
    timeEmbeddingDim: 32,
  },
};

/** A few scenes of each curriculum. */
export const tinyScenes: CachedLatents["scenes"] = {
  ...trainingScenes(4),
  single: singleScenes().slice(0, 4),
};
