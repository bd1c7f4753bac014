/** @file Rewriting, and that a copied graph means the same. */

import { describe, expect, it } from "vitest";
import { gradients } from "../autodiff/gradient.js";
import { isFloat } from "../dtype.js";
import type { Graph } from "../graph/graph.js";
import { add, cast, exp, mul, sin } from "../graph/ops/elementwise.js";
import { sum } from "../graph/ops/reduce.js";
import { input, scalar } from "../graph/ops/source.js";
import { printGraph } from "../graph/print.js";
import { verify } from "../graph/verify.js";
import { interpret } from "../testing/interpret.js";
import { buildCase } from "../testing/op-case.js";
import { allCases } from "../testing/op-cases.js";
import { identity } from "./identity.js";
import { rewrite } from "./pass.js";

describe("rewrite", () => {
  it("keeps the very nodes of a graph that the visitor leaves alone", () => {
    const x = input("x", [2]);
    const graph = { outputs: { y: add(exp(x), 1) } };
    expect(rewrite(graph, (node) => node).outputs["y"]).toBe(graph.outputs.y);
  });

  it("replaces nodes and rebuilds only their users", () => {
    const x = input("x", [2]);
    const kept = sin(x);
    const graph = { outputs: { y: mul(exp(x), kept), kept } };
    const result = rewrite(graph, (node) => (node.kind === "exp" ? scalar(2) : node));
    verify(result);
    expect(printGraph(result)).toMatchInlineSnapshot(`
      "%0 = input() {name: "x", shape: [2], dtype: "float32"} : float32[2]
      %1 = sin(%0) : float32[2]
      %2 = constant() {2} : float32[]
      %3 = mul(%2, %1) : float32[2]
      return { y: %3, kept: %1 }"
    `);
    expect(result.outputs["kept"]).toBe(kept);
  });
});

describe("identity", () => {
  it.each(allCases())("keeps $kind: $example.name and its gradients", ({ example }) => {
    const { operands, result, values } = buildCase(example, "float64");
    const targets = operands.filter(({ dtype }) => isFloat(dtype));
    const withGradients = (graph: Graph): Graph => {
      const { result: y = result } = graph.outputs;
      const found = gradients(sum(sin(cast(y, "float64"))), targets);
      return { outputs: { y, ...Object.fromEntries(found.map((node, i) => [`d${i}`, node])) } };
    };
    const forward = { outputs: { result } };
    const graph = withGradients(forward);
    for (const copy of [identity(graph), withGradients(identity(forward))]) {
      verify(copy);
      expect(printGraph(copy)).toBe(printGraph(graph));
      expect(interpret(copy, values)).toEqual(interpret(graph, values));
    }
  });
});
