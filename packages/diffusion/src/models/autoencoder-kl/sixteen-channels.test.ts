/** @file Autoencoders of SD 3 and FLUX.1, shifted and without quant convs, against diffusers' in whole pipelines. */

import { createWeights, input } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { describe, expect, it } from "vitest";
import { readJson } from "../../core/read-text.js";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { sharedFile } from "../../testing/fixtures.js";
import { largestError } from "../../testing/largest-error.js";
import { readVaeConfig, writeVaeConfig } from "./config.js";
import { sampleLatents, scaleLatents, unscaleLatents } from "./latents.js";
import { decodeLatents, encodeImage } from "./model.js";

describe("the autoencoder of", () => {
  it.each([
    ["sd3", 0.0609, 1.5305],
    ["sd35", 0.0609, 1.5305],
    ["flux1", 0.1159, 0.3611],
  ] as const)(
    "%s encodes, scales and decodes as diffusers does",
    { tags: ["shared"] },
    async (name, shift, scale) => {
      const at = (...path: string[]) => sharedFile("fixtures", "pipelines", name, ...path);
      const config = readVaeConfig(await readJson(nodeFiles, at("pipeline", "vae", "config.json")));
      expect(config).toMatchObject({
        ...{
          shiftFactor: shift,
          scalingFactor: scale,
          useQuantConv: false,
          usePostQuantConv: false,
        },
      });
      expect(readVaeConfig(writeVaeConfig(config))).toEqual(config);
      const stored = await openSafetensors(
        nodeFiles,
        at("pipeline", "vae", "diffusion_pytorch_model.safetensors"),
      );
      const parameters = new Map<string, Awaited<ReturnType<typeof stored.readFloat32>>>();
      for (const key of stored.entries.keys()) parameters.set(key, await stored.readFloat32(key));
      const tensors = await openSafetensors(nodeFiles, at("tensors.safetensors"));
      const [image, eps] = [
        await tensors.readFloat32("vae.image"),
        await tensors.readFloat32("vae.eps"),
      ];
      const weights = createWeights();
      const distribution = encodeImage(config, weights, input("image", image.shape));
      const sample = sampleLatents(distribution, input("eps", eps.shape));
      const latents = scaleLatents(config, sample);
      const outputs = {
        mean: distribution.mean,
        logvar: distribution.logVariance,
        sample,
        latents,
        // By way of what the denoiser sees.
        decoded: decodeLatents(config, weights, unscaleLatents(config, latents)),
      };
      await using graph = await createOrtRuntime({ threads: 1 }).compile(
        { outputs },
        { parameters },
      );
      const results = await graph.run({ image, eps });
      for (const key of Object.keys(outputs)) {
        const actual = results[key];
        if (actual?.dtype !== "float32") throw new Error(`expected ${key} as float32`);
        const expected = await tensors.readFloat32(`vae.${key}`);
        const largest = Math.max(...expected.data.map(Math.abs), 1);
        expect(largestError(actual, expected), key).toBeLessThan(1e-5 * largest);
      }
    },
  );
});
