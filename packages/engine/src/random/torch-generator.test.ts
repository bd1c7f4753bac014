/** @file The generator against draws that PyTorch 2.13 made (test/parity/make-random-fixture.py). */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  createTorchGenerator,
  type TorchGenerator,
  type TorchGeneratorState,
} from "./torch-generator.js";

interface Draw {
  readonly op: "rand" | "randn" | "uniform" | "randint" | "randperm";
  readonly count: number;
  readonly low?: number;
  readonly high?: number;
  readonly at: number[];
  readonly values: number[];
}

// The file is made by our own script, whose output has this form.
const fixture = JSON.parse(
  readFileSync(
    new URL("../../../../test/fixtures/random/torch-generator.json", import.meta.url),
    "utf8",
  ),
) as { cases: { seed: string; draws: Draw[] }[] };

function repeat(generator: TorchGenerator, { op, count, low = 0, high = 1 }: Draw) {
  if (op === "uniform") return generator.uniform(count, low, high);
  if (op === "randint") return generator.randint(low, high, count);
  return generator[op](count);
}

function largestError(expected: readonly number[], actual: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(0, ...expected.map((value, i) => Math.abs(value - (actual[i] ?? Number.NaN))));
}

describe("torch generator", () => {
  it.each(fixture.cases)("repeats PyTorch's draws from seed $seed (case %#)", ({ seed, draws }) => {
    const generator = createTorchGenerator(BigInt(seed));
    for (const draw of draws) {
      const drawn = repeat(generator, draw);
      expect(drawn.length).toBe(draw.count);
      const kept = draw.at.map((i) => drawn[i] ?? Number.NaN);
      const bound = draw.op === "randn" && draw.count >= 16 ? 5e-7 : 0;
      expect(largestError(draw.values, kept)).toBeLessThanOrEqual(bound);
    }
  });

  it("goes on from a state that went through JSON, the waiting normal included", () => {
    const generator = createTorchGenerator(7);
    generator.rand(1000);
    generator.randn(3);
    const saved = JSON.stringify(generator.state());
    const expected = [generator.randn(4), generator.randn(40), generator.randperm(9)];
    const resumed = createTorchGenerator(0);
    // A state of our own; `restore` checks what it can.
    resumed.restore(JSON.parse(saved) as TorchGeneratorState);
    expect([resumed.randn(4), resumed.randn(40), resumed.randperm(9)]).toEqual(expected);
  });

  it("takes number and bigint seeds alike", () => {
    expect(createTorchGenerator(-1).rand(4)).toEqual(createTorchGenerator(2n ** 64n - 1n).rand(4));
  });

  it("refuses seeds, bounds and counts that PyTorch would refuse", () => {
    expect(() => createTorchGenerator(0.5)).toThrow(/seed: expected an integer/);
    expect(() => createTorchGenerator(2n ** 64n)).toThrow(/seed: expected an integer/);
    const generator = createTorchGenerator(0);
    expect(() => generator.randint(3, 3, 1)).toThrow(/randint: expected integers low < high/);
    expect(() => generator.randint(0, 2 ** 54, 1)).toThrow(/randint/);
    expect(() => generator.randn(-1)).toThrow(/randn: expected a count/);
  });

  it("refuses a damaged state and keeps its own", () => {
    const generator = createTorchGenerator(3);
    const { bits, cachedNormal } = generator.state();
    const damaged = [
      { bits: { ...bits, words: bits.words.slice(1) }, cachedNormal },
      { bits: { ...bits, words: bits.words.map((word) => word + 0.5) }, cachedNormal },
      { bits: { ...bits, position: 625 }, cachedNormal },
      { bits, cachedNormal: Number.NaN },
    ];
    for (const state of damaged) {
      expect(() => generator.restore(state)).toThrow(/random state: expected/);
    }
    expect(generator.rand(5)).toEqual(createTorchGenerator(3).rand(5));
  });
});
