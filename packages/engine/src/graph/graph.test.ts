/** @file Walking, printing and verifying graphs. */

import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradient.js";
import { floatTensor } from "../tensor.js";
import { ancestorsOf, inputsOf, nodesOf, parametersOf } from "./graph.js";
import type { GraphNode } from "./node.js";
import { add, exp, mul, silu, square } from "./ops/elementwise.js";
import { matmul } from "./ops/linalg.js";
import { checkpoint } from "./ops/mark.js";
import { concat, narrow } from "./ops/movement.js";
import { mean, sum } from "./ops/reduce.js";
import { constant, input, parameter } from "./ops/source.js";
import { printGraph } from "./print.js";
import { verify } from "./verify.js";

describe("nodes", () => {
  it("are frozen with their attributes, inputs and shapes", () => {
    const node = concat([input("a", [2]), input("b", [3])], 0);
    for (const part of [node, node.attributes, node.inputs, node.shape]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it("do not change when the caller changes what they were made from", () => {
    const shape = [2, 3];
    const x = input("x", shape);
    shape[0] = 7;
    expect(x.shape).toEqual([2, 3]);
  });
});

describe("walks", () => {
  const [x, w] = [input("x", [2]), parameter("w", [2])];
  const inner = mul(x, w);
  const y = add(exp(inner), inner);

  it("list every node once, inputs before users", () => {
    const nodes = nodesOf({ outputs: { y, inner } });
    expect(nodes.map(({ kind }) => kind)).toEqual(["input", "parameter", "mul", "exp", "add"]);
  });

  it("stop at a boundary", () => {
    expect(ancestorsOf([y], new Set([inner])).map(({ kind }) => kind)).toEqual(["exp", "add"]);
  });

  it("find inputs and parameters", () => {
    expect(inputsOf({ outputs: { y } })).toEqual([x]);
    expect(parametersOf({ outputs: { y } })).toEqual([w]);
  });

  it("go through deep graphs without recursion", () => {
    let node = x;
    for (let i = 0; i < 50_000; i++) node = add(node, w);
    expect(nodesOf({ outputs: { node } })).toHaveLength(50_002);
  });
});

describe("printGraph", () => {
  it("shows operands, attributes, types and outputs", () => {
    const [x, w] = [input("x", [2, 3]), parameter("w", [4, 3])];
    const y = silu(matmul(x, w, { transposeB: true }));
    const table = constant(floatTensor([1, 2, 3, 4, 5], [5]));
    expect(
      printGraph({ outputs: { y, mean: mean(y), row: narrow(table, 0, 1, 2) } }),
    ).toMatchInlineSnapshot(`
      "%0 = input() {name: "x", shape: [2,3], dtype: "float32"} : float32[2, 3]
      %1 = parameter() {name: "w", shape: [4,3], dtype: "float32"} : float32[4, 3]
      %2 = matmul(%0, %1) {transposeA: false, transposeB: true, alpha: 1} : float32[2, 4]
      %3 = swish(%2) {alpha: 1} : float32[2, 4]
      %4 = constant() {1, 2, 3, 4, …} : float32[5]
      %5 = mean(%3) {axes: [0,1], keepDims: false} : float32[]
      %6 = slice(%4) {starts: [1], sizes: [2]} : float32[2]
      return { y: %3, mean: %5, row: %6 }"
    `);
  });

  it("shows the gradient of a checkpointed block with the block computed again", () => {
    const [x, w] = [input("x", [2]), parameter("w", [2])];
    const loss = sum(checkpoint((y) => square(mul(y, w)), [x]));
    const [dw] = gradients(loss, [w]);
    expect(printGraph({ outputs: { loss, ...(dw && { dw }) } })).toMatchInlineSnapshot(`
      "%0 = input() {name: "x", shape: [2], dtype: "float32"} : float32[2]
      %1 = parameter() {name: "w", shape: [2], dtype: "float32"} : float32[2]
      %2 = mul(%0, %1) : float32[2]
      %3 = mul(%2, %2) : float32[2]
      %4 = checkpoint(%3, %0) : float32[2]
      %5 = sum(%4) {axes: [0], keepDims: false} : float32[]
      %6 = constant() {1} : float32[]
      %7 = reshape(%6) {shape: [1]} : float32[1]
      %8 = broadcast(%7) {shape: [2]} : float32[2]
      %9 = mul(%0, %1) : float32[2]
      %10 = mul(%8, %9) : float32[2]
      %11 = mul(%8, %9) : float32[2]
      %12 = add(%10, %11) : float32[2]
      %13 = mul(%12, %0) : float32[2]
      return { loss: %5, dw: %13 }"
    `);
  });
});

describe("verify", () => {
  const x = input("x", [2]);
  /** A node that no factory would make. */
  const broken = (changes: object): GraphNode => ({ ...exp(x), ...changes });

  it("accepts what the factories make", () => {
    expect(() => verify({ outputs: { y: exp(x) } })).not.toThrow();
  });

  it("reports a shape that does not follow from the inputs", () => {
    expect(() => verify({ outputs: { y: broken({ shape: [3] }) } })).toThrow(
      /^internal: verify: node \d+ \(exp\) has type float32\[3\], expected float32\[2\]\./,
    );
  });

  it("reports an element type that does not follow from the inputs", () => {
    expect(() => verify({ outputs: { y: broken({ dtype: "float64" }) } })).toThrow(
      /has type float64\[2\], expected float32\[2\]/,
    );
  });

  it("reports a node older than its input", () => {
    expect(() => verify({ outputs: { y: broken({ id: -1 }) } })).toThrow(
      /node -1 \(exp\) comes before one of its inputs/,
    );
  });

  it("reports two sources of one name", () => {
    const outputs = { y: add(input("a", [2]), parameter("a", [1])) };
    expect(() => verify({ outputs })).toThrow(
      'verify: expected one source named "a", got float32[2] and float32[1]. Create it once and reuse the node.',
    );
  });
});
