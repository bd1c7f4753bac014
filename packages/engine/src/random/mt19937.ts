/**
 * @file The Mersenne Twister MT19937 (Matsumoto & Nishimura 1998), PyTorch's CPU bit source.
 * Its state is plain data, so that a training run can be saved and resumed.
 */

import { AtelierError, said } from "../errors.js";

const WORDS = 624;
const SHIFT = 397;

/** Everything that the next draws depend on; survives JSON. */
export interface Mt19937State {
  /** The 624 unsigned 32-bit words of the twister. */
  readonly words: readonly number[];
  /** How many of the words are used up, 0 to 624. */
  readonly position: number;
}

/** A stream of unsigned 32-bit integers. */
export interface Mt19937 {
  /** The next integer from 0 to 2³² − 1. */
  nextUint32(): number;
  state(): Mt19937State;
  /** @throws AtelierError `format` when the state is not one that {@link Mt19937.state} gives. */
  restore(state: Mt19937State): void;
}

/** Starts a twister from the lower 32 bits of a seed, as `init_genrand` of the paper does. */
export function createMt19937(seed: number): Mt19937 {
  const words = seedWords(seed);
  let position = WORDS;
  return {
    nextUint32() {
      if (position === WORDS) {
        twist(words);
        position = 0;
      }
      return temper(words[position++] ?? 0);
    },
    state: () => ({ words: Array.from(words), position }),
    restore(state) {
      checkState(state);
      words.set(state.words);
      position = state.position;
    },
  };
}

function seedWords(seed: number): Uint32Array {
  const words = new Uint32Array(WORDS);
  let previous = seed >>> 0;
  words[0] = previous;
  for (let i = 1; i < WORDS; i++) {
    previous = (Math.imul(1812433253, previous ^ (previous >>> 30)) + i) >>> 0;
    words[i] = previous;
  }
  return words;
}

function twist(words: Uint32Array): void {
  for (let i = 0; i < WORDS; i++) {
    const current = words[i] ?? 0;
    const next = words[(i + 1) % WORDS] ?? 0;
    const mixed = (current & 0x80000000) | (next & 0x7fffffff);
    const twisted = (mixed >>> 1) ^ (next & 1 ? 0x9908b0df : 0);
    words[i] = (words[(i + SHIFT) % WORDS] ?? 0) ^ twisted;
  }
}

function temper(word: number): number {
  let bits = word;
  bits ^= bits >>> 11;
  bits ^= (bits << 7) & 0x9d2c5680;
  bits ^= (bits << 15) & 0xefc60000;
  bits ^= bits >>> 18;
  return bits >>> 0;
}

function checkState({ words, position }: Mt19937State): void {
  const isUint32 = (word: number) => Number.isInteger(word) && word >= 0 && word <= 0xffffffff;
  if (!Array.isArray(words) || words.length !== WORDS || !words.every(isUint32)) {
    throw new AtelierError(
      "format",
      said`random state: expected ${WORDS} unsigned 32-bit words, got something else. Restore a state that state() returned.`,
    );
  }
  if (!Number.isInteger(position) || position < 0 || position > WORDS) {
    throw new AtelierError(
      "format",
      said`random state: expected a position from 0 to ${WORDS}, got ${position}. Restore a state that state() returned.`,
    );
  }
}
