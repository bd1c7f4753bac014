/** @file Moving averages against diffusers' EMAModel. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allocateVectors } from "../kernels/vector-memory.js";
import { requireFloats } from "../tensor.js";
import { type AverageOptions, averageDecay } from "./parameter-average.js";

interface Case {
  readonly start: readonly number[];
  readonly steps: readonly {
    readonly values: readonly number[];
    readonly decay: number;
    readonly average: readonly number[];
  }[];
}

// Made by test/parity in this form; another one only fails tests.
const cases = JSON.parse(
  readFileSync(
    new URL("../../../../test/fixtures/optimizers/averages.json", import.meta.url),
    "utf8",
  ),
) as Readonly<Record<string, Case>>;

const options: Readonly<Record<string, AverageOptions>> = {
  linear: {},
  power: { warmup: "power", invGamma: 2, power: 0.75, decay: 0.6 },
  late: { updateAfterStep: 2, minDecay: 0.3, decay: 0.9 },
};

describe("a moving average", () => {
  it.each(Object.keys(options))("has the bits of diffusers' (%s)", (name) => {
    const { start, steps } = cases[name] ?? { start: [], steps: [] };
    const type = { dtype: "float32", shape: [start.length] } as const;
    const { tensors, kernels } = allocateVectors([[type, type]]);
    const [average = new Float32Array(), values = new Float32Array()] = (tensors[0] ?? []).map(
      (tensor) => requireFloats(tensor).data,
    );
    average.set(start);
    expect(steps).toHaveLength(6);
    for (const [index, expected] of steps.entries()) {
      const decay = averageDecay(index + 1, options[name]);
      expect(decay).toBeCloseTo(expected.decay, 14);
      values.set(expected.values);
      kernels.follow(average, values, 1 - decay);
      expect([...average]).toEqual(expected.average);
    }
  });
});
