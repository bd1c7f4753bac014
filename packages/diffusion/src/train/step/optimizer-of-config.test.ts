/** @file Optimizers that a config asks for, and the options that each of them has. */

import {
  adafactor,
  adam,
  adamW,
  createStepper,
  type FloatTensor,
  floatTensor,
  lion,
  mean,
  muon,
  type Optimizer,
  parameter,
  parametersOf,
  prodigy,
  sgd,
  square,
  sub,
  withStateStorage,
} from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { completeConfig } from "../config/complete-config.js";
import { parseTrainConfig } from "../config/config.js";
import { optimizerOfConfig } from "./optimizer-of-config.js";

const parse = (optimizer: unknown, others: object = {}) =>
  parseTrainConfig({ base: { path: "model" }, data: { folder: "photos" }, optimizer, ...others });

/** Minimises mean((p − 3)²) over 64×64 elements in five steps. */
async function train(optimizer: Optimizer): Promise<ReadonlyMap<string, FloatTensor>> {
  const shape = [64, 64];
  const loss = mean(square(sub(parameter("p", shape), 3)));
  const first = Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i));
  await using stepper = await createStepper(createOrtRuntime({ threads: 1 }), {
    loss,
    parameters: parametersOf({ outputs: { loss } }),
    optimizer,
    frozen: new Map(),
    initial: new Map([["p", floatTensor(first, shape)]]),
  });
  for (let step = 0; step < 5; step++) await stepper.run([{}], 0.1);
  return await stepper.values();
}

describe("optimizerOfConfig", () => {
  it.each([
    [{}, adamW({ weightDecay: 1e-2 })],
    [{ beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay: 0.5 }, adamWith(0.5)],
    [{ name: "adam", weightDecay: 0 }, adam()],
    [{ name: "sgd", momentum: 0.9, nesterov: true, weightDecay: 0 }, nesterov()],
    [{ name: "lion", beta2: 0.9 }, lion({ beta2: 0.9 })],
    [{ name: "muon", momentum: 0.9, beta1: 0.8 }, muon({ momentum: 0.9, beta1: 0.8 })],
    [{ name: "adafactor", scaleParameter: true }, adafactor({ scaleParameter: true })],
    [{ name: "prodigy", d0: 1e-2, beta3: 0.5 }, prodigy({ d0: 1e-2, beta3: 0.5 })],
    [{ stateDtype: "uint8" }, withStateStorage(adamW(), "uint8")],
    [{ name: "lion", stateDtype: "float16" }, withStateStorage(lion(), "float16")],
  ] as const)("makes %j the optimizer of these options", async (options, expected) => {
    const config = parse(options).optimizer;
    expect(await train(optimizerOfConfig(config))).toEqual(await train(expected));
  });
});

function adamWith(weightDecay: number): Optimizer {
  return adamW({ beta1: 0.8, beta2: 0.9, epsilon: 1e-3, weightDecay });
}

function nesterov(): Optimizer {
  return sgd({ momentum: 0.9, nesterov: true });
}

describe("options of optimizers and schedules", () => {
  it.each([
    [
      { optimizer: { name: "lion", epsilon: 1e-8 } },
      "optimizer.epsilon: expected an option of lion (beta1, beta2, weightDecay, stateDtype), got one of adamw, adam, muon, adafactor, prodigy",
    ],
    [
      { optimizer: { name: "adafactor", stateDtype: "uint8" } },
      "optimizer.stateDtype: expected an option of adafactor (beta1, epsilon, weightDecay, clipThreshold, decayRate, scaleParameter, relativeStep, warmupInit), got one of adamw, adam, sgd, lion, prodigy",
    ],
    [
      { schedule: { power: 2 } },
      "schedule.power: expected an option of constant (warmupSteps, warmupShare), got one of polynomial",
    ],
    [
      { schedule: { name: "cosine", warmupSteps: 5, warmupShare: 0.1 } },
      "schedule.warmupShare: expected either warmupSteps or warmupShare, got both",
    ],
    [
      { optimizer: { name: "sgd", nesterov: true } },
      "optimizer.nesterov: expected a momentum above 0 with nesterov, got none",
    ],
    [
      { optimizer: { name: "sgd", stateDtype: "uint8" } },
      "optimizer.stateDtype: expected a momentum above 0, the only state of sgd, got none",
    ],
    [
      { optimizer: { name: "adafactor", warmupInit: true } },
      "optimizer.warmupInit: expected relativeStep with warmupInit, got warmupInit alone",
    ],
    [
      { optimizer: { name: "adamv" } },
      'optimizer.name: expected one of adamw, adam, sgd, lion, muon, adafactor, prodigy, got "adamv"',
    ],
    [
      { optimizer: { weightdecay: 0.1 } },
      "optimizer.weightdecay: unknown field; did you mean optimizer.weightDecay?",
    ],
  ])("of another one are refused with those that there are: %j", (others, message) => {
    expect(() => parse({}, others)).toThrow(message);
  });

  it("are complete once parsed, and parse to themselves", () => {
    for (const name of ["adamw", "adam", "sgd", "lion", "muon", "adafactor", "prodigy"]) {
      const config = parse({ name }, { schedule: { name: "rex" } });
      expect(config.schedule).toEqual({
        name: "rex",
        warmupSteps: 0,
        warmupShare: 0,
        bend: 0.5,
        minRatio: 0,
      });
      expect(parseTrainConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    }
    expect(parse({ name: "lion" }).optimizer).toEqual({
      name: "lion",
      beta1: 0.9,
      beta2: 0.99,
      weightDecay: 0,
      stateDtype: "float32",
    });
  });

  it("make the learning rate 1 with prodigy where none is given, for the text encoder too", () => {
    const { learningRate, textEncoder } = completeConfig(parse({ name: "prodigy" }));
    expect([learningRate, textEncoder.learningRate]).toEqual([1, 1]);
    const usual = completeConfig(parse({}));
    expect([usual.learningRate, usual.textEncoder.learningRate]).toEqual([1e-4, 1e-5]);
    expect(parse({ name: "prodigy" }, { learningRate: 0.5 }).learningRate).toBe(0.5);
  });
});
