/**
 * @file Bases stored in 16 bits: what is drawn and trained from mapped weights, widened where they are read,
 * has the bits of what comes from weights that were widened first.
 */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTorchGenerator, floatTensor, type Runtime } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { writeFolder } from "../files/model/write-model-files.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import { drawPictures, tinyBase, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import type { TrainDeps } from "./run.js";
import { train } from "./train.js";

/** Maps even these weights, as it does those of a model of gigabytes. */
const mapping = createOrtRuntime({ threads: 1, copiedBytes: 0 });
const reading: Runtime = { ...mapping, capabilities: { ...mapping.capabilities, maps: [] } };

let scratch = "";
let pictures = "";
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-half-"));
  pictures = await drawPictures(2);
  const checkpoint = await openModelFiles(nodeFiles, tinyBase);
  for (const dtype of ["F16", "BF16"] as const) {
    const folder = join(scratch, dtype);
    await writeFolder(nodeFiles, checkpoint, { folder, dtype, tokenizerFolder: tinyTokenizer });
  }
  await checkpoint.close();
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const open = async (folder: string, runtime: Runtime) =>
  loadPipeline(await openModelFiles(nodeFiles, folder), { runtime, files: nodeFiles });

describe.each(["F16", "BF16"] as const)("a base in %s", (dtype) => {
  it("is mapped whole, and predicts, encodes and decodes as the widened one does", async () => {
    const results: unknown[] = [];
    for (const runtime of [mapping, reading]) {
      await using pipeline = await open(join(scratch, dtype), runtime);
      const sources = await pipeline.parameters("unet");
      const isMapped = [...sources.values()].every((source) => "path" in source);
      expect(isMapped).toBe(runtime === mapping);
      expect(pipeline.widened.get("unet:conv_in.weight")).toBe(isMapped ? 16 : undefined);
      const { conditioning } = await pipeline.encodePrompts(["a photo of a cat"]);
      const latents = floatTensor(createTorchGenerator(4).randn(256), [1, 4, 8, 8]);
      const denoise = await pipeline.denoiser({ batch: 1, height: 8, width: 8 });
      const prediction = await denoise(latents, 500, conditioning);
      results.push([conditioning, prediction, await pipeline.decodeLatents(latents)]);
    }
    expect(results[0]).toEqual(results[1]);
  });

  const text = { textEncoder: { train: true, learningRate: 1e-3 } };
  it.each([
    ["a LoRA", { lora: { rank: 2 }, gradientCheckpointing: "on", ...text }],
    ["a DoRA", { lora: { rank: 2, method: "dora", targets: ["all"] } }],
    ["PiSSA", { lora: { rank: 2, init: "pissa" } }],
    [
      "all weights",
      { tuning: "full", lora: undefined, prior: { classPrompt: "a dog", source: "prediction" } },
    ],
  ])("trains %s as the widened one does", async (_, fields) => {
    const trained = async (runtime: Runtime) => {
      const output = { folder: await mkdtemp(join(scratch, "run-")) };
      const base = { path: join(scratch, dtype) };
      const config = tinyConfig(pictures, { ...fields, base, output, steps: 2 });
      const deps: TrainDeps = {
        ...nodeTrainDeps(config),
        runtime,
        openBase: () => open(base.path, runtime),
      };
      const losses: number[] = [];
      const files: Buffer[] = [];
      for await (const event of train(config, deps)) {
        if (event.type === "step") losses.push(event.loss);
        if (event.type !== "done") continue;
        for (const { form, path } of event.results) {
          const isFolder = form === "folder";
          files.push(
            await readFile(
              isFolder ? join(path, "unet", "diffusion_pytorch_model.safetensors") : path,
            ),
          );
        }
      }
      return { losses, files };
    };
    const [mapped, widened] = [await trained(mapping), await trained(reading)];
    expect(mapped.losses).toHaveLength(2);
    expect(mapped.losses).toEqual(widened.losses);
    expect(mapped.files.length).toBeGreaterThan(0);
    expect(mapped.files.map((file, i) => widened.files[i]?.equals(file))).toEqual(
      mapped.files.map(() => true),
    );
  });
});
