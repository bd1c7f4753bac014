/** @file Sums of many numbers, which are added up in parts. */

import { expect, it } from "vitest";
import { createOrtRuntime } from "../../adapters/ort/ort-runtime.js";
import { sum, sumSquares } from "../../graph/ops/reduce.js";
import { input } from "../../graph/ops/source.js";
import { createTorchGenerator } from "../../random/torch-generator.js";
import { floatTensor } from "../../tensor.js";

it.each([[[50, 100]], [[6144]], [[4, 320, 64, 51]]] as const)(
  "sums over %j are right to a few roundings",
  async ([...shape]) => {
    const x = input("x", shape);
    const outputs = { sum: sum(x), kept: sum(x, { keepDims: true }), squares: sumSquares(x) };
    await using compiled = await createOrtRuntime({ threads: 1 }).compile({ outputs });
    const numbers = createTorchGenerator(5).randn(shape.reduce((all, extent) => all * extent, 1));
    const got = await compiled.run({ x: floatTensor(numbers, shape) });
    const exact = (term: (value: number) => number) =>
      numbers.reduce((total, value) => total + term(value), 0);
    const size = exact(Math.abs);
    expect(Math.abs(Number(got["sum"]?.data[0]) - exact((value) => value)) / size).toBeLessThan(
      1e-7,
    );
    expect(got["kept"]).toMatchObject({ shape: shape.map(() => 1) });
    expect(Number(got["squares"]?.data[0]) / exact((value) => value ** 2)).toBeCloseTo(1, 6);
  },
);
