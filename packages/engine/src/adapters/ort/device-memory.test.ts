/** @file Values on a WebGPU device: copies with the same bits, who outlives whom, and how processes end. */

import { env, platform } from "node:process";
import { expect, it } from "vitest";
import { mul } from "../../graph/ops/elementwise.js";
import { input, parameter } from "../../graph/ops/source.js";
import type { DeviceMemory } from "../../runtime/runtime.js";
import { floatTensor, type HostTensor } from "../../tensor.js";
import { prepareWebGpu } from "../../testing/adapters/prepare-webgpu.js";
import { buildFolder, runScript } from "../../testing/adapters/run-script.js";
import { createOrtRuntime } from "./ort-runtime.js";

/** As processes of their own find it: what prepares this one prepares them. */
const variables = { VK_ICD_FILENAMES: env["VK_ICD_FILENAMES"] };
const reason = await prepareWebGpu();
if (reason !== undefined) console.warn(`the memory of devices is not tested: ${reason}`);
const onDevice = it.skipIf(reason !== undefined);

function memory(): DeviceMemory {
  const { device } = createOrtRuntime({ provider: "webgpu" });
  if (device === undefined) throw new Error("no memory of its own");
  return device;
}

const halves: HostTensor = {
  dtype: "float16",
  shape: [4],
  data: Uint16Array.of(1, 0, 0x7c01, 0xffff),
};
onDevice.each<[string, HostTensor]>([
  ["float32", floatTensor([1.5, 1e-42, Number.NaN, -0], [2, 2])],
  ["float16", halves],
  ["uint8", { dtype: "uint8", shape: [3], data: Uint8Array.of(0, 200, 255) }],
  ["int64", { dtype: "int64", shape: [2], data: BigInt64Array.of(-1n, 2n ** 30n) }],
  ["a scalar", floatTensor([3], [])],
])("copies there and back keep bits: %s", async (_, tensor) => {
  const device = memory();
  using there = await device.upload(tensor);
  expect(there).toMatchObject({ dtype: tensor.dtype, shape: tensor.shape });
  expect(await device.download(there)).toEqual(tensor);
});

onDevice("a result outlives its graph, and is refused once it is disposed", async () => {
  const device = memory();
  const x = input("x", [2]);
  const graph = { outputs: { y: mul(x, 2), z: mul(x, 3) } };
  const compiled = await device.compile(graph, { stays: new Set(["y"]) });
  const { results, stayed } = await compiled.run({ x: floatTensor([1, 2], [2]) });
  await compiled[Symbol.asyncDispose]();
  expect(results).toEqual({ z: floatTensor([3, 6], [2]) });
  const { y } = stayed;
  if (y === undefined) throw new Error("nothing stayed");
  expect(await device.download(y)).toEqual(floatTensor([2, 4], [2]));
  y[Symbol.dispose]();
  y[Symbol.dispose]();
  await expect(device.download(y)).rejects.toThrow(
    "runtime: expected a tensor on this device, got float32[2] that was disposed or lies elsewhere.",
  );
});

onDevice(
  "weights that are not part of the model are copied once, and results where they are wanted",
  async () => {
    const runtime = createOrtRuntime({ provider: "webgpu", copiedBytes: 0 });
    const graph = { outputs: { y: mul(input("x", [2]), parameter("w", [2])) } };
    const parameters = new Map([["w", floatTensor([5, 7], [2])]]);
    await using compiled = await runtime.compile(graph, { parameters });
    const y = floatTensor([0, 0], [2]);
    for (const value of [1, 2]) {
      await compiled.run({ x: floatTensor([value, value], [2]) }, { into: { y } });
      expect(y).toEqual(floatTensor([5 * value, 7 * value], [2]));
    }
  },
);

onDevice.each([
  ["after everything is disposed", "await stepper[Symbol.asyncDispose]();", 0],
  ["with all that is open", "process.exitCode = 3;", 3],
  ["at once", "process.exit(7);", 7],
  ["by an error", 'throw new Error("x");', 1],
  [
    "by an interrupt",
    'process.on("SIGINT", () => process.exit(130)); process.kill(process.pid, "SIGINT"); await new Promise(() => setTimeout(() => {}, 9000));',
    130,
  ],
])("a process that has trained there ends with its own code: %s", async (_, ending, code) => {
  const script = `
    const { prepareWebGpu } = await import(${JSON.stringify(`${buildFolder}testing/adapters/prepare-webgpu.js`)});
    await prepareWebGpu();
    const w = engine.parameter("w", [60, 60]);
    const stepper = await engine.createStepper(node.createOrtRuntime({ provider: "webgpu" }), {
      loss: engine.mean(engine.square(engine.linear(engine.input("x", [4, 60]), w))),
      parameters: [w],
      optimizer: engine.adamW(),
      frozen: new Map(),
      initial: new Map([["w", engine.floatTensor(new Float32Array(3600).fill(0.1), [60, 60])]]),
    });
    const x = engine.floatTensor(new Float32Array(240).fill(1), [4, 60]);
    for (let i = 0; i < 5; i++) await stepper.run([{ x }], 0.01);
    await stepper.values();
    ${ending}`;
  const ended = await runScript(script, { variables });
  expect(ended, ended.stderr).toMatchObject({ code, signal: null });
});

it.skipIf(platform !== "linux")("says where there is no device", async () => {
  const script = `
    const runtime = node.createOrtRuntime({ provider: "webgpu" });
    await runtime.compile({ outputs: { y: engine.neg(engine.input("x", [2])) } });`;
  const { stderr } = await runScript(script, { variables: { VK_ICD_FILENAMES: "/nowhere" } });
  expect(stderr).toContain("expected a graphics card that WebGPU reaches, got none.");
});
