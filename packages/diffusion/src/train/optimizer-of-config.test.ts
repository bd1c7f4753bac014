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
import { optimizerOfConfig, withRateGroup } from "./optimizer-of-config.js";
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
  const state = stepper.state();
  return new Map(names.map((name) => [name, state.get(name)?.data[0] ?? Number.NaN]));
}

describe("withRateGroup", () => {
  it.each(["adamw", "adam", "sgd"] as const)(
    "trains the group with %s as an optimizer of its own with that rate would",
    async (name) => {
      const optimizer = optimizerOfConfig({ ...settings, name });
      const owns = (parameterName: string) => parameterName.startsWith("text");
      const both = await train(withRateGroup(optimizer, { owns, ratio: 0.25 }), [
        "a",
        "text.a",
        "b",
      ]);
      const alone = await train(optimizer, ["a"]);
      const slowAlone = await train(optimizer, ["a"], 0.025);
      expect(both.get("a")).toBe(alone.get("a"));
      expect(both.get("b")).toBe(alone.get("a"));
      expect(both.get("text.a")).toBe(slowAlone.get("a"));
      expect(both.get("text.a")).not.toBe(alone.get("a"));
    },
  );
});
