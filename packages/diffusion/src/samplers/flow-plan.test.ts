/** @file σ and timesteps of whole pipelines of flow matching, as diffusers drew with them. */

import { nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readJson } from "../core/read-text.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { sharedFile } from "../testing/fixtures.js";
import { createSampler } from "./create-sampler.js";
import { readSchedulerConfig } from "./scheduler-config.js";

const samplesOf = z.looseObject({
  samples: z.array(
    z.looseObject({
      name: z.string(),
      steps: z.int(),
      height: z.int(),
      width: z.int(),
      shift: z.number().optional(),
    }),
  ),
});

describe("the pipelines of", () => {
  it.each([
    ["sd3", "table", 7],
    ["sd35", "table", 3],
    ["flux1", "steps", 3],
    ["flux1-schnell", "steps", 1],
  ] as const)("%s space σ as here", { tags: ["shared"] }, async (name, flowRange, least) => {
    const file = (...path: string[]) => sharedFile("fixtures", "pipelines", name, ...path);
    const json = await readJson(nodeFiles, file("pipeline", "scheduler", "scheduler_config.json"));
    const { samples } = samplesOf.parse(await readJson(nodeFiles, file("expected.json")));
    const tensors = await openSafetensors(nodeFiles, file("tensors.safetensors"));
    expect(samples.length).toBeGreaterThanOrEqual(least);
    for (const { name: sample, steps, height, width, shift } of samples) {
      const scheduler = readSchedulerConfig(json, {
        overrides: shift === undefined ? {} : { shift },
      });
      // Two pixels make a latent, two by two latents a token.
      const tokens = (height / 4) * (width / 4);
      const sampler = createSampler(scheduler, { steps, tokens, flowRange });
      const [sigmas, timesteps] = [
        (await tensors.readFloat32(`sample.${sample}.sigmas`)).data,
        (await tensors.readFloat32(`sample.${sample}.timesteps`)).data,
      ];
      expect(sampler.timesteps).toHaveLength(timesteps.length);
      for (const [i, sigma] of sigmas.entries()) {
        expect(sampler.sigmas?.[i], `${sample} ${i}`).toBeCloseTo(sigma, 6);
        expect(sampler.timesteps[i] ?? 0, `${sample} ${i}`).toBeCloseTo(timesteps[i] ?? 0, 3);
      }
    }
  });
});
