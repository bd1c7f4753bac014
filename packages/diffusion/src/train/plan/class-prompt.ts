/** @file What the subject of a run is one of, in words that the base knows. */

import type { ClipTokenizer } from "../../tokenizer/clip-tokenizer.js";
import type { EmbeddingConfig, TrainConfig } from "../config/train-config.js";
import { isKnownWord } from "./identifier.js";

/**
 * What the subject is one of: as the config says, or its prompt without the words that the base does not know, with
 * what a new word begins as in its place; nothing where no such word is left.
 */
export function classPromptOf(
  { watch, prior, data, embedding }: TrainConfig,
  tokenizer: ClipTokenizer,
): string | undefined {
  const said = watch.classPrompt ?? prior?.classPrompt;
  if (said !== undefined || data.prompt === undefined) return said;
  const words = data.prompt.split(/\s+/u);
  const isNew = (word: string) => word === embedding?.token || !isKnownWord(tokenizer, word);
  if (!words.some(isNew)) return undefined;
  const initial = initialWords(embedding);
  const known = words.flatMap((word) => {
    if (word === embedding?.token) return initial;
    return isNew(word) ? [] : [word];
  });
  return known.every((word) => namesNothing.has(word.toLowerCase())) ? undefined : known.join(" ");
}

/** What a new word begins as, where that is words. */
function initialWords(embedding: EmbeddingConfig | undefined): string[] {
  const { initializer = "mean" } = embedding ?? {};
  return initializer === "mean" || initializer === "random" ? [] : [initializer];
}

/** Words of prompts that say of nothing what it is. */
const namesNothing: ReadonlySet<string> = new Set([
  ...["a", "an", "the", "of", "in", "on", "with", "by", "photo", "picture", "image", "drawing"],
  ...["painting", "rendering", "style"],
]);
