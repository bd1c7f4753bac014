/** @file `@atelier/diffusion/evaluate`: scores of pictures. */

export { type CaptionEmbedderOptions, createCaptionEmbedder } from "./caption-embedder.js";
export { cmmd, kernelDistance } from "./distribution-distance.js";
export { dreamboothPrompts, type PromptSubject } from "./dreambooth-prompts.js";
export {
  createJudge,
  type EmbeddedTexts,
  type Embedder,
  type ImageEmbedder,
  type Judge,
  type TextEmbedder,
} from "./judge.js";
export { type OpenEmbedderOptions, openEmbedder } from "./open-embedder.js";
export type { OpenedEmbedder } from "./open-encoder.js";
export { type OpenJudgeOptions, openJudge } from "./open-judge.js";
export { createPictureEmbedder, type PictureEmbedderOptions } from "./picture-embedder.js";
export {
  type BeforeAndAfter,
  clipImageSimilarity,
  clipTextSimilarity,
  instanceSimilarity,
  type PriorDrift,
  pictureDrift,
  pictureVariety,
  priorDrift,
  priorPreservation,
  promptDiversity,
  type SubjectPictures,
} from "./picture-scores.js";
export {
  allSimilarities,
  type Embeddings,
  meanSimilarity,
  nearestRows,
  rowSimilarities,
  selfSimilarity,
} from "./similarity.js";
export { type PixelWeights, sharpness, structuralSimilarity, structure } from "./structure.js";
export { embedCaptions, embedPictures } from "./unit-embeddings.js";
export { vendiScore } from "./vendi-score.js";
