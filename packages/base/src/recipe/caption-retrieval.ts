/**
 * @file How well the judge reads unseen pictures: among captions that differ in one fact only, does
 * it choose the true one?
 */

import { createCaptionEmbedder, createPictureEmbedder } from "@atelier/diffusion/evaluate";
import type { ClipTextConfig, PictureEncoderConfig } from "@atelier/diffusion/models";
import { createClipTokenizer } from "@atelier/diffusion/tokenizer";
import type { Runtime } from "@atelier/engine";
import { sceneAt } from "../world/scene.js";
import { captionTokens } from "./contrastive-model.js";
import type { DrawScene, NamedWeights } from "./recipe.js";
import { type FactAnswers, judgeScene, shareOf, tallyFacts } from "./report/judge-facts.js";
import { worldSeeds } from "./scene-batches.js";
import { type TextVocabulary, tokenizerDefinition } from "./text-vocabulary.js";

/** A judge's parts. */
export interface JudgeOptions {
  readonly text: ClipTextConfig;
  readonly image: PictureEncoderConfig;
  readonly vocabulary: TextVocabulary;
  readonly draw: DrawScene;
  readonly runtime: Runtime;
  /** Unseen pictures, one object each. */
  readonly evaluated?: number;
}

/** Share of right choices by fact: `conceptAccuracy`, `styleAccuracy`, `backgroundAccuracy`. */
export async function judgeFacts(
  { text, image, vocabulary, draw, runtime, evaluated = 96 }: JudgeOptions,
  parameters: NamedWeights,
): Promise<Readonly<Record<string, number>>> {
  const tokenizer = createClipTokenizer(tokenizerDefinition(vocabulary, { length: captionTokens }));
  await using eye = createPictureEmbedder({ name: "judge", config: image, parameters, runtime });
  await using reader = createCaptionEmbedder({ config: text, parameters, tokenizer, runtime });
  const answers: FactAnswers[] = [];
  for (let index = 0; index < evaluated; index++) {
    const scene = sceneAt(worldSeeds.evaluation, index, { pairShare: 0, accessoryShare: 0 });
    answers.push(...(await judgeScene({ ...eye, ...reader }, scene, [await draw(scene)])));
  }
  const { concept, style, background } = tallyFacts(answers);
  return {
    conceptAccuracy: shareOf(concept),
    styleAccuracy: shareOf(style),
    backgroundAccuracy: shareOf(background),
  };
}
