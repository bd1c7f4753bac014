/** @file Products for devices without FusedMatMul, over the examples of all that is lowered to one. */

import { InferenceSession, Tensor } from "onnxruntime-node";
import { describe, expect, it } from "vitest";
import { gradients } from "../../autodiff/gradient.js";
import { sum } from "../../graph/ops/reduce.js";
import { expectClose } from "../../testing/closeness.js";
import { interpret } from "../../testing/interpret.js";
import { buildCase } from "../../testing/op-case.js";
import { opCases } from "../../testing/op-cases.js";
import { lowerGraph } from "../lower-graph.js";
import { allAbilities } from "../lowering.js";
import { encodeModel } from "../model-proto.js";

const { matmul, linear, conv2d, attention } = opCases;

describe("a product without FusedMatMul", () => {
  it.each([...matmul, ...linear, ...conv2d, ...attention])("$name", async (example) => {
    const { operands, result, values } = buildCase(example, "float32");
    const found = gradients(sum(result), operands).map((node, i) => [`d${i}`, node] as const);
    const graph = { outputs: { result, ...Object.fromEntries(found) } };
    const model = lowerGraph(graph, { abilities: { ...allAbilities, fusesTransposes: false } });
    expect(model.nodes.map(({ opType }) => opType)).not.toContain("FusedMatMul");

    const session = await InferenceSession.create(encodeModel(model), {
      graphOptimizationLevel: "disabled",
      intraOpNumThreads: 1,
    });
    const feeds = operands.map(({ shape }, i) => {
      const data = Float32Array.from(values[`x${i}`] ?? []);
      return [`input:x${i}`, new Tensor("float32", data, shape)] as const;
    });
    const actual = await session.run(Object.fromEntries(feeds));
    await session.release();
    for (const [name, expected] of Object.entries(interpret(graph, values))) {
      // Outputs are float32, whose array this is.
      const data = actual[`output:${name}`]?.data as Float32Array | undefined;
      expectClose(name, data ?? [], expected, 1e-5);
    }
  });
});
