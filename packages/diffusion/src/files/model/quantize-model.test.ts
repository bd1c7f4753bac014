/** @file A model in fewer bits: what is rounded and what is not, found again, drawn and trained with. */

import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTorchGenerator, type FloatTensor, floatTensor, type Runtime } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import type { BaseDType } from "../../core/base-dtype.js";
import { componentOf, type ModelFiles } from "../../families/model-files.js";
import { loadPipeline } from "../../pipeline/load-pipeline.js";
import { fixture } from "../../testing/fixtures.js";
import { drawPictures, tinyBase, tinyConfig, tinyTokenizer } from "../../testing/tiny-training.js";
import type { TrainDeps } from "../../train/run.js";
import { train } from "../../train/train.js";
import { openModelFiles } from "./open-model-files.js";
import { quantizeModel } from "./quantize-model.js";

/** Maps even these weights, as it does those of a model of gigabytes. */
const mapping = createOrtRuntime({ threads: 1, copiedBytes: 0 });
const reading: Runtime = { ...mapping, capabilities: { ...mapping.capabilities, maps: [] } };

let cacheFolder: string;
beforeAll(async () => {
  cacheFolder = await mkdtemp(join(tmpdir(), "atelier-quantized-"));
});
afterAll(() => rm(cacheFolder, { recursive: true, force: true }));

const quantized = async (dtype: BaseDType, folder = cacheFolder) =>
  quantizeModel(nodeFiles, await openModelFiles(nodeFiles, tinyBase), {
    ...{ dtype, cacheFolder: folder },
  });

const open = (model: ModelFiles, runtime: Runtime) =>
  loadPipeline(model, { runtime, files: nodeFiles, tokenizerFolder: tinyTokenizer });

/** Where the weights of layers lie in so many bits. */
const storedIn = async (folder: string): Promise<string[]> =>
  (await readdir(join(folder, "quantized"))).map((name) => join(folder, "quantized", name));

async function predict(runtime: Runtime, dtype?: BaseDType): Promise<FloatTensor> {
  const model =
    dtype === undefined ? await openModelFiles(nodeFiles, tinyBase) : await quantized(dtype);
  await using pipeline = await open(model, runtime);
  const { conditioning } = await pipeline.encodePrompts(["a photo of a cat"]);
  const latents = floatTensor(createTorchGenerator(4).randn(256), [1, 4, 8, 8]);
  const denoise = await pipeline.denoiser({ batch: 1, height: 8, width: 8 });
  return await denoise(latents, 500, conditioning);
}

const lengthOf = (values: Float32Array): number => Math.hypot(...values);

describe.each([
  // Half a step of so many bits, as a share of what weights are worth; a model of one block has little else.
  ["bfloat16", 0.01],
  ["int8", 0.02],
  ["int4", 0.3],
] as const)("in %s", (dtype, bound) => {
  it("rounds the layers' weights by less than a step, and nothing else", async () => {
    const [before, after] = [await openModelFiles(nodeFiles, tinyBase), await quantized(dtype)];
    let rounded = 0;
    for (const component of ["unet", "text_encoder", "vae"] as const) {
      const [own, stored] = [before, after].map((model) => componentOf(model, component).weights);
      if (own === undefined || stored === undefined) throw new Error("two models");
      expect([...stored.entries.keys()]).toEqual([...own.entries.keys()]);
      for (const [name, entry] of stored.entries) {
        const [exact, ours] = [await own.readFloat32(name), await stored.readFloat32(name)];
        expect(ours.shape).toEqual(exact.shape);
        if (entry.file.startsWith(cacheFolder)) {
          rounded += 1;
          const error = lengthOf(ours.data.map((value, i) => value - (exact.data[i] ?? 0)));
          expect(error).toBeGreaterThan(0);
          expect(error).toBeLessThan(
            { bfloat16: 0.004, int8: 0.01, int4: 0.12 }[dtype] * lengthOf(exact.data),
          );
        } else expect(ours.data).toEqual(exact.data);
        if (/^conv_(in|out)|^time_emb|norm|bias|embedding/.test(name) || component === "vae") {
          expect([name, entry.file.startsWith(cacheFolder)]).toEqual([name, false]);
        }
      }
    }
    // Of a model so narrow only kernels have rows of whole blocks.
    expect(rounded).toBeGreaterThan(dtype === "bfloat16" ? 20 : 5);
    await before.close();
    await after.close();
  });

  it("predicts alike, mapped or read", async () => {
    const [exact, mapped, read] = [
      await predict(mapping),
      await predict(mapping, dtype),
      await predict(reading, dtype),
    ];
    expect(mapped).toEqual(read);
    const error = lengthOf(mapped.data.map((value, i) => value - (exact.data[i] ?? 0)));
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(bound * lengthOf(exact.data));
  });

  it("trains an adapter, mapped or read", async () => {
    const pictures = await drawPictures(2);
    const trained = async (runtime: Runtime): Promise<number[]> => {
      const output = { folder: await mkdtemp(join(tmpdir(), "atelier-run-")) };
      const config = tinyConfig(pictures, {
        output,
        steps: 3,
        lora: { rank: 2 },
        gradientCheckpointing: "on",
      });
      const deps: TrainDeps = {
        ...nodeTrainDeps(config),
        runtime,
        openBase: async () => open(await quantized(dtype), runtime),
      };
      const losses: number[] = [];
      for await (const event of train(config, deps))
        if (event.type === "step") losses.push(event.loss);
      return losses;
    };
    const losses = await trained(mapping);
    expect(losses).toHaveLength(3);
    expect(losses).toEqual(await trained(reading));
  });
});

it("keeps eight bits of what scales a transformer's blocks, and sixteen at its ends", async () => {
  const path = fixture("verify", "pipelines", "flux1", "pipeline");
  const before = await openModelFiles(nodeFiles, path);
  const own = componentOf(before, "transformer").weights;
  const options = { dtype: "int4", cacheFolder } as const;
  const after = await quantizeModel(nodeFiles, await openModelFiles(nodeFiles, path), options);
  const { weights } = componentOf(after, "transformer");
  const bitsOf = (name: string) => weights.entries.get(name)?.blocks?.dtype;
  expect(bitsOf("transformer_blocks.0.norm1.linear.weight")).toBe("int8");
  expect(bitsOf("single_transformer_blocks.1.norm.linear.weight")).toBe("int8");
  expect(bitsOf("single_transformer_blocks.1.attn.to_q.weight")).toBe("int4");
  for (const name of ["context_embedder.weight", "norm_out.linear.weight", "proj_out.weight"]) {
    expect(weights.entries.get(name)).toEqual(own.entries.get(name));
  }
  const name = "transformer_blocks.0.norm1.linear.weight";
  const [exact, ours] = [await own.readFloat32(name), await weights.readFloat32(name)];
  const error = lengthOf(ours.data.map((value, i) => value - (exact.data[i] ?? 0)));
  expect(error).toBeGreaterThan(0);
  expect(error).toBeLessThan(0.01 * lengthOf(exact.data));
  await before.close();
  await after.close();
});

it("is stored once, and anew where it was asked for otherwise", async () => {
  const folder = await mkdtemp(join(tmpdir(), "atelier-quantized-once-"));
  await (await quantized("int8", folder)).close();
  const first = await storedIn(folder);
  expect(first).toHaveLength(2);
  const times = await Promise.all(first.map(async (path) => (await stat(path)).mtimeMs));
  await (await quantized("int8", folder)).close();
  expect(await Promise.all(first.map(async (path) => (await stat(path)).mtimeMs))).toEqual(times);
  await (await quantized("int4", folder)).close();
  expect(await storedIn(folder)).toHaveLength(4);
  const [path = ""] = first;
  await writeFile(path, (await readFile(path)).subarray(0, 200));
  await expect(quantized("int8", folder)).rejects.toMatchObject({ code: "format" });
  await rm(folder, { recursive: true });
});

it("leaves nothing behind where it is stopped", async () => {
  const folder = await mkdtemp(join(tmpdir(), "atelier-quantized-stop-"));
  const stop = new AbortController();
  const model = await openModelFiles(nodeFiles, tinyBase);
  const options = {
    ...({ dtype: "int4", cacheFolder: folder, signal: stop.signal } as const),
    onProgress: () => stop.abort(),
  };
  await expect(quantizeModel(nodeFiles, model, options)).rejects.toMatchObject({ code: "aborted" });
  expect(await storedIn(folder)).toEqual([]);
  await model.close();
  await rm(folder, { recursive: true });
});
