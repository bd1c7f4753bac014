/** @file What families with a transformer share, by the configs of whole pipelines. */

import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { readJson } from "../core/read-text.js";
import { readVaeConfig } from "../models/autoencoder-kl/config.js";
import { readTransformerConfig } from "../models/transformer-config.js";
import { sharedFile } from "../testing/fixtures.js";
import { publishedFluxes } from "../testing/published-models.js";
import { families } from "./families.js";
import { tokensOfLatents, transformerFamily } from "./transformer-family.js";

const sd3 = { _class_name: "FlowMatchEulerDiscreteScheduler", shift: 3 };

describe("families with a transformer", () => {
  it("learn by flow matching with the shift of their scheduler", () => {
    const process = transformerFamily.process(sd3);
    expect(process.predictionType).toBe("flow_prediction");
    expect(process.lossWeight(499, { kind: "sigma-sqrt" })).toBeCloseTo(1 / 0.75 ** 2, 5);
  });

  it("refuse what others predict, and others' schedulers", () => {
    expect(() => transformerFamily.process(sd3, "epsilon")).toThrow(
      /base\.predictionType: expected none for flow matching, got epsilon/,
    );
    expect(() => transformerFamily.process({ _class_name: "DDIMScheduler" })).toThrow(
      /expected one of flow matching, .* got DDIMScheduler/,
    );
  });

  it.each([
    ["sd3", { channels: 8, factor: 2, step: 4, nativeEdge: 32 }],
    ["flux1", { channels: 4, factor: 2, step: 4, nativeEdge: 256 }],
  ] as const)("know the latents of %s", { tags: ["shared"] }, async (name, expected) => {
    const read = (component: string) =>
      readJson(
        nodeFiles,
        sharedFile("fixtures", "pipelines", name, "pipeline", component, "config.json"),
      );
    const configs = {
      vae: readVaeConfig(await read("vae")),
      transformer: readTransformerConfig(await read("transformer")),
    };
    expect(transformerFamily.latents(configs)).toEqual(expected);
  });

  it("make a token of four latents", () => {
    expect(tokensOfLatents({ height: 64, width: 128 })).toBe(2048);
  });
});

it("draws in four steps with schnell, which was distilled for that, and in as many as usual with dev", () => {
  const { fewSteps } = families.flux1.sampling;
  expect(fewSteps?.({ transformer: publishedFluxes.schnell })).toBe(4);
  expect(fewSteps?.({ transformer: publishedFluxes.dev })).toBeUndefined();
});
