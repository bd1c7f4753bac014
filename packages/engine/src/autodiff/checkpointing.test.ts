/** @file Recomputed blocks: what is copied, what is not, and that gradients stay the same. */

import { describe, expect, it } from "vitest";
import { inputsOf, nodesOf } from "../graph/graph.js";
import type { GraphNode } from "../graph/node.js";
import { add, exp, mul, sin, tanh } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/linalg.js";
import { checkpoint } from "../graph/ops/mark.js";
import { sum } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { expectClose } from "../testing/closeness.js";
import { interpret } from "../testing/interpret.js";
import { gradients } from "./gradient.js";

type Block = (...inputs: GraphNode[]) => GraphNode;
type Wrap = (block: Block, inputs: readonly GraphNode[]) => GraphNode;

const plain: Wrap = (block, inputs) => block(...inputs);

const values = {
  x: Float64Array.of(0.3, -1.2, 0.7, 2),
  t: Float64Array.of(1, 0.5, -0.5, 0.1),
  w: Float64Array.of(0.2, -0.4, 1.1, 0.6),
};

/** Counts the nodes of each kind. */
function countOf(kind: GraphNode["kind"], ...roots: readonly GraphNode[]): number {
  const outputs = Object.fromEntries(roots.map((root, i) => [String(i), root]));
  return nodesOf({ outputs }).filter((node) => node.kind === kind).length;
}

/** Gradients of a loss over blocks in a row that all read `t`, and the loss. */
function chain(wrap: Wrap): readonly GraphNode[] {
  const [x, t, w] = ["x", "t", "w"].map((name) => parameter(name, [2, 2], "float64"));
  if (x === undefined || t === undefined || w === undefined) throw new Error("three operands");
  const block = (y: GraphNode, time: GraphNode): GraphNode =>
    tanh(add(matmul(y, sin(w)), mul(time, exp(y))));
  let y = x;
  for (let i = 0; i < 4; i++) y = wrap(block, [y, t]);
  const loss = sum(y);
  return [...gradients(loss, [x, t, w]), loss];
}

describe("checkpoint", () => {
  it("leaves gradients bit for bit as they are", () => {
    const evaluate = (wrap: Wrap): Record<string, Float64Array> => {
      const [x, t, w] = chain(wrap);
      if (x === undefined || t === undefined || w === undefined) throw new Error("three gradients");
      return interpret({ outputs: { x, t, w } }, values);
    };
    expect(evaluate(checkpoint)).toEqual(evaluate(plain));
  });

  it("computes each block once more, whatever blocks share", () => {
    expect(countOf("exp", ...chain(plain))).toBe(4);
    expect(countOf("exp", ...chain(checkpoint))).toBe(8);
    // What depends on weights alone is small and stays.
    expect(countOf("sin", ...chain(checkpoint))).toBe(4);
  });

  it("computes a block inside a block twice more", () => {
    const x = input("x", [2]);
    const loss = sum(checkpoint((z) => tanh(checkpoint(exp, [mul(z, 2)])), [x]));
    expect(countOf("exp", loss, ...gradients(loss, [x]))).toBe(3);
  });

  it("gives the gradient of a value inside a block, used inside and outside", () => {
    const gradientOf = (wrap: Wrap): Record<string, Float64Array> => {
      const x = input("x", [4], "float64");
      let inside = x;
      const y = wrap(
        (z) => {
          inside = sin(z);
          return mul(inside, exp(inside));
        },
        [x],
      );
      const [dInside, dx] = gradients(sum(add(y, mul(inside, 3))), [inside, x]);
      if (dInside === undefined || dx === undefined) throw new Error("two gradients");
      expect(inputsOf({ outputs: { dInside } })).toEqual([x]);
      return interpret({ outputs: { dInside, dx } }, values);
    };
    const expected = gradientOf(plain);
    expect(expected["dInside"]?.every((slope) => slope !== 0)).toBe(true);
    const actual = gradientOf(checkpoint);
    for (const [name, slopes] of Object.entries(expected)) {
      expectClose(name, actual[name] ?? [], slopes, 1e-14);
    }
  });
});
