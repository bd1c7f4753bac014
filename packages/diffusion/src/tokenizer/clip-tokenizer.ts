/**
 * @file Text to the token ids of a CLIP text encoder: fixed length, begin and end tokens, padding,
 * and an account of what was cut off. The byte-pair encoding itself is `@huggingface/tokenizers`.
 */

import { AtelierError, type FileStore } from "@atelier/engine";
import { Tokenizer as LibraryTokenizer } from "@huggingface/tokenizers";
import { readTokenizerFiles, type TokenizerDefinition } from "./tokenizer-files.js";

/** A text as a text encoder takes it. */
export interface EncodedText {
  /** `maxLength` ids: begin, text, end, padding. */
  readonly ids: readonly number[];
  /** Tokens of the whole text, those cut off included; without begin, end and padding. */
  readonly tokenCount: number;
  /** The (lower-cased) end of the text that did not fit; empty when all of it did. */
  readonly truncated: string;
}

/** A token to be added that stands for several ids, one for each vector of an embedding. */
export interface NewToken {
  readonly token: string;
  readonly vectors: number;
}

/** Turns text into ids; immutable. */
export interface ClipTokenizer {
  /** Ids per encoded text, begin and end included. */
  readonly maxLength: number;
  /** Number of ids, added tokens included: the rows that an embedding table needs. */
  readonly vocabularySize: number;
  readonly bosTokenId: number;
  readonly eosTokenId: number;
  readonly padTokenId: number;
  encode(text: string): EncodedText;
  /** The id of a token as the vocabulary spells it (`"dog</w>"`), or `undefined`. */
  tokenId(token: string): number | undefined;
  /**
   * The same tokenizer with new tokens behind the vocabulary, matched in any letter case. A token
   * `t` of three vectors takes the names `t`, `t_1` and `t_2`, as diffusers has it, and a text with
   * `t` gets all three ids.
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

/** What is used of the library's class. */
interface BytePairEncoder {
  token_to_id(token: string): number | undefined;
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] };
  decode(ids: readonly number[]): string;
}

// The library's declarations import each other without file extensions, which TypeScript does not
// resolve in ES modules, so that its class is an `any`. This is what its documentation says.
const Tokenizer = LibraryTokenizer as new (definition: object, config: object) => BytePairEncoder;

/** Makes a tokenizer from its parsed files. */
export function createClipTokenizer(definition: TokenizerDefinition): ClipTokenizer {
  const tokenizer = new Tokenizer(describeTokenizer(definition), {
    clean_up_tokenization_spaces: false,
  });
  const idOf = (token: string): number => {
    const id = tokenizer.token_to_id(token);
    if (id !== undefined) return id;
    throw new AtelierError(
      "format",
      `tokenizer: expected the token ${JSON.stringify(token)} in the vocabulary, got none. Restore the tokenizer's files.`,
    );
  };
  const { maxLength, expansions = new Map<number, readonly number[]>() } = definition;
  const bosTokenId = idOf(definition.bosToken);
  const eosTokenId = idOf(definition.eosToken);
  const padTokenId = idOf(definition.padToken);
  const vocabularySize = Math.max(
    Object.keys(definition.vocabulary).length,
    ...definition.addedTokens.map(({ id }) => id + 1),
  );

  const encode = (text: string): EncodedText => {
    const found = tokenizer.encode(text, { add_special_tokens: false }).ids;
    const ids = found.flatMap((id) => expansions.get(id) ?? [id]);
    const kept = ids.slice(0, maxLength - 2);
    const cut = ids.slice(kept.length);
    const padding = new Array<number>(maxLength - 2 - kept.length).fill(padTokenId);
    return {
      ids: [bosTokenId, ...kept, eosTokenId, ...padding],
      tokenCount: ids.length,
      truncated: cut.length === 0 ? "" : tokenizer.decode(cut).trim(),
    };
  };

  const withTokens = (tokens: readonly (string | NewToken)[]): ClipTokenizer => {
    const taken = new Set(definition.addedTokens.map(({ content }) => content.toLowerCase()));
    const names = tokens.flatMap(namesOf);
    const added = names.map((content, index) => {
      const isNew =
        !taken.has(content.toLowerCase()) && tokenizer.token_to_id(content) === undefined;
      if (!/^\S+$/u.test(content) || !isNew) {
        throw new AtelierError(
          "data",
          `tokenizer: expected a new token without white space, got ${JSON.stringify(content)}${isNew ? "" : ", which exists already"}. Choose another name, such as "<my-${index}>".`,
        );
      }
      taken.add(content.toLowerCase());
      return { content, id: vocabularySize + index, normalized: true, special: false };
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
    return createClipTokenizer({
      ...definition,
      addedTokens: [...definition.addedTokens, ...added],
      expansions: grown,
    });
  };

  return {
    maxLength,
    vocabularySize,
    bosTokenId,
    eosTokenId,
    padTokenId,
    encode,
    tokenId: (token) => tokenizer.token_to_id(token),
    withTokens,
  };
}

/** The names that diffusers gives the vectors of a token. */
function namesOf(token: string | NewToken): string[] {
  if (typeof token === "string") return [token];
  return Array.from({ length: token.vectors }, (_, vector) =>
    vector === 0 ? token.token : `${token.token}_${vector}`,
  );
}

/** The pieces that CLIP's pattern finds: contractions, runs of letters, single digits, runs of the rest. */
const clipPattern =
  "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

/** The `tokenizer.json` form of a CLIP tokenizer, which is what the library takes. */
function describeTokenizer(definition: TokenizerDefinition): object {
  return {
    added_tokens: definition.addedTokens,
    normalizer: {
      type: "Sequence",
      normalizers: [
        { type: "NFC" },
        { type: "Replace", pattern: { Regex: "\\s+" }, content: " " },
        { type: "Lowercase" },
      ],
    },
    pre_tokenizer: {
      type: "Sequence",
      pretokenizers: [
        { type: "Split", pattern: { Regex: clipPattern }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: null,
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      unk_token: definition.unknownToken,
      end_of_word_suffix: "</w>",
      vocab: definition.vocabulary,
      merges: definition.merges,
    },
  };
}
