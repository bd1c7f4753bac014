/**
 * @file Cutting text for messages without taking a character apart: what a reader sees as one (a
 * grapheme) may be several code points (é, 👩‍🚀, 각, ก็), and a code point two units of a string.
 */

let segmenter: Intl.Segmenter | undefined;

/** Made with the first text that is cut, since that takes a hundredth of a second. */
function graphemesOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter("und", { granularity: "grapheme" });
  return segmenter.segment(text);
}

/** The text, or its first `max` characters and "…" where it has more. */
export function shorten(text: string, max: number): string {
  if (text.length <= max) return text;
  let count = 0;
  for (const { index } of graphemesOf(text)) {
    if (count === max) return `${text.slice(0, index)}…`;
    count += 1;
  }
  return text;
}

/** Where the character begins that stands at an index of the text. */
export function graphemeStart(text: string, index: number): number {
  return graphemesOf(text).containing(index)?.index ?? index;
}

const wide =
  /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303E\uFF01-\uFF60\uFFE0-\uFFE6]|\p{Emoji_Presentation}|\uFE0F/u;

const columnsOfOne = (grapheme: string): number => (wide.test(grapheme) ? 2 : 1);

/**
 * What of a text fits into so many columns of a terminal, where letters of East Asia and emoji take two.
 * Terminals disagree on some of the latter.
 */
export function fitColumns(text: string, columns: number): string {
  let used = 0;
  for (const { segment, index } of graphemesOf(text)) {
    used += columnsOfOne(segment);
    if (used > columns) return text.slice(0, index);
  }
  return text;
}

const ascii = /^[ -~]*$/;

/** Columns that a text takes, likewise. */
export function columnsOf(text: string): number {
  if (ascii.test(text)) return text.length;
  return [...graphemesOf(text)].reduce((sum, { segment }) => sum + columnsOfOne(segment), 0);
}

/** The text with as many blanks behind it as fill so many columns. */
export function padColumns(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - columnsOf(text)));
}
