/** @file A training that goes on from other values: as one that begins with them, while its steps count on. */

import { describe, expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { parametersOf } from "../graph/graph.js";
import { square, sub } from "../graph/ops/elementwise.js";
import { linear } from "../graph/ops/linalg.js";
import { mean } from "../graph/ops/reduce.js";
import { input, parameter } from "../graph/ops/source.js";
import { createTorchGenerator } from "../random/torch-generator.js";
import { floatTensor } from "../tensor.js";
import { everyOptimizer } from "../testing/every-optimizer.js";
import type { Optimizer } from "./optimizer.js";
import { movingAverage } from "./parameter-average.js";
import { sgd } from "./sgd.js";
import { createStepper, type Stepper } from "./stepper.js";

const runtime = createOrtRuntime({ threads: 1 });
const shape = [20, 30] as const;

const draw = (seed: number, extents: readonly number[]) =>
  floatTensor(
    createTorchGenerator(seed).randn(extents.reduce((size, extent) => size * extent, 1)),
    extents,
  );
const first = new Map([["a", draw(1, shape)]]);
const other = new Map([["a", draw(2, shape)]]);
const batchOf = (step: number) => ({ x: draw(10 + step, [4, 30]), y: draw(50 + step, [4, 20]) });

function stepperOf(optimizer: Optimizer, initial: typeof first): Promise<Stepper> {
  const error = sub(linear(input("x", [4, 30]), parameter("a", shape)), input("y", [4, 20]));
  const loss = mean(square(error));
  const parameters = parametersOf({ outputs: { loss } });
  const average = movingAverage({ decay: 0.9 });
  return createStepper(runtime, {
    loss,
    parameters,
    optimizer,
    average,
    frozen: new Map(),
    initial,
  });
}

async function advance(stepper: Stepper, steps: readonly number[]) {
  const states = [];
  for (const step of steps) {
    await stepper.run([batchOf(step)], 0.01);
    states.push(structuredClone(await stepper.state()));
  }
  return states;
}

describe("a restart", () => {
  it.each([...everyOptimizer])("forgets all that %s remembers", async (_, optimizer) => {
    await using stepper = await stepperOf(optimizer, first);
    await advance(stepper, [1, 2, 3]);
    await stepper.restart(other);
    const states = await advance(stepper, [4, 5, 6]);
    expect(stepper.step).toBe(6);
    await using fresh = await stepperOf(optimizer, other);
    expect(states).toEqual(await advance(fresh, [4, 5, 6]));
    // A snapshot after it goes on with the same bits.
    await using resumed = await stepperOf(optimizer, first);
    await resumed.restore(states[1] ?? new Map(), 5, 3);
    expect(await advance(resumed, [6])).toEqual(states.slice(2));
  });

  it("is refused values of other parameters", async () => {
    await using stepper = await stepperOf(sgd(), first);
    await expect(stepper.restart(new Map([["b", draw(1, shape)]]))).rejects.toThrow(
      'training state: expected a first value of "a", got none.',
    );
  });
});
