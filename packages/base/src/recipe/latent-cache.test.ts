/** @file The cache of latents: what it holds, that it goes on where it was, and its scale. */

import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { componentParameters } from "@atelier/diffusion/families";
import { encodeImage } from "@atelier/diffusion/models";
import { createWeights, input } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createSceneRenderer } from "../adapters/render-scenes.js";
import { tinyConfigs } from "../testing/tiny-models.js";
import { sceneAt, singleScenes } from "../world/scene.js";
import { initialValues } from "./initial-values.js";
import {
  type CachedLatents,
  measureScalingFactor,
  openLatentCache,
  trainingScenes,
} from "./latent-cache.js";
import { drawPictures, worldSeeds } from "./scene-batches.js";

const runtime = createOrtRuntime();
const renderer = createSceneRenderer();
const draw = renderer.render.bind(renderer);
const weights = initialValues(componentParameters({ vae: tinyConfigs.vae }, "vae"), 1);
const scalingFactor = 2.5;
const config = { ...tinyConfigs.vae, scalingFactor };

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-latents-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The cache and how many files were made. */
async function open(): Promise<{ cache: CachedLatents; made: number }> {
  const scenes = { ...trainingScenes(300), single: singleScenes().slice(0, 3) };
  const opening = openLatentCache({
    ...{ files: nodeFiles, folder, config, weights, runtime, draw, scenes },
  });
  for (let made = 0; ; made++) {
    const next = await opening.next();
    if (next.done === true) return { cache: next.value, made };
  }
}

async function encode(index: number): Promise<number[]> {
  const pictures = await drawPictures(draw, [sceneAt(worldSeeds.training, index)]);
  const { mean } = encodeImage(config, createWeights(), input("pictures", pictures.shape));
  await using compiled = await runtime.compile({ outputs: { mean } }, { parameters: weights });
  const results = await compiled.run({ pictures });
  return Array.from(results["mean"]?.data ?? [], Number);
}

describe("openLatentCache", () => {
  it("holds each scene's latents, scaled, and makes no file twice", async () => {
    const first = await open();
    expect(first.made).toBe(3);
    const { cache, made } = await open();
    expect(made).toBe(0);
    expect(cache.shape).toEqual([4, 16, 16]);
    for (const index of [0, 17, 299]) {
      const expected = await encode(index);
      const got = cache.read("full", index);
      expect(got).toHaveLength(1024);
      const largest = Math.max(
        ...expected.map((x, i) => Math.abs(x * scalingFactor - (got[i] ?? 9))),
      );
      // Half precision keeps eleven bits.
      expect(largest).toBeLessThan(2 ** -11 * Math.max(...expected.map(Math.abs)) * scalingFactor);
    }
    expect(cache.read("single", 0)).not.toEqual(cache.read("full", 0));
    expect(cache.scenes.full[17]).toEqual(sceneAt(worldSeeds.training, 17));
  });

  it("refuses a file that was cut short", async () => {
    await open();
    const [key = ""] = await readdir(folder);
    const [first = ""] = await readdir(join(folder, key));
    await writeFile(join(folder, key, first), new Uint8Array(10));
    await expect(open()).rejects.toMatchObject({ code: "format" });
  });
});

describe("measureScalingFactor", () => {
  it("is one over the deviation of latents", async () => {
    const factor = await measureScalingFactor({ config, weights, runtime, draw });
    const values = (await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(encode))).flat();
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    // Eight pictures tell it roughly, 256 well.
    expect(factor * Math.sqrt(variance)).toBeGreaterThan(0.8);
    expect(factor * Math.sqrt(variance)).toBeLessThan(1.25);
  });
});
