/** @file Combined adapters against the sum of the changes that each makes. */

import { createTorchGenerator, floatTensor, sizeOf } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import type { LoraModule } from "../core/lora-weights.js";
import { combineAdapters, type WeightedAdapter } from "./combine-adapters.js";

const generator = createTorchGenerator(5);
const random = (shape: readonly number[]) => floatTensor(generator.randn(sizeOf(shape)), shape);

function adapter(
  name: string,
  strength: number,
  modules: Readonly<Record<string, LoraModule>>,
): WeightedAdapter {
  return {
    name,
    strength,
    weights: { modules: new Map(Object.entries(modules)), metadata: new Map() },
  };
}

const linear = (rank: number, alpha: number): LoraModule => ({
  method: "lora",
  parts: { down: random([rank, 10]), up: random([12, rank]) },
  ...{ alpha, rank },
});
const conv = (rank: number, alpha: number): LoraModule => ({
  method: "lora",
  parts: { down: random([rank, 4, 3, 3]), up: random([6, rank, 1, 1]) },
  ...{ alpha, rank },
});

/** strength · alpha/rank · up · down, row by row. */
function changeOf({ parts, alpha, rank }: LoraModule, strength: number): Float64Array {
  const { down, up } = parts;
  const [out = 0] = up?.shape ?? [];
  const width = sizeOf(down?.shape.slice(1) ?? []);
  return Float64Array.from({ length: out * width }, (_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    let sum = 0;
    for (let k = 0; k < rank; k++) {
      sum += (up?.data[row * rank + k] ?? 0) * (down?.data[k * width + column] ?? 0);
    }
    return (strength * alpha * sum) / rank;
  });
}

const norm = (values: Float64Array) => Math.hypot(...values);
const difference = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - (b[i] ?? 0));

const [a, b] = [
  { q: linear(2, 4), c: conv(3, 3) },
  { q: linear(3, 1), other: linear(1, 1) },
];
const both = [adapter("a", 0.7, a), adapter("b", -0.4, b)];
const sumOfQ = changeOf(a.q, 0.7).map((value, i) => value + (changeOf(b.q, -0.4)[i] ?? 0));

describe("combineAdapters", () => {
  it("puts ranks side by side, and changes each layer by the sum of what all change", () => {
    const { weights, rank, kept } = combineAdapters(both);
    expect([rank, kept]).toEqual([5, 1]);
    expect([...weights.modules.keys()]).toEqual(["q", "c", "other"]);
    const [q, c] = [weights.modules.get("q"), weights.modules.get("c")];
    if (q === undefined || c === undefined) throw new Error("modules");
    expect(norm(difference(changeOf(q, 1), sumOfQ))).toBeLessThan(1e-5);
    expect(norm(difference(changeOf(c, 1), changeOf(a.c, 0.7)))).toBeLessThan(1e-5);
    expect(c.parts.down?.shape).toEqual([3, 4, 3, 3]);
    expect(c.parts.up?.shape).toEqual([6, 3, 1, 1]);
  });

  it("keeps the largest directions of the sum where a rank is given", () => {
    // Eckart & Young 1936: no other change of rank 5 or less is nearer; at full rank nothing is lost.
    const full = combineAdapters(both, { rank: 5 }).weights.modules.get("q");
    if (full === undefined) throw new Error("module");
    expect(norm(difference(changeOf(full, 1), sumOfQ))).toBeLessThan(1e-5);
    const { weights, kept } = combineAdapters(
      [adapter("a", 0.7, { q: a.q }), adapter("b", -0.4, { q: b.q })],
      { rank: 2 },
    );
    const q = weights.modules.get("q");
    if (q === undefined) throw new Error("module");
    expect(q.parts.down?.shape).toEqual([2, 10]);
    const rest = norm(difference(changeOf(q, 1), sumOfQ));
    // What is kept is orthogonal to what is left out.
    expect(Math.sqrt(1 - kept ** 2) * norm(sumOfQ)).toBeCloseTo(rest, 4);
    expect(rest).toBeLessThan(norm(changeOf(b.q, 0.4)));
    // A single direction of one of them is further away.
    expect(kept).toBeGreaterThan(0.7);
  });

  it("refuses what has no two factors, other shapes, and weights of zero", () => {
    const loha = { ...linear(2, 2), method: "loha" } as const;
    expect(() => combineAdapters([adapter("x", 1, { q: loha })])).toThrow(
      /merge: expected LoRAs, got a LoHa in x \(q\)/,
    );
    expect(() =>
      combineAdapters([adapter("a", 1, { q: a.q }), adapter("b", 1, { q: a.c })]),
    ).toThrow(/expected adapters for one model, got another shape of q in b/);
    expect(() => combineAdapters([adapter("a", 0, a)])).toThrow(
      /expected adapters with weights other than 0/,
    );
  });
});
