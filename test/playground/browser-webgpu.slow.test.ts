/** @file One example of every operation on WebGPU of a real browser, on its graphics card or its software device. */

import { afterAll, it } from "vitest";
import { runRuntimeSuite } from "../../packages/engine/src/testing/runtime-suite.js";
import { chromiumPath } from "../studio/browser.js";
import { lacksWebGpu, openPageRuntime } from "./page-runtime.js";

const opened = chromiumPath === undefined ? undefined : await openPageRuntime("webgpu");
const reason = opened === undefined ? "no Chromium here" : await lacksWebGpu(opened);
afterAll(() => opened?.[Symbol.asyncDispose]());
if (opened === undefined || reason !== undefined) {
  console.warn(`WebGPU in a browser is not tested: ${reason}`);
  it.skip("runs in a browser");
} else {
  runRuntimeSuite("Chromium's WebGPU", () => opened.runtime, {
    tolerance: 1e-4,
    isBrief: true,
    skip: {
      cast: "the example casts to float64, which onnxruntime-web's build for WebGPU refuses",
    },
  });
}
