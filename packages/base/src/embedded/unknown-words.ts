/** @file Which words of a prompt say nothing to the embedded base, so that its user can be told. */

import { captionWords } from "../world/caption.js";

const known: ReadonlySet<string> = new Set(captionWords());

/**
 * The words of a text that no caption of the picture world holds, each once, in order. The embedded
 * tokenizer spells them by their letters, and the text encoder has never learned what they mean.
 * @example unknownWords("a noto style dog on Mars") // ["mars"]
 */
export function unknownWords(text: string): string[] {
  return wordsOf(text).filter((word) => !known.has(word));
}

/** Whether a text holds more words of this kind than others. @param supplied words that count as known */
export function isMostlyUnknown(text: string, supplied: ReadonlySet<string> = new Set()): boolean {
  const unknown = unknownWords(text).filter((word) => !supplied.has(word));
  return 2 * unknown.length > wordsOf(text).length;
}

/** The words of a text in lower case, each once, in order. */
function wordsOf(text: string): string[] {
  return [...new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))];
}
