/**
 * @file Text to the token ids of a CLIP text encoder: fixed length, begin and end tokens, padding,
 * and an account of what was cut off. The byte-pair encoding itself is `@huggingface/tokenizers`.
 */

import { AtelierError, type FileStore, graphemeStart, said } from "@atelier/engine";
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { createSectionFinder, type TextSection } from "./added-tokens.js";
import { findWords } from "./clip-words.js";
import { readTokenizerFiles, type TokenizerDefinition } from "./tokenizer-files.js";

/** A part of a text whose tokens count by a factor of their own. */
export interface WeightedText {
  readonly text: string;
  readonly weight: number;
}

/** A text as a text encoder takes it. */
export interface EncodedText {
  /** `maxLength` ids: begin, text, end, padding. */
  readonly ids: readonly number[];
  /** What each id counts: its part's weight, 1 for begin, end and padding. */
  readonly weights: readonly number[];
  /** Tokens of the whole text, those cut off included; without begin, end and padding. */
  readonly tokenCount: number;
  /** The (lower-cased) end of the text that did not fit, in whole words; empty when all of it did. */
  readonly truncated: string;
}

/** A token to be added that stands for several ids, one for each vector of an embedding. */
export interface NewToken {
  readonly token: string;
  readonly vectors: number;
}

/** Turns text into ids; immutable. */
export interface ClipTokenizer {
  readonly kind: "clip";
  /** Ids per encoded text, begin and end included. */
  readonly maxLength: number;
  /** Number of ids, added tokens included: the rows that an embedding table needs. */
  readonly vocabularySize: number;
  readonly bosTokenId: number;
  readonly eosTokenId: number;
  readonly padTokenId: number;
  /** Encodes a text, or parts that follow each other; a part ends a word. */
  encode(text: string | readonly WeightedText[]): EncodedText;
  /** The id of a token as the vocabulary spells it (`"dog</w>"`), or `undefined`. */
  tokenId(token: string): number | undefined;
  /**
   * The same tokenizer with new tokens behind the vocabulary, matched in any letter case where they
   * stand for themselves (see added-tokens.ts). A token `t` of three vectors takes the names `t`, `t_1`
   * and `t_2`, as diffusers has it, and a text with `t` gets all three ids.
   * @throws AtelierError `data` when a token is empty, contains white space, or exists already.
   */
  withTokens(tokens: readonly (string | NewToken)[]): ClipTokenizer;
}

/**
 * Loads a tokenizer folder: `tokenizer.json`, or `vocab.json` with `merges.txt`.
 * @throws AtelierError `file` or `format` when the folder holds no CLIP tokenizer.
 */
export async function loadClipTokenizer(files: FileStore, folder: string): Promise<ClipTokenizer> {
  return createClipTokenizer(await readTokenizerFiles(files, folder));
}

/** Makes a tokenizer from its parsed files. */
export function createClipTokenizer(definition: TokenizerDefinition): ClipTokenizer {
  return growTokenizer(createVocabulary(definition), definition);
}

/** The fixed part of a tokenizer. */
interface Vocabulary {
  readonly size: number;
  /** Ids of a normalised word. */
  encodeWord(word: string): readonly number[];
  idOf(token: string): number | undefined;
}

/** What is used of the library's class. */
interface BytePairEncoder {
  token_to_id(token: string): number | undefined;
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
}

// The library's declarations import each other without file extensions, which TypeScript does not
// resolve in ES modules, so that its class is an `any`. This is what its documentation says.
const Tokenizer = LibraryTokenizer as new (definition: object, config: object) => BytePairEncoder;

function createVocabulary({ vocabulary, merges, unknownToken }: TokenizerDefinition): Vocabulary {
  // Words come normalised and alone, so that the library has but their bytes to encode.
  const encoder = new Tokenizer(
    {
      added_tokens: [],
      normalizer: null,
      pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, use_regex: false },
      post_processor: null,
      decoder: null,
      model: {
        type: "BPE",
        unk_token: unknownToken,
        end_of_word_suffix: "</w>",
        vocab: vocabulary,
        merges,
      },
    },
    {},
  );
  return {
    size: Object.keys(vocabulary).length,
    encodeWord: (word) => encoder.encode(word, { add_special_tokens: false }).ids,
    idOf: (token) => encoder.token_to_id(token),
  };
}

function growTokenizer(vocabulary: Vocabulary, definition: TokenizerDefinition): ClipTokenizer {
  const { maxLength, addedTokens, expansions = new Map<number, readonly number[]>() } = definition;
  const addedIds = new Map(addedTokens.map(({ content, id }) => [content, id]));
  const tokenId = (token: string) => addedIds.get(token) ?? vocabulary.idOf(token);
  const requireId = (token: string): number => {
    const id = tokenId(token);
    if (id !== undefined) return id;
    throw new AtelierError(
      "format",
      said`tokenizer: expected the token ${JSON.stringify(token)} in the vocabulary, got none. Restore the tokenizer's files.`,
    );
  };
  const bosTokenId = requireId(definition.bosToken);
  const eosTokenId = requireId(definition.eosToken);
  const padTokenId = requireId(definition.padToken);
  const vocabularySize = addedTokens.reduce(
    (size, { id }) => Math.max(size, id + 1),
    vocabulary.size,
  );

  // Made at the first text: of a thousand embeddings each grows the tokenizer of the one before it.
  let findSections: ((text: string) => TextSection[]) | undefined;
  const wordsOf = (text: string): { readonly text: string; readonly words: EncodedWord[] } => {
    findSections ??= createSectionFinder(addedTokens);
    const words: EncodedWord[] = [];
    let start = 0;
    const sections = findSections(text);
    for (const { text: section, token } of sections) {
      if (token !== undefined) {
        words.push({ ids: expansions.get(token.id) ?? [token.id], start });
      } else {
        for (const word of findWords(section)) {
          words.push({ ids: vocabulary.encodeWord(word.text), start: start + word.start });
        }
      }
      start += section.length;
    }
    return { text: sections.map((section) => section.text).join(""), words };
  };

  const encode = (text: string | readonly WeightedText[]): EncodedText => {
    const given = typeof text === "string" ? [{ text, weight: 1 }] : text;
    const parts = given.map(({ text: part, weight }) => ({ ...wordsOf(part), weight }));
    const tokens = parts.flatMap(({ words, weight }) =>
      words.flatMap(({ ids }) => ids.map((id) => ({ id, weight }))),
    );
    const kept = tokens.slice(0, maxLength - 2);
    const padding = new Array<number>(maxLength - 2 - kept.length).fill(padTokenId);
    return {
      ids: [bosTokenId, ...kept.map(({ id }) => id), eosTokenId, ...padding],
      weights: [1, ...kept.map(({ weight }) => weight), 1, ...padding.map(() => 1)],
      tokenCount: tokens.length,
      truncated: kept.length === tokens.length ? "" : textBehind(parts, kept.length),
    };
  };

  const withTokens = (tokens: readonly (string | NewToken)[]): ClipTokenizer => {
    const taken = new Set(addedTokens.map(({ content }) => content.toLowerCase()));
    const names = tokens.flatMap(namesOf);
    const added = names.map((content, index) => {
      const isNew = !taken.has(content.toLowerCase()) && tokenId(content) === undefined;
      if (!/^\S+$/u.test(content) || !isNew) {
        throw new AtelierError(
          "data",
          said`tokenizer: expected a new token without white space, got ${JSON.stringify(content)}${isNew ? "" : ", which exists already"}. Choose another name, such as "<my-${index}>".`,
        );
      }
      taken.add(content.toLowerCase());
      const id = vocabularySize + index;
      return { content, id, normalized: true, special: false, standsAlone: true };
    });
    const grown = new Map(expansions);
    let first = vocabularySize;
    for (const { length } of tokens.map(namesOf)) {
      const id = first;
      if (length > 1)
        grown.set(
          id,
          Array.from({ length }, (_, vector) => id + vector),
        );
      first += length;
    }
    return growTokenizer(vocabulary, {
      ...definition,
      addedTokens: [...addedTokens, ...added],
      expansions: grown,
    });
  };

  return {
    kind: "clip",
    maxLength,
    vocabularySize,
    bosTokenId,
    eosTokenId,
    padTokenId,
    encode,
    tokenId,
    withTokens,
  };
}

interface EncodedWord {
  readonly ids: readonly number[];
  /** Where it begins in its part's normalised text. */
  readonly start: number;
}

interface EncodedPart {
  readonly text: string;
  readonly words: readonly EncodedWord[];
}

/** What of the parts' text stands behind so many tokens, from the beginning of the first word cut. */
function textBehind(parts: readonly EncodedPart[], tokens: number): string {
  let left = tokens;
  for (const [index, { text, words }] of parts.entries()) {
    for (const { ids, start } of words) {
      if (ids.length <= left) {
        left -= ids.length;
        continue;
      }
      const rest = text.slice(graphemeStart(text, start));
      const later = parts.slice(index + 1).map((part) => part.text);
      return [rest, ...later].join("").trim();
    }
  }
  return "";
}

/** The names that diffusers gives the vectors of a token. */
function namesOf(token: string | NewToken): string[] {
  if (typeof token === "string") return [token];
  return Array.from({ length: token.vectors }, (_, vector) =>
    vector === 0 ? token.token : `${token.token}_${vector}`,
  );
}
