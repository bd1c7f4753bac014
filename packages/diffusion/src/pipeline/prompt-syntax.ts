/**
 * @file What brackets and capitals in a prompt mean: the syntax of AUTOMATIC1111's web UI, which people
 * type and exchange.
 *
 *     (word) counts 1.1 times, (word:1.3) 1.3 times, [word] 1/1.1 times; brackets nest and multiply
 *     \( \) \[ \] \\ are the characters themselves; another backslash is dropped
 *     BREAK begins another 75 tokens
 *     <lora:name:0.8> names a LoRA for that program and is no text: left out and told
 *     [from:to:0.5], [a|b] and AND change prompts while steps go by, or draw several: read as words and told
 *
 * Brackets that do not pair up mean what they mean there: an open one reaches to the end, a closing one
 * is a character. Unlike there, BREAK begins other tokens inside of brackets too.
 */

import type { WeightedText } from "../tokenizer/clip-tokenizer.js";

/** How prompts can be read: as A1111 reads them, or every character as text, as diffusers does. */
export const promptSyntaxes = ["a1111", "plain"] as const;

/** One of {@link promptSyntaxes}. */
export type PromptSyntax = (typeof promptSyntaxes)[number];

/** A prompt as it is understood. */
export interface ReadPrompt {
  readonly syntax: PromptSyntax;
  /** What each run of the text encoder gets, of which a prompt without BREAK has one. */
  readonly chunks: readonly (readonly WeightedText[])[];
  /** A text that A1111 understands as the prompt was understood: without what was left out. */
  readonly recorded: string;
  /** Tags such as `<lora:name:0.8>`, which were left out. */
  readonly tags: readonly NetworkTag[];
  /** Syntax that was read as words, as it was typed. */
  readonly asWords: readonly string[];
}

/** What asks A1111 for a file besides the model. */
export interface NetworkTag {
  /** As it was typed. */
  readonly text: string;
  /** `lora`, `lyco` or `hypernet`. */
  readonly kind: string;
  readonly name: string;
  /** "" where none was typed. */
  readonly weight: string;
}

const tagPattern = /<(lora|lyco|hypernet):([^<>:]+)(?::([^<>:]*))?[^<>]*>/giu;
const wholeWord = (word: string): string => `(?<![\\p{L}\\p{N}_])${word}(?![\\p{L}\\p{N}_])`;
const breakPattern = new RegExp(wholeWord("BREAK"), "gu");
const andPattern = new RegExp(wholeWord("AND"), "gu");

/** Reads a prompt. Never fails: what makes no sense is text. */
export function readPrompt(prompt: string, syntax: PromptSyntax = "a1111"): ReadPrompt {
  const tags = [...prompt.matchAll(tagPattern)].map(
    ([text, kind = "", name = "", weight = ""]): NetworkTag => ({
      text,
      kind: kind.toLowerCase(),
      name: name.trim(),
      weight: weight.trim(),
    }),
  );
  const text = tags.length === 0 ? prompt : prompt.replace(tagPattern, "").trim();
  if (syntax === "plain") {
    const recorded = text.replace(/[\\()[\]]/g, "\\$&").replace(breakPattern, asLowerCase);
    return {
      syntax,
      chunks: [[{ text, weight: 1 }]],
      recorded: withoutAnd(recorded),
      tags,
      asWords: [],
    };
  }
  const { pieces, schedules } = readPieces(text);
  // A text in capitals alone has no word of another kind.
  const joins = /\p{Ll}/u.test(text) ? [...new Set(text.match(andPattern))] : [];
  const recorded = withoutAnd(pieces.map(({ source }) => source).join(""));
  return { syntax, chunks: chunksOf(pieces), recorded, tags, asWords: [...schedules, ...joins] };
}

/**
 * What of a caption is prompt syntax and nothing that people write elsewhere; `undefined` in most.
 * @example promptSyntaxIn("a (red:1.3) apple (Malus), 4:3") // "(red:1.3)"
 */
export function promptSyntaxIn(caption: string): string | undefined {
  const found = caption.match(captionSyntax)?.[0];
  if (found !== undefined) return found;
  return /\p{Ll}/u.test(caption) ? caption.match(capitals)?.[0] : undefined;
}

const number = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)\\s*";
const captionSyntax = new RegExp(
  [
    `\\([^()]*(?:[^\\d\\s():]\\s*:\\s*${number}|:\\s*[+-]?\\d*\\.\\d+\\s*)\\)`,
    "\\(\\([^()]+\\)\\)",
    "\\[\\[[^[\\]]+\\]\\]",
    `\\[[^[\\]]*[^\\d\\s[\\]:]\\s*:\\s*${number}\\]`,
    "\\\\[()[\\]]",
    "<(?:lora|lyco|hypernet):[^<>]+>",
  ].join("|"),
  "iu",
);
const capitals = new RegExp(wholeWord("(?:BREAK|AND)"), "u");

const withoutAnd = (text: string): string => text.replace(andPattern, asLowerCase);
const asLowerCase = (text: string): string => text.toLowerCase();

interface Piece {
  readonly text: string;
  /** What stands for it in a recorded prompt. */
  readonly source: string;
  readonly isBreak: boolean;
  weight: number;
}

const roundFactor = 1.1;
const squareFactor = 1 / 1.1;
/** Brackets within more brackets than this are text: their weights would exceed any number. */
const deepest = 100;
const token = /\\[()[\]\\]|\\|\(|\[|:\s*(?<weight>[+-]?[.\d]+)\s*\)|\)|\]|[^\\()[\]:]+|:/gu;
/** Ends of what stands in square brackets: `a:b:0.5`, `a|b`. */
const schedule = /:\s*[+-]?(?:\d+\.?\d*|\.\d+)\s*$|\|/;

interface OpenBracket {
  /** Index of the bracket's piece. */
  readonly piece: number;
  /** Where it stands in the text. */
  readonly index: number;
}

function readPieces(text: string): { pieces: Piece[]; schedules: string[] } {
  const pieces: Piece[] = [];
  const schedules: string[] = [];
  const round: OpenBracket[] = [];
  const square: OpenBracket[] = [];
  const add = (part: string, source = part, isBreak = false): void => {
    pieces.push({ text: part, source, isBreak, weight: 1 });
  };
  const addText = (found: string): void => {
    let end = 0;
    for (const { 0: word, index } of found.matchAll(breakPattern)) {
      add(found.slice(end, index));
      add("", word, true);
      end = index + word.length;
    }
    add(found.slice(end));
  };
  const multiplyFrom = ({ piece: first }: OpenBracket, factor: number): void => {
    for (const piece of pieces.slice(first)) piece.weight *= factor;
  };
  const closeSquare = (open: OpenBracket, end: number): void => {
    const typed = text.slice(open.index, end + 1);
    if (!schedule.test(typed.slice(1, -1))) {
      multiplyFrom(open, squareFactor);
      add("", "]");
      return;
    }
    schedules.push(typed);
    pieces[open.piece] = { text: "[", source: "\\[", isBreak: false, weight: 1 };
    add("]", "\\]");
  };
  for (const { 0: found, index, groups } of text.matchAll(token)) {
    const isOpening = found === "(" || found === "[";
    if (found.startsWith("\\")) {
      add(found.slice(1), found);
    } else if (isOpening && round.length + square.length < deepest) {
      (found === "(" ? round : square).push({ piece: pieces.length, index });
      add("", found);
    } else if (found === "]" && square.length > 0) {
      closeSquare(lastOf(square), index);
      square.pop();
    } else {
      const factor = found === ")" ? roundFactor : Number(groups?.["weight"] ?? Number.NaN);
      if (round.length === 0 || Number.isNaN(factor)) {
        addText(found);
      } else {
        multiplyFrom(lastOf(round), factor);
        round.pop();
        add("", found);
      }
    }
  }
  for (const open of round) multiplyFrom(open, roundFactor);
  for (const open of square) multiplyFrom(open, squareFactor);
  return { pieces, schedules };
}

function lastOf(open: readonly OpenBracket[]): OpenBracket {
  return open.at(-1) ?? { piece: 0, index: 0 };
}

/** Neighbours of one weight are one text, so that words may go over brackets: `(a)(b)` is `ab`. */
function chunksOf(pieces: readonly Piece[]): WeightedText[][] {
  const chunks: WeightedText[][] = [];
  let chunk: WeightedText[] = [];
  for (const { text, weight, isBreak } of pieces) {
    const last = chunk.at(-1);
    if (isBreak) {
      chunks.push(chunk);
      chunk = [];
    } else if (text === "") {
      // Brackets.
    } else if (last?.weight === weight) {
      chunk[chunk.length - 1] = { text: last.text + text, weight };
    } else chunk.push({ text, weight });
  }
  const isEmpty = chunk.every(({ text }) => text.trim() === "");
  return isEmpty && chunks.length > 0 ? chunks : [...chunks, chunk];
}
