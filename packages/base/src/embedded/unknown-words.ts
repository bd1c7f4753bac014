/** @file Which words of a prompt say nothing to the embedded base, so that its user can be told. */

import { captionWords } from "../world/caption.js";

const known: ReadonlySet<string> = new Set(captionWords());

/**
 * The words of a text that no caption of the picture world holds, each once, in order. The embedded
 * tokenizer spells them by their letters, and the text encoder has never learned what they mean.
 * @example unknownWords("a noto style dog on Mars") // ["mars"]
 */
export function unknownWords(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words)].filter((word) => !known.has(word));
}
