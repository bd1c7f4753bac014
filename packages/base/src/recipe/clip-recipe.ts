/**
 * @file Pre-training of the text encoder: captions and pictures are told apart by contrast (Radford
 * et al. 2021). The image encoder that helps stays as the judge.
 */

import { embedCaptions, embedPictures } from "@atelier/diffusion/evaluate";
import {
  type ClipTextConfig,
  listParameters,
  type PictureEncoderConfig,
} from "@atelier/diffusion/models";
import { createClipTokenizer } from "@atelier/diffusion/tokenizer";
import {
  adamW,
  argmax,
  cast,
  constant,
  createWeights,
  equal,
  exp,
  input,
  intTensor,
  matmul,
  mean,
  minimum,
  mul,
  type Runtime,
  type Weights,
} from "@atelier/engine";
import { pictureSize } from "../world/layout.js";
import { type Scene, type SceneOptions, sceneAt } from "../world/scene.js";
import { judgeFacts } from "./caption-retrieval.js";
import { captionTokens, contrast } from "./contrastive-model.js";
import { initialValues } from "./initial-values.js";
import type { DrawScene, Recipe, StepLoss } from "./recipe.js";
import { drawPictures, fullCaption, recipeDraws, tokenBatch, worldSeeds } from "./scene-batches.js";
import { siblingsOf, unseenSiblings } from "./sibling-scenes.js";
import { type TextVocabulary, tokenizerDefinition } from "./text-vocabulary.js";

/** What the text encoder and the judge are trained with. */
export interface ClipRecipeOptions {
  readonly text: ClipTextConfig;
  readonly image: PictureEncoderConfig;
  readonly vocabulary: TextVocabulary;
  readonly draw: DrawScene;
  readonly runtime: Runtime;
  /** Pairs of picture and caption in a step, a multiple of four. */
  readonly batch?: number;
  /**
   * Further captions beside each pair, with a wrong concept. Without a gradient through the text
   * encoder they cost little, and ask for what judges are asked: one concept among all.
   */
  readonly wrongCaptions?: number;
  /** What the scenes are drawn from. */
  readonly scenes?: SceneOptions;
  /** Unseen pictures of an evaluation. */
  readonly evaluated?: number;
}

/** Pictures of one batch that differ in a single fact: what only contrast can teach. */
const siblings = 4;
/** CLIP stops at 100; with captions this alike a lower one keeps gradients alive. */
const maxLogitScale = 50;

/** The recipe of text encoder and judge. */
export function clipRecipe(options: ClipRecipeOptions): Recipe {
  const { batch = 64, wrongCaptions = 0 } = options;
  const sizes = { ...options, batch, wrongCaptions };
  const parameters = listParameters((weights) => contrastiveLoss(weights, sizes));
  return {
    name: "clip",
    initial: initialValues(parameters, 12),
    frozen: new Map(),
    fingerprint: "",
    learningRate: 5e-4,
    warmupSteps: 200,
    optimizer: adamW({ weightDecay: 1e-2 }),
    averageDecay: 0.999,
    build: () => [contrastiveLoss(createWeights(), sizes)],
    batchAt: contrastiveBatches(sizes),
    evaluateEverySteps: 1000,
    evaluate: async (averaged) => ({ metrics: await judgeFacts(options, averaged) }),
  };
}

function contrastiveBatches(options: ClipRecipeOptions & ContrastSizes): Recipe["batchAt"] {
  const { vocabulary, draw, batch, wrongCaptions } = options;
  const tokenizer = createClipTokenizer(tokenizerDefinition(vocabulary, { length: captionTokens }));
  return async (step) => {
    const groups = batch / siblings;
    const scenes: Scene[] = [];
    const unseen: Scene[] = [];
    for (let index = (step - 1) * groups; index < step * groups; index++) {
      const draws = recipeDraws("batch", index);
      const group = siblingsOf(sceneAt(worldSeeds.training, index, options.scenes), draws);
      scenes.push(...group);
      unseen.push(...unseenSiblings(group, wrongCaptions, draws));
    }
    const described = [...scenes, ...unseen];
    const captions = described.map((scene, row) =>
      fullCaption(scene, (step - 1) * described.length + row),
    );
    return {
      pictures: await drawPictures(draw, scenes),
      input_ids: tokenBatch(tokenizer, captions),
    };
  };
}

/** Architecture of both sides and the pairs of a step. */
interface ContrastSizes extends Pick<ClipRecipeOptions, "text" | "image"> {
  readonly batch: number;
  readonly wrongCaptions: number;
}

function contrastiveLoss(
  weights: Weights,
  { text, image, batch, wrongCaptions }: ContrastSizes,
): StepLoss {
  const pictures = input("pictures", [batch, 3, pictureSize, pictureSize]);
  const seen = embedPictures(image, weights, pictures);
  const captions = batch * (1 + wrongCaptions);
  const read = embedCaptions(text, weights, input("input_ids", [captions, captionTokens], "int64"));
  const scale = minimum(exp(weights.get("logit_scale", [])), maxLogitScale);
  const logits = mul(matmul(seen, read, { transposeB: true }), scale);
  const right = Array.from({ length: batch }, (_, row) => row);
  const hits = equal(argmax(logits, 1), constant(intTensor(right, [batch])));
  return { loss: contrast(logits), metrics: { accuracy: mean(cast(hits, "float32")) } };
}
