/**
 * @file Random numbers that are a pure function of a few integers: scene 4,711 of a seed is known
 * without drawing the scenes before it. The generator is sfc32 (Chris Doty-Humphrey's "small fast
 * chaotic" generator, PractRand), whose four 32-bit words begin as the key.
 */

import { AtelierError, said } from "@atelier/engine";

/** A stream of choices; every call moves it on. */
export interface Draws {
  /** An integer from 0 to `count` − 1. */
  integer(count: number): number;
  /** True with the given probability. */
  chance(probability: number): boolean;
  /** One of the values. @throws AtelierError `config` when there are none. */
  pick<T>(values: readonly T[]): T;
}

const warmUpRounds = 16;

/**
 * The stream of a key; the same key gives the same stream everywhere.
 * @param key.stream keeps uses of the same seed and index apart.
 * @throws AtelierError `config` when a number is no safe integer.
 */
export function createDraws(key: {
  readonly seed: number;
  readonly index: number;
  readonly stream: number;
}): Draws {
  for (const [name, value] of Object.entries(key)) {
    if (Number.isSafeInteger(value)) continue;
    throw new AtelierError("config", said`world ${name}: expected a safe integer, got ${value}.`);
  }
  const next = createSfc32([key.seed, key.index, key.stream, Math.floor(key.seed / 2 ** 32)]);
  const unit = () => next() / 2 ** 32;
  const integer = (count: number) => Math.floor(unit() * count);
  return {
    integer,
    chance: (probability) => unit() < probability,
    pick(values) {
      const value = values[integer(values.length)];
      if (value !== undefined) return value;
      throw new AtelierError("config", "world: expected something to choose from, got nothing.");
    },
  };
}

function createSfc32(key: readonly [number, number, number, number]): () => number {
  let [a, b, c, counter] = key.map((word) => word | 0) as [number, number, number, number]; // `map` keeps the length
  function next(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }
  for (let round = 0; round < warmUpRounds; round++) next();
  return next;
}
