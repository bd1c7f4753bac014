/** @file What `gradients` promises beyond the rules: targets, zeros, sums, conventions at kinks. */

import { describe, expect, it } from "vitest";
import { nodesOf } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import { attention } from "../graph/ops/attention.js";
import { conv2d } from "../graph/ops/conv.js";
import { abs, add, exp, maximum, minimum, mul, sin } from "../graph/ops/elementwise.js";
import { linear } from "../graph/ops/linalg.js";
import { detach } from "../graph/ops/mark.js";
import { max, sum } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { interpret } from "../testing/interpret.js";
import { gradients } from "./gradient.js";

/** The gradients of a loss as plain numbers. */
function slopes(
  loss: GraphNode,
  targets: readonly GraphNode[],
  values: Readonly<Record<string, readonly number[]>>,
): number[][] {
  const outputs = Object.fromEntries(gradients(loss, targets).map((node, i) => [`${i}`, node]));
  const sources = Object.entries(values).map(
    ([name, data]) => [name, Float64Array.from(data)] as const,
  );
  return Object.values(interpret({ outputs }, Object.fromEntries(sources))).map((d) => [...d]);
}

describe("gradients", () => {
  const a = input("a", [3]);
  const b = input("b", [3]);

  it("refuses a loss that is no scalar", () => {
    expect(() => gradients(a, [a])).toThrow(
      "gradients: expected a scalar loss, got float32[3]. Sum or average it first.",
    );
  });

  it("gives zeros of the right shape for what the loss does not depend on", () => {
    expect(slopes(sum(exp(a)), [b], {})).toEqual([[0, 0, 0]]);
  });

  it("gives 1 for the loss itself", () => {
    const loss = sum(a);
    expect(slopes(loss, [loss], {})).toEqual([[1]]);
  });

  it("reaches values in between, and the same target twice", () => {
    const inner = mul(a, 2);
    const loss = sum(mul(inner, inner));
    const of = { a: [1, 2, 3] };
    expect(slopes(loss, [inner, a, inner], of)).toEqual([
      [4, 8, 12],
      [8, 16, 24],
      [4, 8, 12],
    ]);
  });

  it("sums over all uses of a value", () => {
    expect(slopes(sum(add(mul(a, a), add(a, a))), [a], { a: [1, -2, 0] })).toEqual([[4, -2, 2]]);
  });

  it("computes only what the targets need", () => {
    const [x, w] = [input("x", [1, 2, 4, 4]), parameter("w", [3, 2, 3, 3])];
    const loss = sum(conv2d(sin(x), w));
    const [dw] = gradients(loss, [w]);
    const kinds = nodesOf({ outputs: dw ? { dw } : {} }).map(({ kind }) => kind);
    expect(kinds).toContain("conv2dWeightGradient");
    expect(kinds).not.toContain("conv2dInputGradient");
    expect(kinds).not.toContain("cos");
  });

  it("shares one backward pass of attention between query, key and value", () => {
    const q = input("q", [1, 3, 4]);
    const y = attention(q, q, linear(q, parameter("w", [4, 4])), { heads: 2 });
    const [dq] = gradients(sum(y), [q]);
    const nodes = nodesOf({ outputs: dq ? { dq } : {} });
    expect(nodes.filter(({ kind }) => kind === "softmax")).toHaveLength(1);
  });

  it("takes a detached value for a constant, on the way to targets and as a target's user", () => {
    const detached = detach(exp(a));
    expect(slopes(sum(mul(detached, a)), [a], { a: [0, 0, 0] })).toEqual([[1, 1, 1]]);
    expect(slopes(sum(detached), [a], { a: [1, 2, 3] })).toEqual([[0, 0, 0]]);
  });

  it("stops at integers and comparisons", () => {
    const ids = input("ids", [3], "int64");
    expect(slopes(sum(a), [ids], {})).toEqual([[0, 0, 0]]);
  });
});

describe("gradients at kinks", () => {
  const a = input("a", [3]);
  const b = input("b", [3]);
  const tied = { a: [1, 2, 3], b: [1, 5, 0] };

  it("give ties of maximum and minimum to the second operand", () => {
    expect(slopes(sum(maximum(a, b)), [a, b], tied)).toEqual([
      [0, 0, 1],
      [1, 1, 0],
    ]);
    expect(slopes(sum(minimum(a, b)), [a, b], tied)).toEqual([
      [0, 1, 0],
      [1, 0, 1],
    ]);
  });

  it("share evenly between equal maxima of an axis", () => {
    const x = input("x", [2, 3]);
    expect(slopes(sum(max(x, { axes: [1] })), [x], { x: [1, 5, 5, -2, -2, -2] })).toEqual([
      [0, 0.5, 0.5, 1 / 3, 1 / 3, 1 / 3],
    ]);
  });

  it("are 0 for the absolute value at 0", () => {
    expect(slopes(sum(abs(a)), [a], { a: [-2, 0, 3] })).toEqual([[-1, 0, 1]]);
  });
});
