/**
 * @file Measures LoRA steps of one model on one device in a process of its own, and prints one JSON line.
 *
 * Usage: node bench/dist/gpu/step.js <model> <edge> <cpu|webgpu|cuda> <float32|float16> [steps]
 */

import { adamW, createStepper, probeHalf, usualLossScaling } from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import type { Measurement } from "../measurement.js";
import { loraStep } from "./models.js";

const [name = "", edge = "512", backend = "webgpu", precision = "float32", steps = "6"] =
  process.argv.slice(2);
const provider = (["cpu", "webgpu", "cuda"] as const).find((known) => known === backend);
if (provider === undefined) throw new Error(`expected cpu, webgpu or cuda, got ${backend}`);
const started = performance.now();
const runtime = createOrtRuntime({ provider });
if (precision === "float16" && !(await probeHalf(runtime))) throw new Error("no float16 here");
const { loss, trained, frozen, initial, batch } = loraStep(name, Number(edge));
const seconds: number[] = [];
const losses: number[] = [];
{
  await using stepper = await createStepper(runtime, {
    ...{ loss, frozen, initial, parameters: trained },
    ...{ optimizer: adamW(), maxGradNorm: 1 },
    mixedPrecision: precision === "float16" ? usualLossScaling : undefined,
  });
  for (let step = 0; step < Number(steps); step++) {
    const start = performance.now();
    const [results] = await stepper.run([batch], 1e-4);
    losses.push(Number(results?.["loss"]?.data[0]));
    seconds.push((performance.now() - start) / 1000);
  }
}
const [firstSeconds = Number.NaN, ...later] = seconds;
const measured: Measurement = {
  secondsBeforeFirst: (performance.now() - started) / 1000 - seconds.reduce((a, b) => a + b, 0),
  ...{ firstSeconds, seconds: later },
  peakBytes: process.resourceUsage().maxRSS * 1024,
  checks: losses,
};
console.log(JSON.stringify(measured));
