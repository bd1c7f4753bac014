/** @file The exported folder: what a pipeline loads and draws with, and what the judge is read from. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { embedPictures } from "@atelier/diffusion/evaluate";
import { componentParameters } from "@atelier/diffusion/families";
import { openModelFiles, openSafetensors } from "@atelier/diffusion/files";
import { listParameters } from "@atelier/diffusion/models";
import { generate, loadPipeline } from "@atelier/diffusion/pipeline";
import { input } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tinyConfigs, tinyVocabulary } from "../testing/tiny-models.js";
import { initialValues } from "./initial-values.js";
import { readTrainingRecord } from "./training-record.js";
import { writeModel } from "./write-model.js";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "atelier-model-"));
});
afterEach(() => rm(folder, { recursive: true }));

const judge = listParameters((weights) =>
  embedPictures(tinyConfigs.image, weights, input("pictures", [1, 3, 64, 64])),
);
const instanceJudge = listParameters((weights) =>
  embedPictures(tinyConfigs.instance, weights, input("pictures", [1, 3, 64, 64])),
);
const models = {
  configs: { ...tinyConfigs, vae: { ...tinyConfigs.vae, scalingFactor: 0.75 } },
  vocabulary: tinyVocabulary,
  vae: initialValues(componentParameters({ vae: tinyConfigs.vae }, "vae"), 1),
  clip: initialValues(
    [...componentParameters({ text_encoder: tinyConfigs.text }, "text_encoder"), ...judge],
    2,
  ),
  unet: initialValues(componentParameters({ unet: tinyConfigs.unet }, "unet"), 3),
  instance: initialValues(instanceJudge, 4),
  training: { steps: { vae: 4, clip: 3, unet: 2, instance: 1 }, seconds: { unet: 9 } },
};

describe("writeModel", () => {
  it("writes a folder that a pipeline loads without a note and draws with", async () => {
    await writeModel(nodeFiles, folder, models);
    const checkpoint = await openModelFiles(nodeFiles, folder);
    expect(checkpoint.notes).toEqual([]);
    expect(checkpoint.components.vae?.config).toEqual(models.configs.vae);
    expect(checkpoint.components.unet?.config).toEqual(tinyConfigs.unet);
    expect(await readTrainingRecord(nodeFiles, folder)).toEqual(models.training);
    expect(checkpoint.components.text_encoder?.config).toEqual(tinyConfigs.text);
    const runtime = createOrtRuntime();
    await using pipeline = await loadPipeline(checkpoint, { runtime, files: nodeFiles });
    expect(pipeline.unusedKeys).toEqual([]);
    const options = { prompt: "a noto style dog on a red background", seed: 1, steps: 2 };
    const sizes: number[][] = [];
    for await (const event of generate(pipeline, options)) {
      if (event.type === "warning") throw new Error(event.code);
      if (event.type === "image") sizes.push([event.picture.width, event.picture.height]);
    }
    expect(sizes).toEqual([[64, 64]]);
  });

  it.each([
    ["judge", judge],
    ["instance_judge", instanceJudge],
  ])("keeps the %s beside the models, in 16 bits", async (part, parameters) => {
    await writeModel(nodeFiles, folder, models);
    const file = await openSafetensors(nodeFiles, join(folder, part, "model.safetensors"));
    const stored = [...file.entries].map(([name, { dtype, shape }]) => [name, dtype, shape]);
    await file.close();
    const expected = parameters.map(({ name, shape }) => [name, "F16", shape]);
    expect(new Map(stored.map((entry) => [entry[0], entry]))).toEqual(
      new Map(expected.map((entry) => [entry[0], entry])),
    );
  });

  it("refuses to write a model without weights", async () => {
    const missing = { ...models, unet: new Map() };
    await expect(writeModel(nodeFiles, folder, missing)).rejects.toMatchObject({
      code: "training",
    });
    expect(await nodeFiles.stat(join(folder, "model_index.json"))).toBeUndefined();
  });
});
