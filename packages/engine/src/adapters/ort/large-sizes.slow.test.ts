/** @file onnxruntime-node on a WebGPU device in the sizes of real models, beside the processor: results and gradients. */

import { describe, expect, it } from "vitest";
import { prepareWebGpu } from "../../testing/adapters/prepare-webgpu.js";
import { largeCases } from "../../testing/large-cases.js";
import { runExample } from "../../testing/runtime-suite.js";
import { createOrtRuntime } from "./ort-runtime.js";

/** Of the root of the mean square of what is expected: sums of thousands of numbers in another order. */
const tolerance = 2e-5;

const reason = await prepareWebGpu();
if (reason !== undefined) console.warn(`webgpu is not tested: ${reason}`);

describe.skipIf(reason !== undefined)("a WebGPU device", () => {
  it.each(largeCases.map((example) => [example.name, example] as const))(
    "computes as the processor does: %s",
    async (_, example) => {
      const expected = await runExample(createOrtRuntime(), example);
      const got = await runExample(createOrtRuntime({ provider: "webgpu" }), example);
      for (const [name, { data }] of Object.entries(expected)) {
        const other = got[name]?.data ?? [];
        expect(other).toHaveLength(data.length);
        expect(distance(other, data), name).toBeLessThan(tolerance);
      }
    },
  );
});

/** The root of the mean square of differences, by that of what is expected. */
function distance(got: ArrayLike<number | bigint>, expected: ArrayLike<number | bigint>): number {
  let [apart, size] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    const value = Number(expected[i]);
    apart += (Number(got[i]) - value) ** 2;
    size += value ** 2;
  }
  return Math.sqrt(apart / Math.max(size, Number.MIN_VALUE));
}
