/** @file Updates that overwrite what they read: the same bits as with vectors of their own. */

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { AtelierError } from "../errors.js";
import { parametersOf } from "../graph/graph.js";
import { add, mul, square, sub } from "../graph/ops/elementwise.js";
import { linear } from "../graph/ops/linalg.js";
import { reshape } from "../graph/ops/movement.js";
import { mean, sum } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import type { CompiledGraph, Runtime } from "../runtime/runtime.js";
import { sizeOf } from "../shape.js";
import { byteView, floatTensor } from "../tensor.js";
import { everyOptimizer } from "../testing/every-optimizer.js";
import { adamW } from "./adam.js";
import { needsSpare } from "./in-place.js";
import { lion } from "./lion.js";
import type { Optimizer } from "./optimizer.js";
import { sgd } from "./sgd.js";
import { createStepper, type Stepper, type StepperOptions } from "./stepper.js";
import { trainingGraphs } from "./training-graph.js";

const shapes = { a: [70, 60], b: [70], c: [300, 900] } as const;

function optionsFor(
  optimizer: Optimizer,
  settings: Pick<StepperOptions, "accumulation" | "maxGradNorm" | "elementsPerUpdate">,
): StepperOptions {
  const generator = createTorchGenerator(3);
  const [x, y] = [input("x", [4, 60]), input("y", [4, 900])];
  const [a, b, c] = [parameter("a", shapes.a), parameter("b", shapes.b), parameter("c", shapes.c)];
  const loss = add(mean(square(add(linear(x, a), b))), mean(square(linear(y, c))));
  const initial = new Map(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      floatTensor(generator.randn(sizeOf(shape)), shape),
    ]),
  );
  const parameters = parametersOf({ outputs: { loss } });
  return { loss, parameters, optimizer, frozen: new Map(), initial, ...settings };
}

const ort = createOrtRuntime({ threads: 1 });

/** A runtime whose graphs see no memory of the caller: results are copied into it afterwards. */
const copying: Runtime = {
  ...ort,
  async compile(graph, options) {
    const compiled = await ort.compile(graph, options);
    const copy: CompiledGraph["run"] = async (values, { into = {} } = {}) => {
      const results = await compiled.run(values);
      for (const [name, target] of Object.entries(into)) {
        const result = results[name];
        if (result !== undefined) target.data.set(result.data as never);
      }
      return { ...results, ...into };
    };
    return { run: copy, [Symbol.asyncDispose]: () => compiled[Symbol.asyncDispose]() };
  },
};

async function train(runtime: Runtime, options: StepperOptions) {
  await using stepper = await createStepper(runtime, options);
  const norms: number[] = [];
  for (let step = 0; step < 4; step++) {
    const batches = Array.from({ length: options.accumulation ?? 1 }, (_, m) => {
      const generator = createTorchGenerator(10 * step + m);
      return {
        x: floatTensor(generator.randn(240), [4, 60]),
        y: floatTensor(generator.randn(3600), [4, 900]),
      };
    });
    const results = await stepper.run(batches, 0.01);
    norms.push(Number(results.at(-1)?.["gradNorm"]?.data[0]));
  }
  return { state: await bitsOf(stepper), norms };
}

/** Hashes by name. */
async function bitsOf(stepper: Stepper): Promise<Map<string, string>> {
  const hashes = [...(await stepper.state())].map(([name, { data }]) => {
    return [name, createHash("sha256").update(byteView(data)).digest("hex")] as const;
  });
  return new Map(hashes);
}

describe("an update in place", () => {
  it.each([...everyOptimizer.keys()])("gives the bits of one that copies: %s", async (name) => {
    const optimizer = everyOptimizer.get(name) ?? sgd();
    for (const settings of [
      { accumulation: 1, maxGradNorm: 1, elementsPerUpdate: 1e5 },
      { accumulation: 2, maxGradNorm: undefined },
    ]) {
      const options = optionsFor(optimizer, settings);
      expect(await train(ort, options)).toEqual(await train(copying, options));
    }
  });

  it.each([...everyOptimizer.keys()])("gives the same bits in parts: %s", async (name) => {
    const options = optionsFor(everyOptimizer.get(name) ?? sgd(), {
      accumulation: 1,
      maxGradNorm: 1,
    });
    const inParts = { ...options, elementsPerUpdate: 5000 };
    const isAdam = options.optimizer.adam !== undefined;
    expect(trainingGraphs(options).updates).toHaveLength(isAdam ? 0 : 1);
    expect(trainingGraphs(inParts).updates).toHaveLength(isAdam ? 0 : name === "prodigy" ? 1 : 2);
    expect(await train(ort, inParts)).toEqual(await train(ort, options));
  });

  it("needs second vectors only where a slot is read again", () => {
    const spareFor = (name: string) => {
      const options = optionsFor(everyOptimizer.get(name) ?? sgd(), {
        accumulation: 2,
        maxGradNorm: 1,
      });
      return [...needsSpare(trainingGraphs(options))];
    };
    for (const name of ["adamw", "adam with L2", "sgd with momentum", "adamw in 8 bits"]) {
      expect(spareFor(name)).toEqual([]);
    }
    // Lion's direction and its next momentum are two means of one momentum.
    expect(spareFor("lion")).toEqual(["optimizer.momentum:group 0", "optimizer.momentum:group 1"]);
  });
});

describe("needsSpare", () => {
  const graphs = (next: Record<string, ReturnType<typeof input>>) => ({
    step: { outputs: {} },
    updates: [{ outputs: next }],
  });
  const [x, y] = [input("x", [6]), input("y", [6])];

  it("names what is read after its successor is written", () => {
    const nextX = add(mul(x, 0.5), 1);
    const nextY = add(mul(y, 0.5), mul(x, 2));
    expect(needsSpare(graphs({ "next x": nextX, "next y": nextY }))).toEqual(new Set(["x"]));
  });

  it("names what a reshaped form of is read afterwards", () => {
    const square2d = square(reshape(x, [2, 3]));
    expect(needsSpare(graphs({ "next x": add(x, 1), total: sum(square2d) }))).toEqual(
      new Set(["x"]),
    );
  });

  it("names what no elementwise operator reads last", () => {
    expect(needsSpare(graphs({ "next x": reshape(x, [6]), "next y": sub(y, x) }))).toEqual(
      new Set(["x"]),
    );
    expect(needsSpare(graphs({ "next x": sub(x, mean(x)) }))).toEqual(new Set());
  });
});

describe("a stepper", () => {
  const options = optionsFor(adamW(), { accumulation: 1, maxGradNorm: 1 });
  const byGraph = optionsFor(lion(), { accumulation: 1, maxGradNorm: 1 });
  const batch = {
    x: floatTensor(createTorchGenerator(0).randn(240), [4, 60]),
    y: floatTensor(createTorchGenerator(1).randn(3600), [4, 900]),
  };

  it.each([
    ["updated by the host", options],
    ["updated by graphs", byGraph],
  ])("leaves everything as it was where results are not good: %s", async (_, settings) => {
    await using stepper = await createStepper(ort, settings);
    await stepper.run([batch], 0.01);
    const before = await bitsOf(stepper);
    const bad = { ...batch, x: floatTensor(new Float32Array(240).fill(Number.NaN), [4, 60]) };
    const isGood = () => false;
    const [results] = await stepper.run([bad], 0.01, { isGood });
    expect(results?.["loss"]?.data[0]).toBeNaN();
    expect(stepper.step).toBe(1);
    expect(await bitsOf(stepper)).toEqual(before);
  });

  it("gives no values away after an update that failed half-way, until it is restored", async () => {
    let fails = false;
    const failing: Runtime = {
      ...ort,
      async compile(graph, compileOptions) {
        const compiled = await ort.compile(graph, compileOptions);
        const isUpdate = Object.keys(graph.outputs).some((name) => name.startsWith("next values:"));
        return {
          async run(values, runOptions) {
            const results = await compiled.run(values, runOptions);
            if (isUpdate && fails) throw new AtelierError("runtime", "out of memory");
            return results;
          },
          [Symbol.asyncDispose]: () => compiled[Symbol.asyncDispose](),
        };
      },
    };
    await using stepper = await createStepper(failing, byGraph);
    await stepper.run([batch], 0.01);
    const [saved, bits] = [structuredClone(await stepper.state()), await bitsOf(stepper)];
    fails = true;
    await expect(stepper.run([batch], 0.01)).rejects.toThrow("out of memory");
    await expect(stepper.values()).rejects.toThrow("an update that failed half-way");
    await expect(stepper.state()).rejects.toThrow("an update that failed half-way");
    await stepper.restore(saved, 1);
    expect(await bitsOf(stepper)).toEqual(bits);
  });
});
