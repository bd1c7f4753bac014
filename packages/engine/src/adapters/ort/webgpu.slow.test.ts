/** @file onnxruntime-node on a WebGPU device, hardware or software: every example of every operation. */

import { it } from "vitest";
import { prepareWebGpu } from "../../testing/adapters/prepare-webgpu.js";
import { runRuntimeSuite } from "../../testing/runtime-suite.js";
import { createOrtRuntime } from "./ort-runtime.js";

const reason = await prepareWebGpu();
if (reason === undefined) {
  runRuntimeSuite("onnxruntime-node webgpu", () => createOrtRuntime({ provider: "webgpu" }), {
    tolerance: 1e-4,
  });
} else {
  console.warn(`webgpu is not tested: ${reason}`);
  it.skip("runs on a WebGPU device");
}
