/** @file Trainings whose values stay on a WebGPU device: the processor's numbers, and nothing but batches in between. */

import { expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { parametersOf } from "../graph/graph.js";
import { add, mul, square, sub } from "../graph/ops/elementwise.js";
import { linear } from "../graph/ops/linalg.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import type { DeviceMemory, Runtime, TensorMap } from "../runtime/runtime.js";
import { sizeOf } from "../shape.js";
import { type FloatTensor, floatTensor, type HostTensor } from "../tensor.js";
import { prepareWebGpu } from "../testing/adapters/prepare-webgpu.js";
import { expectClose } from "../testing/closeness.js";
import { everyOptimizer } from "../testing/every-optimizer.js";
import { adamW } from "./adam.js";
import type { Optimizer } from "./optimizer.js";
import { movingAverage } from "./parameter-average.js";
import { sgd } from "./sgd.js";
import { createStepper, type Stepper, type StepperOptions } from "./stepper.js";

const reason = await prepareWebGpu();
if (reason !== undefined) console.warn(`trainings on a device are not tested: ${reason}`);
const onDevice = it.skipIf(reason !== undefined);

const shapes = { a: [70, 60], b: [70], c: [70, 60] } as const;
const first = new Map<string, FloatTensor>(
  Object.entries(shapes).map(([name, shape], seed) => [
    name,
    floatTensor(createTorchGenerator(seed).randn(sizeOf(shape)), shape),
  ]),
);
const frozen = new Map([["scale", floatTensor(createTorchGenerator(9).randn(70), [70])]]);

/** A loss of so many rows, on three parameters and one that is fixed. */
function lossOf(rows: number): Pick<StepperOptions, "loss" | "parameters" | "metrics"> {
  const x = input("x", [rows, 60]);
  const [a, b, c] = [parameter("a", shapes.a), parameter("b", shapes.b), parameter("c", shapes.c)];
  const y = add(mul(linear(x, a), parameter("scale", [70])), b);
  const errors = square(sub(y, linear(square(x), c)));
  const parameters = parametersOf({ outputs: { errors } }).filter(
    ({ attributes }) => attributes.name !== "scale",
  );
  return { loss: mean(errors), metrics: { perRow: mean(errors, { axes: [1] }) }, parameters };
}

const optionsFor = (optimizer: Optimizer, more: Partial<StepperOptions> = {}): StepperOptions => ({
  ...lossOf(4),
  variants: [lossOf(3)],
  optimizer,
  maxGradNorm: 1,
  frozen,
  initial: first,
  average: movingAverage({ warmup: "power" }),
  ...more,
});

const batchOf = (seed: number, rows = 4): TensorMap => ({
  x: floatTensor(createTorchGenerator(seed).randn(60 * rows), [rows, 60]),
});

async function advance(stepper: Stepper, steps: number, accumulation = 1): Promise<number[]> {
  const told: number[] = [];
  for (let i = 0; i < steps; i++) {
    const batches = Array.from({ length: accumulation }, (_, m) =>
      batchOf(accumulation * stepper.step + m, stepper.step % 2 === 0 ? 4 : 3),
    );
    const results = await stepper.run(batches, 0.01);
    const { gradNorm } = results.at(-1) ?? {};
    told.push(...results.map(({ loss }) => Number(loss?.data[0])), Number(gradNorm?.data[0]));
  }
  return told;
}

const processor = createOrtRuntime({ threads: 1 });
const webgpu = (): Runtime => createOrtRuntime({ provider: "webgpu" });

onDevice.each([...everyOptimizer])(
  "trains with the processor's numbers: %s",
  async (_, optimizer) => {
    for (const accumulation of [1, 2]) {
      const options = optionsFor(optimizer, { accumulation, atOnce: accumulation });
      await using expected = await createStepper(processor, options);
      await using stepper = await createStepper(webgpu(), options);
      const steps = accumulation === 1 ? 6 : 3;
      const [got, told] = [
        await advance(stepper, steps, accumulation),
        await advance(expected, steps, accumulation),
      ];
      expectClose("losses and norms", got, told, 1e-4);
      for (const of of ["values", "averages"] as const) {
        const wanted = await expected[of]();
        for (const [name, { data }] of (await stepper[of]()) ?? []) {
          expectClose(`${of} of ${name}`, data, wanted?.get(name)?.data ?? [], 1e-3);
        }
        const [here, there] = [
          await stepper.evaluate(batchOf(99), { of }),
          await expected.evaluate(batchOf(99), { of }),
        ];
        expectClose(
          `loss of ${of}`,
          here["perRow"]?.data ?? [],
          Array.from(there["perRow"]?.data ?? [], Number),
          1e-3,
        );
      }
    }
  },
);

onDevice(
  "goes on from a state with the same bits, from other values, and from changed ones",
  async () => {
    const options = optionsFor(adamW());
    await using whole = await createStepper(webgpu(), options);
    await advance(whole, 2);
    const saved = await whole.state();
    await advance(whole, 2);
    await using resumed = await createStepper(webgpu(), options);
    await resumed.restore(saved, 2);
    expect(await resumed.state()).toEqual(saved);
    await advance(resumed, 2);
    expect(await resumed.state()).toEqual(await whole.state());
    const other = floatTensor(new Float32Array(70).fill(3), [70]);
    await resumed.overwrite(new Map([["b", other]]));
    expect(await resumed.values()).toEqual(new Map([...(await whole.values()), ["b", other]]));
    await resumed.restart(first);
    await using fresh = await createStepper(webgpu(), options);
    expect(await resumed.state()).toEqual(await fresh.state());
  },
);

onDevice("leaves everything as it was where a step does not count", async () => {
  await using stepper = await createStepper(webgpu(), optionsFor(sgd({ momentum: 0.9 })));
  await advance(stepper, 1);
  const before = await stepper.state();
  await stepper.run([batchOf(5)], 0.01, { isGood: () => false });
  expect(await stepper.state()).toEqual(before);
  expect(stepper.step).toBe(1);
});

onDevice("moves of a step its batch, its scalars and what was asked for", async () => {
  const counted = counting(webgpu());
  await using stepper = await createStepper(counted.runtime, optionsFor(adamW()));
  await advance(stepper, 1);
  counted.reset();
  await stepper.run([batchOf(1)], 0.01);
  const scalars = ["keep", "stepSize", "epsilon", "gradient scale", "average share"].length;
  const [batch, loss, perRow, gradNorm] = [4 * 60, 1, 4, 1];
  expect(counted.bytes()).toEqual({
    up: 4 * (batch + scalars),
    down: 4 * (loss + perRow + gradNorm),
  });
});

onDevice("keeps memory flat over 500 steps", async () => {
  await using stepper = await createStepper(webgpu(), optionsFor(adamW()));
  await advance(stepper, 100);
  const before = process.memoryUsage.rss();
  await advance(stepper, 500);
  // The state alone takes 136 kB: a step that kept it would take 65 MB more.
  expect(process.memoryUsage.rss() - before).toBeLessThan(20e6);
});

/** A runtime whose traffic with the device is counted, in bytes. */
function counting(runtime: Runtime) {
  let [up, down] = [0, 0];
  const bytesOf = (tensors: Iterable<unknown>): number =>
    [...tensors].reduce(
      (sum: number, tensor) => sum + (isOnHost(tensor) ? tensor.data.byteLength : 0),
      0,
    );
  const { device } = runtime;
  if (device === undefined) throw new Error("no device");
  const counted: DeviceMemory = {
    ...device,
    async upload(tensor) {
      up += bytesOf([tensor]);
      return device.upload(tensor);
    },
    async download(tensor) {
      const result = await device.download(tensor);
      down += bytesOf([result]);
      return result;
    },
    async compile(graph, options) {
      const compiled = await device.compile(graph, options);
      return {
        async run(values, own) {
          const ended = await compiled.run(values, own);
          up += bytesOf(Object.values(values));
          down += bytesOf(Object.values(ended.results));
          return ended;
        },
        [Symbol.asyncDispose]: () => compiled[Symbol.asyncDispose](),
      };
    },
  };
  return {
    runtime: { ...runtime, device: counted },
    bytes: () => ({ up, down }),
    reset() {
      [up, down] = [0, 0];
    },
  };
}

const isOnHost = (tensor: unknown): tensor is HostTensor =>
  typeof tensor === "object" && tensor !== null && "data" in tensor;
