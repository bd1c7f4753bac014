/**
 * @file Tokens that are cut out of a text before its words: begin and end, and the words of embeddings.
 * Those of a tokenizer's own files are found as the reference finds them, anywhere, the longest first.
 *
 * The word of an embedding counts where it stands for itself: "art" is not found in "party", where
 * diffusers finds it. As in A1111 signs end a word ("zorbo's", "art-deco"), and unlike there digits do
 * not. Scripts that are written without spaces, or whose particles follow directly (고양이가), have no
 * ends of words to be seen, so that their words are found anywhere.
 */

import { normalizeText, whiteSpace } from "./clip-words.js";

/** A token that is cut out of the text before the vocabulary is applied. */
export interface AddedToken {
  readonly id: number;
  readonly content: string;
  /** Whether it is looked for in the normalised text. */
  readonly normalized: boolean;
  readonly special: boolean;
  /** Whether it takes the white space before or behind it along. */
  readonly lstrip?: boolean | undefined;
  readonly rstrip?: boolean | undefined;
  /** Whether it is found between characters that belong to no word only. */
  readonly single_word?: boolean | undefined;
  /** Whether it is the word of an embedding, which is found where it stands for itself. */
  readonly standsAlone?: boolean;
}

/** A piece of a text: an added token, or what stands between two of them. */
export interface TextSection {
  /** Normalised. */
  readonly text: string;
  readonly token?: AddedToken;
}

/** Makes a function that cuts texts at these tokens and normalises them. */
export function createSectionFinder(
  tokens: readonly AddedToken[],
): (text: string) => TextSection[] {
  const asWritten = createSplitter(tokens.filter(({ normalized }) => !normalized));
  const inNormalized = createSplitter(tokens.filter(({ normalized }) => normalized));
  return (text) =>
    asWritten(text).flatMap((section) =>
      section.token === undefined ? inNormalized(normalizeText(section.text)) : section,
    );
}

/** Cuts a text at tokens. */
export type Splitter = (text: string) => TextSection[];

/** Makes a function that cuts texts at these tokens, the longest first, and normalises nothing. */
export function createSplitter(tokens: readonly AddedToken[]): Splitter {
  const byText = new Map<string, AddedToken>();
  for (const token of tokens) {
    const text = token.normalized ? normalizeText(token.content) : token.content;
    if (!byText.has(text)) byText.set(text, token);
  }
  const longestFirst = [...byText].sort(([a], [b]) => b.length - a.length);
  if (longestFirst.length === 0) return (text) => [{ text }];
  const pattern = new RegExp(longestFirst.map(patternOf).join("|"), "gv");
  return (text) => {
    const sections: TextSection[] = [];
    let end = 0;
    for (const { 0: found, index } of text.matchAll(pattern)) {
      if (index > end) sections.push({ text: text.slice(end, index) });
      const token = byText.get(found) ?? byText.get(found.trim());
      sections.push({ text: found, ...(token === undefined ? {} : { token }) });
      end = index + found.length;
    }
    if (end < text.length) sections.push({ text: text.slice(end) });
    return sections;
  };
}

const spaceless = ["Hani", "Hira", "Kana", "Hang", "Bopo", "Thai", "Laoo", "Khmr", "Mymr", "Tibt"];
/** Letters and digits of scripts that part their words by spaces. */
const spaced = `[[\\p{L}\\p{N}]--[${spaceless.map((script) => `\\p{scx=${script}}`).join("")}]]`;
const isSpaced = new RegExp(`^${spaced}$`, "v");

function patternOf([text, token]: readonly [string, AddedToken]): string {
  const { lstrip, rstrip, single_word, standsAlone } = token;
  const literal = text.replace(/[$()*+./?[\\\]^{|}]/g, "\\$&");
  if (standsAlone === true) {
    const [first = "", last = ""] = [Array.from(text)[0], Array.from(text).at(-1)];
    const before = isSpaced.test(first) ? `(?<!${spaced}\\p{M}*)` : "";
    // A mark belongs to the letter before it.
    const mark = /[\p{L}\p{N}\p{M}]/u.test(last) ? "(?!\\p{M})" : "";
    return `${before}${literal}${mark}${isSpaced.test(last) ? `(?!${spaced})` : ""}`;
  }
  const word = "[\\p{L}\\p{M}\\p{N}\\p{Pc}]";
  const space = `[${whiteSpace}]*`;
  const bound = single_word === true ? `(?<!${word})${literal}(?!${word})` : literal;
  return `${lstrip === true ? space : ""}${bound}${rstrip === true ? space : ""}`;
}
