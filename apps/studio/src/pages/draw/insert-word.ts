/** @file Puts a trigger word where the cursor stands in a prompt. */

/** A text with the cursor in it. */
export interface Cursor {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** Replaces what is selected by a word, with a space on each side where there is none. */
export function insertWord({ text, start, end }: Cursor, word: string): Cursor {
  const [before, after] = [text.slice(0, start), text.slice(end)];
  const lead = before === "" || /\s$/.test(before) ? "" : " ";
  const tail = after === "" || /^[\s,.;:!?)]/.test(after) ? "" : " ";
  const inserted = `${lead}${word}${tail}`;
  const caret = start + inserted.length;
  return { text: `${before}${inserted}${after}`, start: caret, end: caret };
}

/** Whether a prompt has a word, as a word of its own. */
export function hasWord(text: string, word: string): boolean {
  const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "iu").test(text);
}
