/**
 * @file The vocabulary of the embedded text encoder: byte-pair encoding in CLIP's format, learned
 * from the words of the world's captions. Each of these words is one token; all other text is
 * encoded by parts of words, in the end by bytes.
 */

import type { TokenizerDefinition } from "@atelier/diffusion/tokenizer";

/** A byte-pair vocabulary as CLIP orders it. */
export interface TextVocabulary {
  /** By id: bytes, bytes at the end of a word, merged pairs, begin and end of text. */
  readonly tokens: readonly string[];
  /** Pairs in order of rank. */
  readonly merges: readonly (readonly [string, string])[];
  readonly bosTokenId: number;
  readonly eosTokenId: number;
}

const bosToken = "<|startoftext|>";
const eosToken = "<|endoftext|>";
const endOfWord = "</w>";
/** Tokens of a text as a text encoder takes it, as of every CLIP model of Stable Diffusion. */
const maxLength = 77;

/**
 * Learns merges until every word is one token: always the most frequent pair, the first in order of
 * code units among equals, so the same words give the same vocabulary.
 * @param words lower-case words of ASCII letters
 */
export function learnVocabulary(words: readonly string[]): TextVocabulary {
  let split = [...new Set(words)].map((word) => {
    const symbols = Array.from(word);
    return [...symbols.slice(0, -1), `${symbols.at(-1) ?? ""}${endOfWord}`];
  });
  const merges: [string, string][] = [];
  for (let pair = mostFrequentPair(split); pair !== undefined; pair = mostFrequentPair(split)) {
    const merged = pair;
    merges.push(merged);
    split = split.map((symbols) => mergePair(symbols, merged));
  }
  const bytes = byteSymbols();
  const tokens = [
    ...bytes,
    ...bytes.map((symbol) => symbol + endOfWord),
    ...merges.map(([left, right]) => left + right),
    bosToken,
    eosToken,
  ];
  return { tokens, merges, bosTokenId: tokens.length - 2, eosTokenId: tokens.length - 1 };
}

/** What a tokenizer is made from; `length` ids a text, 77 where it is not for training. */
export function tokenizerDefinition(
  { tokens, merges }: TextVocabulary,
  { length = maxLength }: { readonly length?: number } = {},
): TokenizerDefinition {
  const special = [bosToken, eosToken].map((content) => ({
    id: tokens.indexOf(content),
    content,
    normalized: false,
    special: true,
  }));
  return {
    vocabulary: idsOf(tokens),
    merges,
    addedTokens: special,
    bosToken,
    eosToken,
    unknownToken: eosToken,
    padToken: eosToken,
    maxLength: length,
  };
}

/** The files of a tokenizer folder by name, as transformers writes them. */
export function tokenizerFiles(vocabulary: TextVocabulary): ReadonlyMap<string, string> {
  const { tokens, merges } = vocabulary;
  const lines = merges.map(([left, right]) => `${left} ${right}`);
  const token = { lstrip: false, normalized: false, rstrip: false, single_word: false };
  const special = { bos_token: bosToken, eos_token: eosToken, unk_token: eosToken };
  const config = {
    add_prefix_space: false,
    added_tokens_decoder: Object.fromEntries(
      [vocabulary.bosTokenId, vocabulary.eosTokenId].map((id) => [
        id,
        { content: tokens[id], ...token, special: true },
      ]),
    ),
    ...special,
    clean_up_tokenization_spaces: true,
    do_lower_case: true,
    errors: "replace",
    model_max_length: maxLength,
    pad_token: eosToken,
    tokenizer_class: "CLIPTokenizer",
  };
  return new Map([
    ["vocab.json", toJson(idsOf(tokens))],
    ["merges.txt", `#version: 0.2\n${lines.join("\n")}\n`],
    ["tokenizer_config.json", toJson(config)],
    ["special_tokens_map.json", toJson({ ...special, pad_token: eosToken })],
    ["tokenizer.json", toJson(fastTokenizer(vocabulary, token))],
  ]);
}

/** `tokenizer.json` of Hugging Face's tokenizers, with the steps of CLIP's. */
function fastTokenizer({ tokens, merges, ...ids }: TextVocabulary, token: object): object {
  const split =
    "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [ids.bosTokenId, ids.eosTokenId].map((id) => ({
      id,
      content: tokens[id],
      ...token,
      special: true,
    })),
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
        { type: "Split", pattern: { Regex: split }, behavior: "Removed", invert: true },
        { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: "RobertaProcessing",
      sep: [eosToken, ids.eosTokenId],
      cls: [bosToken, ids.bosTokenId],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: "BPE",
      dropout: null,
      unk_token: eosToken,
      continuing_subword_prefix: "",
      end_of_word_suffix: endOfWord,
      fuse_unk: false,
      byte_fallback: false,
      vocab: idsOf(tokens),
      merges: merges.map((pair) => pair.join(" ")),
    },
  };
}

type Pair = [string, string];

function mostFrequentPair(split: readonly (readonly string[])[]): Pair | undefined {
  const counts = new Map<string, number>();
  for (const symbols of split) {
    for (let i = 0; i + 1 < symbols.length; i++) {
      const pair = `${symbols[i]} ${symbols[i + 1]}`;
      counts.set(pair, (counts.get(pair) ?? 0) + 1);
    }
  }
  let best: string | undefined;
  for (const [pair, count] of counts) {
    const most = best === undefined ? 0 : (counts.get(best) ?? 0);
    if (count > most || (count === most && best !== undefined && pair < best)) best = pair;
  }
  const [left, right] = best?.split(" ") ?? [];
  return left === undefined || right === undefined ? undefined : [left, right];
}

function mergePair(symbols: readonly string[], [left, right]: Pair): string[] {
  const merged: string[] = [];
  for (let i = 0; i < symbols.length; i++) {
    const isPair = symbols[i] === left && symbols[i + 1] === right;
    merged.push(isPair ? left + right : (symbols[i] ?? ""));
    if (isPair) i += 1;
  }
  return merged;
}

/**
 * The characters that stand for the 256 bytes, in CLIP's order: printable ones for themselves, then
 * the others, each as a letter from U+0100 on (the table of GPT-2).
 */
function byteSymbols(): string[] {
  const range = (first: number, last: number): number[] =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const printable = [...range(0x21, 0x7e), ...range(0xa1, 0xac), ...range(0xae, 0xff)];
  const others = 256 - printable.length;
  const codes = [...printable, ...range(0x100, 0x100 + others - 1)];
  return codes.map((code) => String.fromCodePoint(code));
}

const idsOf = (tokens: readonly string[]): Record<string, number> =>
  Object.fromEntries(tokens.map((token, id) => [token, id]));

const toJson = (value: object): string => `${JSON.stringify(value, undefined, 2)}\n`;
