/**
 * @file Random texts of all of Unicode, drawn as test/parity/make-token-ids-fixture.py draws them, and
 * the checksums of the ids that transformers gives them.
 */

import { readFileSync } from "node:fs";
import { fixture } from "./fixtures.js";

type Range = readonly [first: number, last: number];

/** What the texts are put together from. */
interface Recipe {
  readonly seed: number;
  readonly count: number;
  readonly words: readonly string[];
  readonly spaces: readonly string[];
  readonly nearSpaces: readonly string[];
  readonly special: readonly string[];
  readonly contractions: readonly string[];
  readonly marks: readonly Range[];
  /** Code points of each plane. */
  readonly planes: readonly (readonly Range[])[];
}

/** The texts. */
export function randomTexts(): string[] {
  const path = fixture("tokenizer-small", "random-texts.json");
  // The fixture is our own file, written in this form.
  const recipe = JSON.parse(readFileSync(path, "utf8")) as Recipe;
  const below = mulberry32(recipe.seed);
  const pick = <T>(items: readonly T[]): T => {
    const item = items[below(items.length)];
    if (item === undefined) throw new Error("nothing to pick from");
    return item;
  };
  const between = ([first, last]: Range): string =>
    String.fromCodePoint(first + below(last - first + 1));
  const join = (count: number, draw: () => string): string =>
    Array.from({ length: count }, draw).join("");
  const recase = (text: string): string =>
    Array.from(text, (letter) => (below(2) === 1 ? letter.toUpperCase() : letter)).join("");
  const kinds: readonly (() => string)[] = [
    () => pick(recipe.words),
    () => String.fromCodePoint(33 + below(94)),
    () => between(pick(pick(recipe.planes))),
    () => between(pick(pick(recipe.planes))),
    () => join(1 + below(3), () => between(pick(recipe.marks))),
    () => pick(recipe.spaces),
    () => pick(recipe.nearSpaces),
    () => (below(2) === 1 ? pick(recipe.special) : recase(pick(recipe.special))),
    () => pick(recipe.contractions),
    () => between([0xac00, 0xd7a3]),
  ];
  return Array.from({ length: recipe.count }, () => join(1 + below(16), () => pick(kinds)()));
}

/** Checksums of ids joined by commas, one a text. @param name `random-ids`, or CLIP's own vocabulary's */
export function randomTextSums(name: "random-ids" | "random-ids-clip"): Uint32Array {
  const bytes = readFileSync(fixture("tokenizer-small", `${name}.crc32`));
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

/** Uniform whole numbers below a bound. */
function mulberry32(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}
