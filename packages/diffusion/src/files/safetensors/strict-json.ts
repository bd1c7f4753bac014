/**
 * @file A reader for JSON from strangers, driven by the shape that is expected: it refuses
 * duplicate keys and numbers that are no plain integers, and never nests deeper than its caller.
 * `JSON.parse` keeps the last of two equal keys without a word.
 */

import { shorten } from "@atelier/engine";
/** Reads one JSON text from left to right. Each method throws a `SyntaxError` on anything else. */
export interface StrictJsonReader {
  /** Reads an object; `visit` must read the value of each key. */
  object(visit: (key: string) => void): void;
  /** Reads an array; `visit` must read each element. */
  array(visit: () => void): void;
  string(): string;
  /** A number from 0 to 2⁵³ − 1, written in digits only. */
  integer(): number;
  /** Checks that nothing but white space follows. */
  end(): void;
}

/** Starts reading at the beginning of the text. */
export function readStrictJson(text: string): StrictJsonReader {
  let position = 0;

  function peek(): string {
    while (" \t\n\r".includes(text.charAt(position)) && position < text.length) position++;
    return text.charAt(position);
  }
  function fail(expected: string): never {
    const found = peek();
    const got =
      found === "" ? "the end" : JSON.stringify(shorten(text.slice(position, position + 200), 20));
    throw new SyntaxError(`expected ${expected} at character ${position}, got ${got}`);
  }
  function take(character: string): void {
    if (peek() !== character) fail(`"${character}"`);
    position++;
  }
  function string(): string {
    if (peek() !== '"') fail("a string");
    const end = closingQuote(text, position);
    if (end === -1) fail("a string that ends");
    const token = text.slice(position, end + 1);
    position = end + 1;
    // Checks escapes and control characters; a quoted token can only be a string.
    return JSON.parse(token) as string;
  }
  function list(open: string, close: string, visit: () => void): void {
    take(open);
    if (peek() !== close) {
      visit();
      while (peek() === ",") {
        position++;
        visit();
      }
    }
    take(close);
  }

  return {
    string,
    array: (visit) => list("[", "]", visit),
    object(visit) {
      const seen = new Set<string>();
      list("{", "}", () => {
        const key = string();
        if (seen.has(key)) throw new SyntaxError(`expected each key once, got "${key}" again`);
        seen.add(key);
        take(":");
        visit(key);
      });
    },
    integer() {
      peek();
      const digits = /(?:0|[1-9][0-9]*)(?![0-9.eE+-])/y;
      digits.lastIndex = position;
      const value = Number(digits.exec(text)?.[0]);
      if (!Number.isSafeInteger(value)) fail("an integer from 0 to 2^53 - 1");
      position = digits.lastIndex;
      return value;
    },
    end() {
      if (peek() !== "") fail("the end");
    },
  };
}

function closingQuote(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1) {
    let backslashes = 0;
    while (text.charAt(end - 1 - backslashes) === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
    end = text.indexOf('"', end + 1);
  }
  return -1;
}
