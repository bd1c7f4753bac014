/**
 * @file What devices compute that lack fused operators, on the processor: attention composed of products and softmax,
 * and products of transposed copies.
 */

import { expect, it } from "vitest";
import { gradients } from "../../autodiff/gradient.js";
import { attention } from "../../graph/ops/attention.js";
import { cos, mul, sin } from "../../graph/ops/elementwise.js";
import { sum } from "../../graph/ops/reduce.js";
import { input } from "../../graph/ops/source.js";
import type { OperatorAbilities } from "../../onnx/lowering.js";
import { createTorchGenerator } from "../../random/torch-generator.js";
import { floatTensor, type HostTensor } from "../../tensor.js";
import { expectClose } from "../../testing/closeness.js";
import { runRuntimeSuite } from "../../testing/runtime-suite.js";
import { createOrtRuntime } from "./ort-runtime.js";

const lacks = [
  "fusesTransposes",
  "fusesAttention",
  "computesSines",
  "computesSigns",
  "computesInt64",
] as const satisfies readonly (keyof OperatorAbilities)[];

runRuntimeSuite("onnxruntime-node cpu without fused operators", () =>
  createOrtRuntime({ threads: 1, lacks }),
);

// Of the second, a single map is 20 MiB: blocks of query rows.
it.each([
  [[2, 300, 77, 64], 8],
  [[1, 2304, 2304, 16], 2],
] as const)(
  "attention %j with %i heads and its gradients are those of the fused operator",
  async ([batch, tokens, keys, width], heads) => {
    const [q, k, v] = [tokens, keys, keys].map((rows, i) => input(`x${i}`, [batch, rows, width]));
    if (q === undefined || k === undefined || v === undefined) throw new Error("no operands");
    const result = attention(q, k, v, { heads });
    const loss = sum(mul(result, input("weights", result.shape)));
    const [dq, dk, dv] = gradients(loss, [q, k, v]);
    if (dq === undefined || dk === undefined || dv === undefined) throw new Error("no gradients");
    const outputs = { result, dq, dk, dv };
    const draws = createTorchGenerator(3);
    const values: Record<string, HostTensor> = {};
    for (const [name, { shape }] of Object.entries({ x0: q, x1: k, x2: v, weights: result })) {
      const [, rows = 0] = shape;
      values[name] = floatTensor(draws.randn(batch * rows * width), shape);
    }
    const run = async (without: typeof lacks | readonly []) => {
      const runtime = createOrtRuntime({ threads: 1, lacks: without });
      await using compiled = await runtime.compile({ outputs });
      // Awaited here, since the graph is closed when this function ends.
      return await compiled.run(values);
    };
    const [fused, composed] = [await run([]), await run(lacks)];
    for (const name of Object.keys(outputs)) {
      const [got, expected] = [composed, fused].map((all) =>
        Array.from(all[name]?.data ?? [], Number),
      );
      expectClose(name, got ?? [], expected ?? [], 1e-5);
    }
    expect(composed["result"]?.data).toHaveLength(batch * tokens * width);
  },
);

it.each([
  ["sin", sin, Math.sin],
  ["cos", cos, Math.cos],
] as const)(
  "%s of timesteps composed of sums and products is right to a rounding",
  async (_, op, exact) => {
    // Up to the largest angle of a timestep, and around the turns, where signs change.
    const angles = Float32Array.from({ length: 20_000 }, (__, i) =>
      i < 10_000 ? i / 10 : (i - 15_000) * (Math.PI / 2),
    );
    const runtime = createOrtRuntime({ threads: 1, lacks });
    const y = op(input("x", [angles.length]));
    await using compiled = await runtime.compile({ outputs: { y } });
    const { y: got } = await compiled.run({ x: floatTensor(angles, [angles.length]) });
    const worst = Math.max(...angles.map((x, i) => Math.abs(Number(got?.data[i]) - exact(x))));
    expect(worst).toBeLessThan(2.5e-7);
  },
);
