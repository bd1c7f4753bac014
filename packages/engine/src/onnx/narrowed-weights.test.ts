/** @file Where weights that are stored in 16 bits are widened. */

import { expect, it } from "vitest";
import { gradients } from "../autodiff/gradient.js";
import { mixedPrecision } from "../graph/mixed-precision.js";
import { add, tanh } from "../graph/ops/elementwise.js";
import { matmul } from "../graph/ops/linalg.js";
import { checkpoint } from "../graph/ops/mark.js";
import { narrow, reshape } from "../graph/ops/movement.js";
import { sumSquares } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { lowerGraph } from "./lower-graph.js";

it("widens a weight just before each operator that reads it, and keeps no copy for the next", () => {
  const x = input("x", [2, 4]);
  const weights = [0, 1].map((i) => parameter(`w${i}`, [4, 4]));
  const loss = sumSquares(weights.reduce((y, w) => checkpoint((z) => tanh(matmul(z, w)), [y]), x));
  const [slope = x] = gradients(loss, [x]);
  const data = { location: "weights", offset: 0, length: 32 };
  const { nodes, inputs, initializers } = lowerGraph(
    { outputs: { loss, slope } },
    { bind: () => ({ dtype: "float16", data }) },
  );
  const executed = nodes.toReversed();
  const widened: (string | undefined)[] = [];
  for (const [place, node] of executed.entries()) {
    if (node.opType !== "Cast") continue;
    const [shaped, user] = [executed[place + 1], executed[place + 2]];
    const [copy = ""] = shaped?.outputs ?? [];
    expect(shaped).toMatchObject({
      opType: "Reshape",
      inputs: [node.outputs[0], shaped?.inputs[1]],
    });
    expect(executed.filter(({ inputs: read }) => read.includes(copy))).toEqual([user]);
    widened.push(node.inputs[0]);
  }
  // Forward, the last block's recomputation and its gradient, then those of the first.
  const [first, second] = ["parameter:w0", "parameter:w1"];
  expect(widened).toEqual([first, second, second, second, first, first]);
  // Inputs of unknown shape with a default.
  for (const name of [first, second]) {
    expect(inputs).toContainEqual({ name, elementType: 10 });
    expect(initializers).toContainEqual({ name, elementType: 10, shape: [4, 4], data });
  }
});

it("reads a weight in float16 as it is stored where a product wants it so", () => {
  const graph = { outputs: { y: matmul(input("x", [2, 4]), parameter("w", [4, 4])) } };
  const data = { location: "weights", offset: 0, length: 32 };
  const { nodes } = lowerGraph(mixedPrecision(graph), {
    bind: () => ({ dtype: "float16", data }),
    keepsOrder: false,
  });
  const lines = nodes.toReversed().map(({ opType, inputs: [first] }) => [opType, first]);
  expect(lines).toEqual([
    ["Cast", "input:x"],
    ["Reshape", "parameter:w"],
    ["MatMul", expect.any(String)],
    ["Cast", expect.any(String)],
  ]);
});

it("takes a part of a weight before it widens it", () => {
  const table = reshape(parameter("w", [1, 16, 4]), [4, 4, 4]);
  const middle = narrow(narrow(table, 0, 1, 2), 1, 1, 2);
  const data = { location: "weights", offset: 0, length: 128 };
  const { nodes } = lowerGraph(
    { outputs: { y: add(middle, input("x", [2, 2, 4])) } },
    { bind: () => ({ dtype: "float16", data }), keepsOrder: false },
  );
  const kinds = nodes.toReversed().map(({ opType }) => opType);
  expect(kinds).toEqual(["Reshape", "Slice", "Slice", "Cast", "Reshape", "Add"]);
});

it("widens a weight that is read whole as well, for whoever reads it whole", () => {
  const table = reshape(parameter("w", [16]), [4, 4]);
  const data = { location: "weights", offset: 0, length: 32 };
  const both = { part: narrow(table, 0, 1, 2), whole: tanh(table) };
  const { nodes } = lowerGraph(
    { outputs: both },
    { bind: () => ({ dtype: "float16", data }), keepsOrder: false },
  );
  expect(nodes.filter(({ opType }) => opType === "Cast")).toHaveLength(1);
});
