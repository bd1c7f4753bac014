/** @file The transformer of FLUX.1: recomputed blocks, guidance, packed latents. Fixtures check its numbers. */

import { createWeights, floatTensor, input } from "@atelier/engine";
import { createOrtRuntime } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import {
  relativeError,
  trainingRun,
  transformerFixture,
} from "../../testing/transformer-fixture.js";
import { readFluxConfig } from "./config.js";
import { type FluxInputs, fluxInputs } from "./inputs.js";
import { flux } from "./model.js";
import { imageIds, packLatents, unpackLatents } from "./packing.js";

const fixture = await transformerFixture("flux_dev_odd_tiny");
const config = readFluxConfig(fixture.config);
const sizes = { batch: 2, imageTokens: 10, textTokens: 4 };
const run = trainingRun(fixture, (weights, options) =>
  flux(config, weights, fluxInputs(config, sizes), options),
);

describe("flux", () => {
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

  it("embeds one timestep and one guidance for the whole batch", () => {
    const inputs = {
      ...fluxInputs(config, sizes),
      timestep: input("timestep", [1]),
      guidance: input("guidance", [1]),
    };
    expect(flux(config, createWeights(), inputs).shape).toEqual([2, 10, 4]);
  });

  it.each<[string, Partial<FluxInputs>, string]>([
    [
      "latents that are not packed",
      { hiddenStates: input("x", [2, 2, 4, 10]) },
      "FLUX.1 transformer hiddenStates: expected [batch, tokens, 8], got [2, 2, 4, 10]",
    ],
    [
      "positions of another picture",
      { imgIds: input("i", [12, 3]) },
      "FLUX.1 transformer imgIds: expected [10, 3], got [12, 3]",
    ],
    [
      "2 guidances for 3 latents",
      { guidance: input("g", [3]) },
      "FLUX.1 transformer guidance: expected [2], got [3]",
    ],
    [
      "text of another width",
      { encoderHiddenStates: input("c", [2, 4, 7]) },
      "FLUX.1 transformer encoderHiddenStates: expected [2, tokens, 6], got [2, 4, 7]",
    ],
  ])("refuses %s", (_, inputs, message) => {
    const all = { ...fluxInputs(config, sizes), ...inputs };
    expect(() => flux(config, createWeights(), all)).toThrow(message);
  });

  it("asks for guidance exactly where the model reads it", () => {
    const { guidance, ...rest } = fluxInputs(config, sizes);
    expect(() => flux(config, createWeights(), rest)).toThrow("expected a guidance");
    const plain = { ...config, guidanceEmbeds: false };
    expect(() => flux(plain, createWeights(), { ...rest, ...(guidance && { guidance }) })).toThrow(
      "expected no guidance",
    );
  });
});

describe("packed latents", () => {
  it("hold 2×2 latents a token, channel by channel, and are unpacked to what they were", async () => {
    const latents = input("latents", [1, 2, 2, 4]);
    const packed = packLatents(latents);
    const outputs = { packed, unpacked: unpackLatents(packed, { height: 2, width: 4 }) };
    await using graph = await createOrtRuntime().compile({ outputs });
    const values = Float32Array.from({ length: 16 }, (_, i) => i);
    const results = await graph.run({ latents: floatTensor(values, [1, 2, 2, 4]) });
    expect(results["packed"]).toEqual(
      floatTensor([0, 1, 4, 5, 8, 9, 12, 13, 2, 3, 6, 7, 10, 11, 14, 15], [1, 2, 8]),
    );
    expect(results["unpacked"]?.data).toEqual(values);
  });

  it("refuse odd sizes, and to be unpacked to another size", () => {
    expect(() => packLatents(input("x", [1, 2, 3, 4]))).toThrow(
      "packed latents: expected [batch, channels, 4, 4], got [1, 2, 3, 4]",
    );
    expect(() => unpackLatents(input("x", [1, 6, 8]), { height: 4, width: 4 })).toThrow(
      "unpacked latents: expected [batch, 4, 4 · channels], got [1, 6, 8]",
    );
  });

  it("stand in rows and columns", () => {
    expect([...imageIds(2, 3)]).toEqual([0, 0, 0, 0, 0, 1, 0, 0, 2, 0, 1, 0, 0, 1, 1, 0, 1, 2]);
  });
});
