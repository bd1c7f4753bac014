/** @file Groups of parameters with optimizers and learning rates of their own. */

import { describe, expect, it } from "vitest";
import { createOrtRuntime } from "../adapters/ort/ort-runtime.js";
import { parametersOf } from "../graph/graph.js";
import { add, mul, square, sub } from "../graph/ops/elementwise.js";
import { mean } from "../graph/ops/reduce.js";
import { parameter } from "../graph/ops/source.js";
import { type FloatTensor, floatTensor } from "../tensor.js";
import { adam, adamW } from "./adam.js";
import type { Optimizer } from "./optimizer.js";
import type { OptimizerGroup } from "./optimizer-groups.js";
import { prodigy } from "./prodigy.js";
import { sgd } from "./sgd.js";
import { createStepper } from "./stepper.js";

/** Minimises Σ(2p − 3)² over all names in five steps. */
async function train(
  optimizer: Optimizer,
  names: readonly string[],
  { rate = 0.1, groups = [] }: { rate?: number; groups?: readonly OptimizerGroup[] } = {},
): Promise<ReadonlyMap<string, number>> {
  const terms = names.map((name) => mean(square(sub(mul(parameter(name, [1]), 2), 3))));
  const loss = terms.reduce((a, b) => add(a, b));
  await using stepper = await createStepper(createOrtRuntime({ threads: 1 }), {
    loss,
    parameters: parametersOf({ outputs: { loss } }),
    optimizer,
    groups,
    frozen: new Map(),
    initial: new Map<string, FloatTensor>(names.map((name) => [name, floatTensor([1], [1])])),
  });
  for (let step = 0; step < 5; step++) await stepper.run([{}], rate);
  const values = await stepper.values();
  return new Map([...values].map(([name, { data }]) => [name, data[0] ?? Number.NaN]));
}

const text = { name: "text encoder", owns: (name: string) => name.startsWith("text.") };

describe("optimizer groups", () => {
  it.each([
    ["adamw", adamW({ weightDecay: 0.1 })],
    ["adam", adam({ weightDecay: 0.1 })],
    ["sgd", sgd({ momentum: 0.9 })],
  ] as const)("train with %s as one optimizer for each group would", async (_, optimizer) => {
    const groups = [{ ...text, learningRate: (rate: number) => rate / 4 }];
    const both = await train(optimizer, ["a", "text.a", "b"], { groups });
    const alone = await train(optimizer, ["a"]);
    const slow = await train(optimizer, ["a"], { rate: 0.1 / 4 });
    expect(both.get("a")).toBe(alone.get("a"));
    expect(both.get("b")).toBe(alone.get("a"));
    expect(both.get("text.a")).toBe(slow.get("a"));
    expect(both.get("text.a")).not.toBe(alone.get("a"));
  });

  it("may have betas, weight decay or an algorithm of their own", async () => {
    const own = sgd({ momentum: 0.5 });
    const both = await train(adamW(), ["a", "text.a"], { groups: [{ ...text, optimizer: own }] });
    expect(both.get("a")).toBe((await train(adamW(), ["a"])).get("a"));
    expect(both.get("text.a")).toBe((await train(own, ["a"])).get("a"));
  });

  it("may follow a schedule of their own, and stand still from a step on", async () => {
    const stopped = {
      ...text,
      learningRate: (rate: number, step: number) => (step > 2 ? 0 : rate),
    };
    const both = await train(sgd(), ["a", "text.a"], { rate: 0.01, groups: [stopped] });
    // p ← p − rate·4·(2p − 3), twice.
    expect(both.get("text.a")).toBeCloseTo(1.0768, 6);
    expect(both.get("a")).toBeGreaterThan(1.15);
  });

  it("find their own step sizes with prodigy, as one prodigy for each would", async () => {
    const optimizer = prodigy({ d0: 0.01 });
    const groups = [{ ...text, learningRate: (rate: number) => rate / 2 }];
    const both = await train(optimizer, ["a", "text.a", "b"], { rate: 1, groups });
    expect(both.get("text.a")).toBe(
      (await train(optimizer, ["text.a"], { rate: 0.5 })).get("text.a"),
    );
    expect(both.get("b")).toBe((await train(optimizer, ["a", "b"], { rate: 1 })).get("b"));
  });

  it("are refused where they own nothing or share a name", async () => {
    const nothing = { name: "embedding", owns: () => false };
    await expect(train(sgd(), ["a"], { groups: [nothing] })).rejects.toThrow(
      /group "embedding": expected at least one trained parameter, got none of 1/,
    );
    const twice = { name: "x", owns: () => true };
    await expect(train(sgd(), ["a"], { groups: [twice, twice] })).rejects.toThrow(
      /group "x": expected a name of its own/,
    );
  });
});
