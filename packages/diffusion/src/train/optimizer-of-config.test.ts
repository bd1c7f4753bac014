/** @file Optimizers and learning rates that a config asks for. */

import {
  createStepper,
  type FloatTensor,
  floatTensor,
  mean,
  mul,
  type NodeOf,
  type Optimizer,
  parameter,
  parametersOf,
  square,
  sub,
} from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { optimizerOfConfig } from "./optimizer-of-config.js";
import type { OptimizerConfig } from "./train-config.js";

const settings: OptimizerConfig = {
  name: "adamw",
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 0.1,
  momentum: 0.9,
};

/** Minimises (2p − 3)² for every name in five steps. */
async function train(
  optimizer: Optimizer,
  names: readonly string[],
  learningRate = 0.1,
): Promise<Map<string, number>> {
  const terms = names.map((name) => mean(square(sub(mul(parameter(name, [1]), 2), 3))));
  const loss = terms.reduce((a, b) => sub(a, mul(b, -1)));
  const parameters: NodeOf<"parameter">[] = parametersOf({ outputs: { loss } });
  const initial = new Map<string, FloatTensor>(names.map((name) => [name, floatTensor([1], [1])]));
  await using stepper = await createStepper(createOrtRuntime(), {
    loss,
    parameters,
    optimizer,
    frozen: new Map(),
    initial,
  });
  for (let step = 0; step < 5; step++) await stepper.run([{}], learningRate);
  const state = stepper.values();
  return new Map(names.map((name) => [name, state.get(name)?.data[0] ?? Number.NaN]));
}

describe("optimizerOfConfig", () => {
  it("gives the optimizer that the config names", async () => {
    for (const name of ["adamw", "adam", "sgd"] as const) {
      const trained = await train(optimizerOfConfig({ ...settings, name }), ["a"]);
      expect(trained.get("a")).toBeGreaterThan(1);
    }
  });
});
