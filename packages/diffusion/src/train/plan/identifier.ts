/**
 * @file Whether a word is free to become an identifier. A word that the text encoder knows brings its
 * meaning along, and loses it; DreamBooth therefore takes rare tokens of the vocabulary (Ruiz et al. 2022,
 * section 3.2). The ids of a byte-pair vocabulary grow with rarity, since pairs are merged by frequency.
 */

import type { ClipTokenizer } from "../../tokenizer/clip-tokenizer.js";

/** From here on ids are rare: sks (48136) and ktn (42170) of CLIP lie behind it, English words before. */
const rareShare = 0.8;
/** A vocabulary this small holds nothing but words of its own world. */
const smallestGeneral = 20_000;
/** Parts below this many letters mean little. */
const shortestMeaning = 3;

/** The words of a prompt that the class's prompt lacks, such as sks; none where they are the same. */
export function identifiersOf(prompt: string, classPrompt: string): string[] {
  const words = (text: string) => text.split(/[^\p{L}\p{N}_<>-]+/u).filter((word) => word !== "");
  const ofClass = new Set(words(classPrompt));
  return words(prompt).filter((word) => !ofClass.has(word));
}

/** Whether the word, or what it ends with, stands in the vocabulary as a word that is not rare. */
export function isKnownWord(tokenizer: ClipTokenizer, word: string): boolean {
  const lower = word.toLowerCase();
  const { ids, tokenCount } = tokenizer.encode(lower);
  const used = new Set(ids.slice(1, 1 + tokenCount));
  const firstRare =
    tokenizer.vocabularySize < smallestGeneral
      ? tokenizer.vocabularySize
      : rareShare * tokenizer.vocabularySize;
  for (let start = 0; start + shortestMeaning <= Math.max(lower.length, shortestMeaning); start++) {
    const id = tokenizer.tokenId(`${lower.slice(start)}</w>`);
    if (id !== undefined && used.has(id) && id < firstRare) return true;
  }
  return false;
}

/** Rare words of three consonants that are one token each, the rarest first; none in a small vocabulary. */
export function rareWords(tokenizer: ClipTokenizer, count: number): string[] {
  const letters = Array.from("bcdfghjklmnpqrstvwxz");
  const firstRare = rareShare * tokenizer.vocabularySize;
  const found: { readonly word: string; readonly id: number }[] = [];
  if (tokenizer.vocabularySize < smallestGeneral) return [];
  for (const a of letters) {
    for (const b of letters) {
      for (const c of letters) {
        const word = a + b + c;
        const id = tokenizer.tokenId(`${word}</w>`);
        if (id !== undefined && id >= firstRare) found.push({ word, id });
      }
    }
  }
  return found
    .sort((x, y) => y.id - x.id)
    .slice(0, count)
    .map(({ word }) => word);
}
