/** @file What a pipeline runs besides the denoising loop, and the checkpoints it refuses. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  createTorchGenerator,
  type FloatTensor,
  floatTensor,
  intTensor,
  type ParameterSource,
  type Runtime,
} from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ComponentName } from "../core/component-name.js";
import type { ComponentConfigs } from "../families/components.js";
import { type ModelFiles, mapComponents } from "../families/model-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { writeFolder } from "../files/model/write-model-files.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { fixture, tinyCheckpoint, tinyTokenizer } from "../testing/fixtures.js";
import { largestError } from "../testing/largest-error.js";
import { tinySdxlConfigs, writeTinySdxl, writeTinyTokenizers } from "../testing/tiny-sdxl.js";
import { sequenceOf, wholePicture } from "./conditioning.js";
import { loadPipeline } from "./load-pipeline.js";
import type { Pipeline } from "./pipeline.js";
import { joinRows, rowsOf } from "./tensor-rows.js";
import { lazyTokenizers } from "./tokenizers.js";

const runtime = createOrtRuntime({ threads: 2 });
const options = { runtime, files: nodeFiles, tokenizerFolder: tinyTokenizer };

let scratch = "";
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-pipeline-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const openTiny = async (name = "tiny-sd1", more: Partial<typeof options> = {}) =>
  loadPipeline(await openModelFiles(nodeFiles, tinyCheckpoint(name)), { ...options, ...more });

const reading: Runtime = { ...runtime, capabilities: { ...runtime.capabilities, maps: [] } };

/** One prediction of random latents by a random text. */
async function predict(pipeline: Pipeline): Promise<FloatTensor> {
  const generator = createTorchGenerator(4);
  const denoise = await pipeline.denoiser({ batch: 1, height: 8, width: 8 });
  const sample = floatTensor(generator.randn(256), [1, 4, 8, 8]);
  const states = floatTensor(generator.randn(77 * 16), [1, 77, 16]);
  return denoise(sample, 500, { [pipeline.family.conditioning.sequence]: states });
}

/** The model with other fields of one component's config. */
function withConfig<C extends ComponentName>(
  model: ModelFiles,
  changed: C,
  fields: Partial<ComponentConfigs[C]>,
): ModelFiles {
  const isChanged = (name: ComponentName): boolean => name === changed;
  return mapComponents(model, (files, name) =>
    isChanged(name) ? { ...files, config: { ...files.config, ...fields } } : files,
  );
}

describe("a pipeline", () => {
  it("encodes pictures as diffusers does, each by itself", async () => {
    const file = await openSafetensors(nodeFiles, fixture("pipeline/tensors.safetensors"));
    await using pipeline = await openTiny();
    const encoded = await pipeline.encodeImages(await file.readFloat32("encode.pixels"));
    const { mean, logVariance } = encoded;
    expect(largestError(mean, await file.readFloat32("encode.mean"))).toBeLessThan(1e-5);
    const expected = await file.readFloat32("encode.logVariance");
    expect(largestError(logVariance, expected)).toBeLessThan(1e-5);
    await file.close();
  });

  it("predicts several rows as it predicts each, however many threads there are", async () => {
    const generator = createTorchGenerator(5);
    const sample = floatTensor(generator.randn(3 * 256), [3, 4, 8, 8]);
    const states = floatTensor(generator.randn(3 * 77 * 16), [3, 77, 16]);
    const predictBy = async (own: Runtime, batch: number) => {
      await using pipeline = await openTiny("tiny-sd1", { runtime: own });
      const { sequence } = pipeline.family.conditioning;
      const denoise = await pipeline.denoiser({ batch, height: 8, width: 8 });
      if (batch === 3) return await denoise(sample, 500, { [sequence]: states });
      const texts = rowsOf(states);
      const rows: FloatTensor[] = [];
      for (const [at, row] of rowsOf(sample).entries()) {
        rows.push(await denoise(row, 500, { [sequence]: texts[at] ?? states }));
      }
      return joinRows(rows);
    };
    const alone = await predictBy(runtime, 1);
    for (const threads of [1, 2, 3, 4]) {
      expect(await predictBy(createOrtRuntime({ threads }), 3)).toEqual(alone);
    }
    const capabilities = { ...runtime.capabilities, separatesRows: false };
    const batched = await predictBy({ ...runtime, capabilities }, 3);
    expect(largestError(batched, alone)).toBeLessThan(1e-5);
  });

  it("refuses another number of rows than it was asked for", async () => {
    await using pipeline = await openTiny();
    const denoise = await pipeline.denoiser({ batch: 2, height: 8, width: 8 });
    const sample = floatTensor(new Float32Array(256), [1, 4, 8, 8]);
    const states = floatTensor(new Float32Array(77 * 16), [1, 77, 16]);
    await expect(
      denoise(sample, 500, { [pipeline.family.conditioning.sequence]: states }),
    ).rejects.toThrow("expected [2, 4, 8, 8], got [1, 4, 8, 8]");
  });

  it("decodes several latents as it decodes each", async () => {
    await using pipeline = await openTiny();
    const latents = floatTensor(createTorchGenerator(1).randn(2 * 4 * 8 * 8), [2, 4, 8, 8]);
    const both = await pipeline.decodeLatents(latents);
    const second = await pipeline.decodeLatents(
      floatTensor(latents.data.subarray(256), [1, 4, 8, 8]),
    );
    expect(both.shape).toEqual([2, 3, 16, 16]);
    expect(both.data.subarray(768)).toEqual(second.data);
  });

  it("is not closed with one that is derived from it, and closes its files when it is disposed", async () => {
    const model = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
    let closed = 0;
    const close = async () => {
      closed += 1;
      await model.close();
    };
    const base = await loadPipeline({ ...model, close }, options);
    const before = await predict(base);
    const derived = await base.derive({});
    expect(await predict(derived)).toEqual(before);
    await derived[Symbol.asyncDispose]();
    await expect(base.derive({ weights: { unet: new Map([["none", before]]) } })).rejects.toThrow();
    expect(closed).toBe(0);
    expect(await predict(base)).toEqual(before);
    await base[Symbol.asyncDispose]();
    expect(closed).toBe(1);
  });

  it("knows its size, layers and models", async () => {
    await using pipeline = await openTiny();
    expect(pipeline).toMatchObject({
      name: "tiny-sd1",
      family: { id: "sd1" },
      latents: { factor: 2 },
    });
    expect(pipeline.unusedKeys).toEqual([]);
    const query = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q";
    expect(pipeline.layers.get(query)?.weightShape).toEqual([16, 16]);
    expect(
      pipeline.layers.get("text_encoder.text_model.encoder.layers.1.mlp.fc1")?.weightShape,
    ).toEqual([32, 16]);
  });

  it("predicts the same from a folder and from a single file", async () => {
    await using folder = await openTiny("tiny-sd2");
    const path = `${tinyCheckpoint("tiny-sd2")}.safetensors`;
    const checkpoint = await openModelFiles(nodeFiles, path, { configs: folder.configs });
    await using file = await loadPipeline(checkpoint, options);
    expect(await predict(file)).toEqual(await predict(folder));
    const prompts = ["a photo of a cat"];
    expect(await file.encodePrompts(prompts)).toEqual(await folder.encodePrompts(prompts));
  });

  it("widens 16-bit weights that are not mapped once for all graphs", async () => {
    const folder = join(scratch, "half");
    const checkpoint = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
    await writeFolder(nodeFiles, checkpoint, {
      folder,
      dtype: "F16",
      tokenizerFolder: tinyTokenizer,
    });
    await checkpoint.close();
    const stored = await openModelFiles(nodeFiles, folder);
    await using half = await loadPipeline(stored, { ...options, runtime: reading });
    await using full = await openTiny();
    const [rounded, exact] = [await predict(half), await predict(full)];
    const error = largestError(rounded, exact);
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThan(0.01);
    const sources = await half.parameters("unet");
    const again = await half.parameters("unet");
    const dataOf = (source: ParameterSource | undefined) =>
      source !== undefined && "data" in source ? source.data : undefined;
    for (const [name, source] of sources) {
      expect(dataOf(source)).toBeDefined();
      expect(dataOf(again.get(name))).toBe(dataOf(source));
    }
    expect(await full.parameters("unet").then((map) => map.get("unet:conv_in.weight"))).toEqual(
      expect.objectContaining({ byteLength: 8 * 4 * 9 * 4 }),
    );
  });

  it("reads weights where the runtime does not map files", async () => {
    await using read = await openTiny("tiny-sd1", { runtime: reading });
    await using mapped = await openTiny();
    expect(await predict(read)).toEqual(await predict(mapped));
    const sources = await read.parameters("unet");
    expect([...sources.values()].every((source) => "data" in source)).toBe(true);
  });

  it("says what to do without a tokenizer and with one of another model", async () => {
    const withFolder = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
    const checkpoint = { ...withFolder, tokenizerFolders: {} };
    await using pipeline = await loadPipeline(checkpoint, { runtime, files: nodeFiles });
    await expect(pipeline.encodePrompts(["x"])).rejects.toThrow(
      /got a single-file checkpoint, .* with `tokenizerFolder`/,
    );
    const short = withConfig(checkpoint, "text_encoder", { maxPositionEmbeddings: 20 });
    await expect(lazyTokenizers(nodeFiles, short, tinyTokenizer)()).rejects.toThrow(
      "expected at most 600 tokens and texts of 20, which the text encoder knows, got 600 and 77",
    );
  });

  it("refuses inputs of wrong shapes", async () => {
    await using pipeline = await openTiny();
    const zeros = (...shape: number[]) =>
      floatTensor(new Float32Array(shape.reduce((a, b) => a * b, 1)), shape);
    await expect(pipeline.decodeLatents(zeros(1, 3, 8, 8))).rejects.toThrow(
      "decodeLatents latents: expected [pictures, 4, height, width], got [1, 3, 8, 8]",
    );
    await expect(pipeline.encodeImages(zeros(3, 8, 8))).rejects.toMatchObject({ code: "shape" });
    await expect(pipeline.encodePrompts([])).rejects.toMatchObject({ code: "shape" });
  });

  it("runs nothing after it was disposed", async () => {
    const pipeline = await openTiny();
    await predict(pipeline);
    await pipeline[Symbol.asyncDispose]();
    await expect(predict(pipeline)).rejects.toThrow("got one that was disposed");
  });
});

describe("loadPipeline", () => {
  /** A checkpoint with changes, and whether it was closed. */
  async function altered(change: (checkpoint: ModelFiles) => Partial<ModelFiles>) {
    const checkpoint = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
    let isClosed = false;
    const close = () => {
      isClosed = true;
      return checkpoint.close();
    };
    return {
      checkpoint: { ...checkpoint, ...change(checkpoint), close },
      isClosed: () => isClosed,
    };
  }

  it("lists tensors that are missing or misshapen and closes the checkpoint", async () => {
    const { checkpoint, isClosed } = await altered((model) =>
      withConfig(model, "unet", { layersPerBlock: [2, 1], timeEmbeddingDim: 64 }),
    );
    const loading = loadPipeline(checkpoint, options);
    await expect(loading).rejects.toMatchObject({ code: "weights" });
    await expect(loading).rejects.toThrow(
      /tiny-sd1: unet: .*\n {2}"time_embedding.linear_1.weight" must be \[64, 8\], is \[32, 8\]\n[\s\S]*… and \d+ more/,
    );
    expect(isClosed()).toBe(true);
  });

  it("reports stored tensors that the model does not use", async () => {
    const { checkpoint } = await altered((model) => ({
      ...withConfig(model, "vae", { useQuantConv: false }),
      unknownKeys: [...model.unknownKeys, "alien.weight"],
    }));
    await using pipeline = await loadPipeline(checkpoint, options);
    expect(pipeline.unusedKeys).toEqual([
      "alien.weight",
      "vae: quant_conv.bias",
      "vae: quant_conv.weight",
    ]);
  });

  it("refuses models that do not belong together", async () => {
    const inpainting = await altered((model) =>
      withConfig(withConfig(model, "unet", { inChannels: 9 }), "text_encoder", { hiddenSize: 32 }),
    );
    await expect(loadPipeline(inpainting.checkpoint, options)).rejects.toThrow(
      /inpainting\) must be 4, is 9\n.*cross_attention_dim must be 32, is 16/,
    );
  });
});

describe("a pipeline of SDXL", () => {
  async function openXl(): Promise<ModelFiles> {
    const path = join(scratch, "tiny-sdxl.safetensors");
    await writeTinySdxl(path);
    return openModelFiles(nodeFiles, path, { configs: tinySdxlConfigs });
  }
  async function xlOptions() {
    const tokenizerFolder = join(scratch, "tokenizers");
    await writeTinyTokenizers(tokenizerFolder);
    return { ...options, tokenizerFolder };
  }
  const prompt = "a photo of a cat";

  it("joins what both text encoders say, and pools what the second says", async () => {
    await using pipeline = await loadPipeline(await openXl(), await xlOptions());
    expect(pipeline.family.id).toBe("sdxl");
    const { conditioning } = await pipeline.encodePrompts([prompt]);
    const ids = [...(await pipeline.tokenizers())].map(
      ([name, tokenizer]) => [name, intTensor(tokenizer.encode(prompt).ids, [1, 77])] as const,
    );
    const texts = await Promise.all(ids.map(([name, own]) => pipeline.encodeStates(name, own)));
    const [first, second] = texts;
    const states = sequenceOf(pipeline, conditioning);
    expect(states.shape).toEqual([1, 77, 32]);
    for (let token = 0; token < 77; token++) {
      const own = states.data.subarray(token * 32, (token + 1) * 32);
      expect(own.subarray(0, 16)).toEqual(first?.states.data.subarray(token * 16, token * 16 + 16));
      expect(own.subarray(16)).toEqual(second?.states.data.subarray(token * 16, token * 16 + 16));
    }
    expect(conditioning["text_embeds"]).toEqual(second?.pooled);
    expect(second?.pooled?.shape).toEqual([1, 16]);
    expect(first?.states.data).not.toEqual(second?.states.data);
  });

  it("predicts by the states, the pooled text and the picture's sizes", async () => {
    await using pipeline = await loadPipeline(await openXl(), await xlOptions());
    const { conditioning } = await pipeline.encodePrompts([prompt]);
    const { conditioning: other } = await pipeline.encodePrompts(["two dogs"]);
    const given = { ...conditioning, ...wholePicture(pipeline, { width: 16, height: 16 }) };
    expect(Object.keys(given).sort()).toEqual(["encoder_hidden_states", "text_embeds", "time_ids"]);
    const denoise = await pipeline.denoiser({ batch: 1, height: 8, width: 8 });
    const sample = floatTensor(createTorchGenerator(4).randn(256), [1, 4, 8, 8]);
    const prediction = await denoise(sample, 500, given);
    expect(prediction.shape).toEqual([1, 4, 8, 8]);
    expect(prediction.data.every(Number.isFinite)).toBe(true);
    const others = { ...other, ...wholePicture(pipeline, { width: 16, height: 32 }) };
    for (const name of Object.keys(given)) {
      const changed = await denoise(sample, 500, { ...given, [name]: others[name] ?? sample });
      expect(largestError(changed, prediction), name).toBeGreaterThan(1e-5);
    }
  });

  it("is refused with a projection of another width than the UNet reads", async () => {
    const model = withConfig(await openXl(), "text_encoder_2", { projectionDim: 8 });
    await expect(loadPipeline(model, await xlOptions())).rejects.toThrow(
      "the second text encoder's projection must be 16 wide, is 8",
    );
  });

  it("asks for a folder with both tokenizers", async () => {
    await using pipeline = await loadPipeline(await openXl(), options);
    await expect(pipeline.encodePrompts([prompt])).rejects.toThrow(
      /expected a folder tokenizer in it, got none; .* have a tokenizer each/,
    );
  });
});
