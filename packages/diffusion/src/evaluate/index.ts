/** @file `@atelier/diffusion/evaluate`: scores of pictures. */

export { clopperPearson, type Share } from "./binomial-interval.js";
export {
  bootstrapInterval,
  type Estimate,
  meanInterval,
} from "./bootstrap-interval.js";
export { type CaptionEmbedderOptions, createCaptionEmbedder } from "./caption-embedder.js";
export {
  type AlikePair,
  isCopy,
  mostAlikePair,
  type NearestPicture,
  nearestPictures,
  shareOfCopies,
} from "./copies.js";
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
export { hasJudge, type OpenJudgeOptions, openJudge } from "./open-judge.js";
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
  dreamboothProtocol,
  type PromptTemplate,
  type Protocol,
  type ProtocolName,
  type ProtocolOptions,
  type ProtocolPrompt,
  protocolNames,
  type SubjectWords,
  subjectMark,
  textualInversionProtocol,
} from "./protocol.js";
export {
  type Comparison,
  classSpread,
  compareWithBase,
  type JudgedDrawings,
  type JudgedPictures,
  type JudgedProtocol,
  judgePictures,
  type MeanScore,
  type ModelScores,
  type PromptScores,
  type RealScores,
  scoreDrawings,
  scoreReal,
} from "./protocol-scores.js";
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
