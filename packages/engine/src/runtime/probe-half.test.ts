/** @file Whether a device computes in float16: by what its runtime says, and by what it then computes. */

import { expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { scalar } from "../graph/ops/source.js";
import { prepareWebGpu } from "../testing/adapters/prepare-webgpu.js";
import { probeHalf } from "./probe-half.js";
import { probeRuntime, probeTolerance } from "./probe-runtime.js";
import type { Runtime } from "./runtime.js";

const processor = createOrtRuntime({ threads: 1 });
const computing: Runtime = {
  ...processor,
  capabilities: { ...processor.capabilities, computes: ["float32", "float16"] },
};

it("asks a device for products only if its runtime has kernels", async () => {
  expect(await probeHalf(processor)).toBe(false);
  expect(await probeHalf(computing)).toBe(true);
});

it("believes no device whose products are wrong", async () => {
  const wrong: Runtime = {
    ...computing,
    compile: () => processor.compile({ outputs: { y: scalar(1) } }),
  };
  expect(await probeHalf(wrong)).toBe(false);
});

const reason = await prepareWebGpu();
if (reason !== undefined) console.warn(`webgpu is not tested: ${reason}`);
it.skipIf(reason !== undefined)("leaves a device without 16-bit shaders as it was", async () => {
  const webgpu = createOrtRuntime({ provider: "webgpu" });
  if (await probeHalf(webgpu))
    console.warn("16-bit shaders are there: their absence is not tested.");
  expect(await probeRuntime(webgpu)).toBeLessThan(probeTolerance);
});
