/** @file Reshapes after reshapes, equal ones and unused ones, and results that keep their names. */

import { describe, expect, test } from "vitest";
import type { OnnxNode } from "./model-proto.js";
import { simplifyReshapes } from "./simplify-reshapes.js";

const node = (opType: string, inputs: string[], output: string): OnnxNode => ({
  opType,
  inputs,
  outputs: [output],
});

const lines = (nodes: readonly OnnxNode[]): string[] =>
  nodes.map(({ opType, inputs, outputs }) => `${outputs.join()} = ${opType}(${inputs.join()})`);

describe("simplifyReshapes", () => {
  test("reads through a chain and drops what nobody uses", () => {
    const nodes = [
      node("Reshape", ["x", "flat"], "a"),
      node("Reshape", ["a", "matrix"], "b"),
      node("Neg", ["b"], "y"),
    ];
    expect(lines(simplifyReshapes(nodes, new Set(["y"])))).toEqual([
      "b = Reshape(x,matrix)",
      "y = Neg(b)",
    ]);
  });

  test("shares equal reshapes", () => {
    const nodes = [
      node("Reshape", ["x", "flat"], "a"),
      node("Neg", ["a"], "p"),
      node("Reshape", ["x", "flat"], "b"),
      node("Exp", ["b"], "q"),
    ];
    expect(lines(simplifyReshapes(nodes, new Set(["p", "q"])))).toEqual([
      "a = Reshape(x,flat)",
      "p = Neg(a)",
      "q = Exp(a)",
    ]);
  });

  test("keeps results under their names", () => {
    const nodes = [node("Reshape", ["x", "flat"], "a"), node("Reshape", ["x", "flat"], "b")];
    expect(lines(simplifyReshapes(nodes, new Set(["a", "b"])))).toEqual([
      "a = Reshape(x,flat)",
      "b = Reshape(x,flat)",
    ]);
  });
});
