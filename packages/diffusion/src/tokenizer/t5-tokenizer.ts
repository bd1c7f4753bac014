/**
 * @file Text to the token ids of a T5 encoder, as transformers' fast tokenizer makes them: special tokens are cut out,
 * the rest is normalised, parted at spaces, and cut by the unigram model; the end token and padding follow.
 */

import { AtelierError, type FileStore, said } from "@atelier/engine";
import { createSplitter } from "./added-tokens.js";
import { createCharsmap } from "./charsmap.js";
import type { EncodedText, WeightedText } from "./clip-tokenizer.js";
import { readT5Files, spaceMark, type T5Step, type UnigramDefinition } from "./t5-files.js";
import { createUnigram } from "./unigram.js";

/** Turns text into ids; immutable. */
export interface T5Tokenizer {
  readonly kind: "t5";
  /** Ids per encoded text, the end included: 256 with SD 3, 512 with FLUX.1, unless a user says otherwise. */
  readonly maxLength: number;
  /** Number of ids, added tokens included: the rows that an embedding table needs. */
  readonly vocabularySize: number;
  readonly eosTokenId: number;
  readonly padTokenId: number;
  /** Encodes a text, or parts that follow each other; a part ends a word. */
  encode(text: string | readonly WeightedText[]): EncodedText;
  /** The id of a token as the vocabulary spells it (`"▁dog"`), or `undefined`. */
  tokenId(token: string): number | undefined;
}

/**
 * Loads a tokenizer folder: `tokenizer.json` or `spiece.model`.
 * @throws AtelierError `file` or `format` when the folder holds no T5 tokenizer.
 */
export async function loadT5Tokenizer(
  files: FileStore,
  folder: string,
  maxLength: number,
): Promise<T5Tokenizer> {
  return createT5Tokenizer(await readT5Files(files, folder), maxLength);
}

/** Makes a tokenizer from its parsed files. @throws AtelierError `format` for a map that is none, `config`. */
export function createT5Tokenizer(definition: UnigramDefinition, maxLength: number): T5Tokenizer {
  if (!Number.isSafeInteger(maxLength) || maxLength < 1) {
    throw new AtelierError(
      "config",
      said`T5 tokenizer: expected a whole number of at least 1 token, got ${maxLength}. Choose a longer text.`,
    );
  }
  const { vocabulary, addedTokens, eosId, padId, splitsWhiteSpace } = definition;
  const split = createSplitter(addedTokens);
  const normalize = normalizer(definition);
  const encodePiece = createUnigram(definition);
  const ids = new Map([
    ...vocabulary.map(([token], id) => [token, id] as const),
    ...addedTokens.map(({ content, id }) => [content, id] as const),
  ]);

  const piecesOf = (text: string): Piece[] =>
    // Half a surrogate pair is no character, in UTF-8 and for any tokenizer.
    split(text.replace(/\p{Cs}/gu, "\ufffd")).flatMap(({ text: section, token }): Piece[] => {
      if (token !== undefined) return [{ ids: [token.id], text: section }];
      const normalized = normalize(section);
      const words = splitsWhiteSpace ? normalized.split(/\p{White_Space}+/u) : [normalized];
      return words.flatMap(markedPieces).map((piece) => ({ ids: encodePiece(piece), text: piece }));
    });

  return {
    kind: "t5",
    maxLength,
    vocabularySize: addedTokens.reduce((size, { id }) => Math.max(size, id + 1), vocabulary.length),
    eosTokenId: eosId,
    padTokenId: padId,
    tokenId: (token) => ids.get(token),
    encode(text) {
      const parts = typeof text === "string" ? [{ text, weight: 1 }] : text;
      const pieces = parts.flatMap((part) =>
        piecesOf(part.text).map((piece) => ({ ...piece, weight: part.weight })),
      );
      const tokens = pieces.flatMap(({ ids: own, weight }) => own.map((id) => ({ id, weight })));
      const kept = tokens.slice(0, maxLength - 1);
      const padding = new Array<number>(maxLength - 1 - kept.length).fill(padId);
      return {
        ids: [...kept.map(({ id }) => id), eosId, ...padding],
        weights: [...kept.map(({ weight }) => weight), 1, ...padding.map(() => 1)],
        tokenCount: tokens.length,
        truncated: textBehind(pieces, kept.length),
      };
    },
  };
}

/** A word as the unigram model cuts it, or a token that was cut out of the text. */
interface Piece {
  readonly ids: readonly number[];
  readonly text: string;
}

/** A text with marks for spaces and one at its front, parted before every mark. */
function markedPieces(text: string): string[] {
  if (text === "") return [];
  const marked = text.replaceAll(" ", spaceMark);
  const begun = marked.startsWith(spaceMark) ? marked : spaceMark + marked;
  return begun.split(new RegExp(`(?=${spaceMark})`, "u"));
}

function normalizer({ normalization, path }: UnigramDefinition): (text: string) => string {
  const steps = normalization.map((step) => stepOf(step, path));
  return (text) => steps.reduce((normalized, step) => step(normalized), text);
}

function stepOf(step: T5Step, path: string): (text: string) => string {
  switch (step.kind) {
    case "charsmap":
      return createCharsmap(step.bytes, path);
    case "strip":
      return (text) => strip(text, step);
    case "join-spaces":
      return (text) => text.replace(/ {2,}/g, step.as);
    default:
      return step satisfies never;
  }
}

const isWhiteSpace = /^\p{White_Space}$/u;

function strip(text: string, sides: { readonly left: boolean; readonly right: boolean }): string {
  let [start, end] = [0, text.length];
  if (sides.left) while (start < end && isWhiteSpace.test(text.charAt(start))) start++;
  if (sides.right) while (end > start && isWhiteSpace.test(text.charAt(end - 1))) end--;
  return text.slice(start, end);
}

/** What of the pieces stands behind so many tokens, from the beginning of the first one cut. */
function textBehind(pieces: readonly Piece[], tokens: number): string {
  let left = tokens;
  const first = pieces.findIndex(({ ids }) => {
    left -= ids.length;
    return left < 0;
  });
  if (first < 0) return "";
  const rest = pieces.slice(first).map(({ text }) => text.replaceAll(spaceMark, " "));
  return rest.join("").trim();
}
