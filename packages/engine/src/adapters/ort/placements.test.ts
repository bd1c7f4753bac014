/** @file What a WebGPU device leaves to the processor: told by type, and nothing of any optimizer's update. */

import { describe, expect, it } from "vitest";
import { parametersOf } from "../../graph/graph.js";
import { add, mul, sign, square } from "../../graph/ops/elementwise.js";
import { matmul } from "../../graph/ops/linalg.js";
import { gatherRows } from "../../graph/ops/movement.js";
import { argmax, mean } from "../../graph/ops/reduce.js";
import { input, parameter } from "../../graph/ops/source.js";
import { trainingGraphs } from "../../optim/training-graph.js";
import { prepareWebGpu } from "../../testing/adapters/prepare-webgpu.js";
import { everyOptimizer } from "../../testing/every-optimizer.js";
import { operatorsOnProcessor } from "./placements.js";

const reason = await prepareWebGpu();
if (reason !== undefined) console.warn(`webgpu is not tested: ${reason}`);

describe.skipIf(reason !== undefined)("operatorsOnProcessor", () => {
  it("names what has no kernel there, as often as it stands in the graph", async () => {
    const x = input("x", [4], "float64");
    const y = mul(add(mul(x, x), x), x);
    const left = await operatorsOnProcessor({ outputs: { y } }, "webgpu");
    expect([...left].sort()).toEqual(["Add", "Mul", "Mul"]);
  });

  it("names nothing of signs and whole numbers, which are composed and narrowed", async () => {
    const [x, ids] = [input("x", [4, 8]), input("ids", [4], "int64")];
    const outputs = { y: sign(x), z: add(argmax(x, 1), mul(ids, ids)), rows: gatherRows(x, ids) };
    expect(await operatorsOnProcessor({ outputs }, "webgpu")).toEqual([]);
  });

  it.each([...everyOptimizer])("names nothing of an update by %s", async (_, optimizer) => {
    const w = parameter("w", [96, 32]);
    const bias = parameter("b", [32]);
    const loss = mean(square(add(matmul(input("x", [8, 96]), w), bias)));
    const parameters = parametersOf({ outputs: { loss } });
    const options = { loss, parameters, optimizer, maxGradNorm: 1, accumulation: 2 };
    const { step, updates } = trainingGraphs(options);
    for (const graph of [step, ...updates]) {
      expect(await operatorsOnProcessor(graph, "webgpu")).toEqual([]);
    }
  });
});
