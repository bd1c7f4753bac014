/** @file Kernels against sums and updates in plain numbers, and memory as it is asked for. */

import { describe, expect, it } from "vitest";
import { createTorchGenerator } from "../random/torch-generator.js";
import { requireFloats } from "../tensor.js";
import { plainKernels } from "./plain-kernels.js";
import { allocateVectors } from "./vector-memory.js";

const floats = (length: number) => ({ dtype: "float32", shape: [length] }) as const;

/** Vectors of one length in one memory, filled with draws. */
function drawn(count: number, length: number) {
  const { tensors, kernels } = allocateVectors([
    Array.from({ length: count }, () => floats(length)),
  ]);
  const vectors = (tensors[0] ?? []).map((tensor) => requireFloats(tensor).data);
  for (const [seed, vector] of vectors.entries()) {
    vector.set(createTorchGenerator(seed).randn(length));
  }
  const at = (i: number): Float32Array => vectors[i] ?? new Float32Array();
  return { kernels, at };
}

const lengths = [1, 4, 15, 16, 17, 4096, 4099, 20_000];

describe("vector kernels", () => {
  it.each(lengths)("sum squares: %i elements", (length) => {
    const { kernels, at } = drawn(1, length);
    const expected = at(0).reduce((sum, x) => sum + x * x, 0);
    expect(Math.abs(kernels.sumSquares(at(0)) / expected - 1)).toBeLessThan(1e-6);
  });

  it.each(lengths)("add and follow with the bits of float32: %i elements", (length) => {
    const { kernels, at } = drawn(3, length);
    const [a, b, c] = [at(0).slice(), at(1).slice(), at(2).slice()];
    const squares = kernels.add(at(0), at(1));
    expect(at(0)).toEqual(a.map((x, i) => x + (b[i] ?? 0)));
    expect(squares).toBe(kernels.sumSquares(at(0)));
    kernels.follow(at(2), at(1), 0.3);
    const share = Math.fround(0.3);
    const followed = c.map((x, i) => x - Math.fround(share * Math.fround(x - (b[i] ?? 0))));
    expect(at(2)).toEqual(followed);
    expect(at(1)).toEqual(b);
  });

  it("keep what is no number and what is infinite", () => {
    const { kernels, at } = drawn(1, 5000);
    at(0)[4321] = Number.NaN;
    expect(kernels.sumSquares(at(0))).toBeNaN();
    at(0)[4321] = 1e30;
    expect(kernels.sumSquares(at(0))).toBe(Infinity);
  });

  it("refuse vectors of two memories, of two lengths, and of anyone else", () => {
    const { kernels, at } = drawn(2, 8);
    const other = drawn(1, 8).at(0);
    for (const x of [other, at(1).subarray(4), new Float32Array(8)]) {
      expect(() => kernels.add(at(0), x)).toThrow("vectors of one memory and one length");
    }
  });
});

describe("plain kernels", () => {
  it.each(lengths)("have the bits of the module's: %i elements", (length) => {
    const { kernels, at } = drawn(5, length);
    const bytes = Math.ceil(length / 16) * 64;
    const buffer = new ArrayBuffer(5 * bytes);
    const plain = plainKernels(buffer);
    const own = (i: number) => new Float32Array(buffer, i * bytes, length);
    // Second moments are not below 0.
    at(3).set(at(3).map(Math.abs));
    for (const i of [0, 1, 2, 3, 4]) own(i).set(at(i));
    for (let step = 0; step < 3; step++) {
      expect(plain.sumSquares(bytes, bytes)).toBe(kernels.sumSquares(at(1)));
      const [values, gradient, first, second] = [at(0), at(1), at(2), at(3)];
      const numbers = { gradientScale: 0.7, beta1: 0.9, beta2: 0.999, l2: 0.01 };
      const rates = { keep: 0.99, stepSize: 0.1, epsilon: 1e-8 };
      kernels.adam({ values, gradient, first, second }, { ...numbers, ...rates });
      plain.adam(0, bytes, 2 * bytes, 3 * bytes, bytes, 0.7, 0.9, 0.999, 0.01, 0.99, 0.1, 1e-8);
      kernels.follow(at(4), values, 0.3);
      plain.follow(4 * bytes, 0, bytes, 0.3);
      expect(plain.add(bytes, 2 * bytes, bytes)).toBe(kernels.add(gradient, first));
      for (const i of [0, 1, 2, 3, 4]) expect(own(i)).toEqual(at(i));
    }
  });
});

describe("allocateVectors", () => {
  it("gives zeros of each type, none over another", () => {
    const types = [
      { dtype: "float32", shape: [3, 5] },
      { dtype: "uint8", shape: [7] },
      { dtype: "float16", shape: [9] },
      { dtype: "float32", shape: [] },
    ] as const;
    const { tensors } = allocateVectors([types, types]);
    const all = tensors.flat();
    expect(all).toHaveLength(8);
    for (const [i, { data }] of all.entries()) data.fill(i as never);
    for (const [i, { data, shape, dtype }] of all.entries()) {
      expect({ shape, dtype }).toEqual(types[i % 4]);
      expect(Array.from<number | bigint>(data)).toEqual(new Array(data.length).fill(i));
    }
  });

  it("takes several memories where one does not hold all, and refuses a list that none holds", () => {
    // 2 GiB each, of which only what is touched is there.
    const lists = Array.from({ length: 3 }, () => [floats(2 ** 28), floats(2 ** 28)]);
    const { tensors, kernels } = allocateVectors(lists);
    const buffers = new Set(tensors.flat().map(({ data }) => data.buffer));
    expect(buffers.size).toBe(3);
    const last = requireFloats(tensors[2]?.[1] ?? expect.fail()).data;
    last[2 ** 28 - 1] = 3;
    expect(kernels.sumSquares(last.subarray(2 ** 28 - 64))).toBe(9);
    expect(() => allocateVectors([[floats(2 ** 30 + 1)]])).toThrow(
      /^training state: expected 4\.3 GB of memory/,
    );
  });
});
