/**
 * @file One example of every operation, and a training that stays on the device, on WebGPU of a real browser: on its
 * graphics card or its software device.
 */

import {
  adamW,
  createStepper,
  createTorchGenerator,
  floatTensor,
  input,
  linear,
  mean,
  parameter,
  parametersOf,
  type Runtime,
  square,
  sub,
  tanh,
} from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { afterAll, expect, it } from "vitest";
import { expectClose } from "../../packages/engine/src/testing/closeness.js";
import { runRuntimeSuite } from "../../packages/engine/src/testing/runtime-suite.js";
import { chromiumPath } from "../studio/browser.js";
import { lacksWebGpu, openPageRuntime } from "./page-runtime.js";

const opened = chromiumPath === undefined ? undefined : await openPageRuntime("webgpu");
const reason = opened === undefined ? "no Chromium here" : await lacksWebGpu(opened);
afterAll(() => opened?.[Symbol.asyncDispose]());

/** Of twenty steps of a small network. */
async function lossesOn(runtime: Runtime): Promise<number[]> {
  const draws = createTorchGenerator(1);
  const random = (...shape: number[]) =>
    floatTensor(draws.randn(shape.reduce((size, extent) => size * extent, 1)), shape);
  const [w, v] = [parameter("w", [32, 16]), parameter("v", [8, 32])];
  const prediction = linear(tanh(linear(input("x", [6, 16]), w)), v);
  const loss = mean(square(sub(prediction, input("y", [6, 8]))));
  await using stepper = await createStepper(runtime, {
    ...{ loss, parameters: parametersOf({ outputs: { loss } }), optimizer: adamW() },
    ...{ maxGradNorm: 1, frozen: new Map() },
    initial: new Map([
      ["w", random(32, 16)],
      ["v", random(8, 32)],
    ]),
  });
  const batch = { x: random(6, 16), y: random(6, 8) };
  const losses: number[] = [];
  for (let step = 0; step < 20; step++) {
    const [results] = await stepper.run([batch], 0.01);
    losses.push(Number(results?.["loss"]?.data[0]));
  }
  return losses;
}

if (opened === undefined || reason !== undefined) {
  console.warn(`WebGPU in a browser is not tested: ${reason}`);
  it.skip("runs in a browser");
} else {
  it("trains with the processor's losses", async () => {
    const [got, expected] = [await lossesOn(opened.runtime), await lossesOn(createOrtRuntime())];
    expect(expected.at(-1)).toBeLessThan(0.9 * (expected[0] ?? 0));
    expectClose("losses", got, expected, 1e-4);
  });
  runRuntimeSuite("Chromium's WebGPU", () => opened.runtime, {
    tolerance: 1e-4,
    isBrief: true,
    skip: {
      cast: "the example casts to float64, which onnxruntime-web's build for WebGPU refuses",
    },
  });
}
