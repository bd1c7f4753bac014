/**
 * @file Attention over maps so large that its gradient works through them in parts: right numbers,
 * and no value larger than a part.
 */

import { describe, expect, it } from "vitest";
import { nodesOf } from "../../graph/graph.js";
import { attention } from "../../graph/ops/attention.js";
import { mul } from "../../graph/ops/elementwise.js";
import { sum } from "../../graph/ops/reduce.js";
import { input } from "../../graph/ops/source.js";
import { verify } from "../../graph/verify.js";
import { createTorchGenerator } from "../../random/torch-generator.js";
import { sizeOf } from "../../shape.js";
import { expectClose } from "../../testing/closeness.js";
import { slopeAlong } from "../../testing/finite-differences.js";
import type { SourceValues } from "../../testing/interpret/value.js";
import { interpret } from "../../testing/interpret.js";
import { gradients } from "../gradient.js";

const PART_ELEMENTS = (16 * 2 ** 20) / 4;

const examples = [
  { name: "three maps of which two fit in a part", heads: 3, tokens: 1250, parts: 2 },
  { name: "one map too large for a part", heads: 1, tokens: 2100, parts: 2 },
  { name: "two maps too large for a part", heads: 2, tokens: 2050, parts: 4, unrun: true },
];

describe("attention gradient in parts", () => {
  it.each(examples)("of $name", ({ heads, tokens, parts, unrun = false }) => {
    const shape = [1, tokens, heads];
    const names = ["q", "k", "v"];
    const operands = names.map((name) => input(name, shape, "float64"));
    const [q, k, v] = operands;
    if (q === undefined || k === undefined || v === undefined) throw new Error("three operands");
    const g = input("g", shape, "float64");
    const loss = sum(mul(attention(q, k, v, { heads }), g));
    const found = gradients(loss, operands);
    const graph = { outputs: Object.fromEntries(names.map((name, i) => [name, found[i] ?? q])) };
    verify(graph);
    const nodes = nodesOf(graph);
    expect(nodes.filter(({ kind }) => kind === "softmax")).toHaveLength(parts);
    const largest = Math.max(...nodes.map((node) => sizeOf(node.shape)));
    expect(largest).toBeGreaterThan(PART_ELEMENTS / 4);
    expect(largest).toBeLessThanOrEqual(PART_ELEMENTS);
    if (unrun) return;

    const generator = createTorchGenerator(5);
    const draw = (): Float64Array => Float64Array.from(generator.randn(sizeOf(shape)));
    const values = { q: draw(), k: draw(), v: draw(), g: draw() };
    const direction: SourceValues = { q: draw(), k: draw(), v: draw() };
    const slopes = interpret(graph, values);
    const along = names.map((name) => {
      const [slope, step] = [slopes[name] ?? new Float64Array(), direction[name] ?? []];
      return slope.reduce((total, value, i) => total + value * (step[i] ?? Number.NaN), 0);
    });
    const expected = slopeAlong(loss, values, direction);
    expectClose("slope", [along.reduce((a, b) => a + b)], [expected], 1e-6);
  });
});
