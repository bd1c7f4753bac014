/** @file The transformer of SD 3: recomputed blocks, timesteps, sizes. Fixtures check its numbers. */

import { createWeights, input } from "@atelier/engine";
import { describe, expect, it } from "vitest";
import {
  relativeError,
  trainingRun,
  transformerFixture,
} from "../../testing/transformer-fixture.js";
import { readMmditConfig } from "./config.js";
import { type MmditInputs, mmditInputs } from "./inputs.js";
import { mmdit } from "./model.js";

const fixture = await transformerFixture("sd35_odd_tiny");
const config = readMmditConfig(fixture.config);
const sizes = { batch: 2, height: 6, width: 8, tokens: 5 };
const run = trainingRun(fixture, (weights, options) =>
  mmdit(config, weights, mmditInputs(config, sizes), options),
);

describe("mmdit", () => {
  it.each(["checkpointBlocks", "recomputeActivations"])(
    "gives the same loss and gradients with %s",
    async (option) => {
      const [expected, actual] = [await run({}), await run({ [option]: true })];
      expect(actual.operations).toBeGreaterThan(expected.operations);
      expect(Object.keys(actual.results)).toHaveLength(fixture.gradients.size + 1);
      for (const [name, { data }] of Object.entries(expected.results)) {
        expect(relativeError(actual.results[name], data), name).toBeLessThan(1e-5);
      }
    },
  );

  it("embeds one timestep for the whole batch", () => {
    const inputs = { ...mmditInputs(config, sizes), timestep: input("timestep", [1]) };
    expect(mmdit(config, createWeights(), inputs).shape).toEqual([2, 2, 6, 8]);
  });

  it.each<[string, Partial<MmditInputs>, string]>([
    [
      "packed latents",
      { hiddenStates: input("x", [2, 12, 12]) },
      "SD3 transformer hiddenStates: expected [batch, 3, height, width], got [2, 12, 12]",
    ],
    [
      "latents that are no whole patches",
      { hiddenStates: input("x", [2, 3, 6, 7]) },
      "expected latents in whole patches of 2×2, at most 6 along an edge, got 6×7",
    ],
    [
      "more tokens than positions",
      { hiddenStates: input("x", [2, 3, 14, 4]) },
      "at most 6 along an edge, got 14×4",
    ],
    [
      "3 timesteps for 2 latents",
      { timestep: input("t", [3]) },
      "SD3 transformer timestep: expected [2], got [3]",
    ],
    [
      "text of another width",
      { encoderHiddenStates: input("c", [2, 5, 7]) },
      "SD3 transformer encoderHiddenStates: expected [2, tokens, 6], got [2, 5, 7]",
    ],
    [
      "pooled text of another width",
      { pooledProjections: input("p", [2, 6]) },
      "SD3 transformer pooledProjections: expected [2, 5], got [2, 6]",
    ],
  ])("refuses %s", (_, inputs, message) => {
    const all = { ...mmditInputs(config, sizes), ...inputs };
    expect(() => mmdit(config, createWeights(), all)).toThrow(message);
  });
});
