/** @file Checkpoints in PyTorch's pickled form are the checkpoints that they were made from. */

import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTorchGenerator, type FloatTensor, floatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, expect, it } from "vitest";
import { componentOf, type ModelFiles } from "../../families/model-files.js";
import { loadPipeline } from "../../pipeline/load-pipeline.js";
import { tinyCheckpoint, tinyTokenizer } from "../../testing/fixtures.js";
import { type TorchValue, writePytorch } from "../pickle/write-pytorch.js";
import { openSafetensors } from "../safetensors/open-safetensors.js";
import { type TensorSource, tensorSource } from "../safetensors/write-safetensors.js";
import { openModelFiles } from "./open-model-files.js";
import { writeSingleFile } from "./write-model-files.js";

const runtime = createOrtRuntime({ threads: 2 });

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "atelier-pickled-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** The content of a safetensors file, and its metadata as text beside the tensors. */
async function contentOf(path: string): Promise<{
  readonly tensors: ReadonlyMap<string, TensorSource>;
  readonly texts: ReadonlyMap<string, string>;
}> {
  const file = await openSafetensors(nodeFiles, path);
  const tensors = new Map<string, TensorSource>();
  for (const name of file.entries.keys()) {
    tensors.set(name, tensorSource(name, await file.read(name)));
  }
  await file.close();
  return { tensors, texts: file.metadata };
}

/** The tiny SD 1 checkpoint as one safetensors file and, with the same tensors, as a .ckpt file. */
async function writeBoth(): Promise<{ readonly single: string; readonly pickled: string }> {
  const [single, pickled] = [join(scratch, "tiny.safetensors"), join(scratch, "tiny.ckpt")];
  const folder = await openModelFiles(nodeFiles, tinyCheckpoint("tiny-sd1"));
  await writeSingleFile(nodeFiles, folder, { path: single });
  await folder.close();
  const { tensors, texts } = await contentOf(single);
  const lightning = new Map<string, TorchValue>([["state_dict", tensors], ...texts]);
  await writePytorch(nodeFiles, pickled, lightning.set("global_step", 470_000));
  return { single, pickled };
}

/** Every weight of every model. */
async function weightsOf(checkpoint: ModelFiles): Promise<Map<string, FloatTensor>> {
  const all = new Map<string, FloatTensor>();
  for (const part of ["unet", "vae", "text_encoder"] as const) {
    const { weights } = componentOf(checkpoint, part);
    for (const name of weights.entries.keys()) {
      all.set(`${part}.${name}`, await weights.readFloat32(name));
    }
  }
  return all;
}

/** One prediction of random latents by a random text. */
async function predict(path: string): Promise<FloatTensor> {
  const checkpoint = await openModelFiles(nodeFiles, path);
  const options = { runtime, files: nodeFiles, tokenizerFolder: tinyTokenizer };
  await using pipeline = await loadPipeline(checkpoint, options);
  const generator = createTorchGenerator(4);
  const denoise = await pipeline.denoiser({ batch: 1, height: 8, width: 8 });
  const sample = floatTensor(generator.randn(256), [1, 4, 8, 8]);
  const states = floatTensor(generator.randn(77 * 16), [1, 77, 16]);
  return await denoise(sample, 500, { [pipeline.family.conditioning.sequence]: states });
}

it("a .ckpt file has the weights of the .safetensors file, and predicts the same bits", async () => {
  const { single, pickled } = await writeBoth();
  const [first, second] = [
    await openModelFiles(nodeFiles, single),
    await openModelFiles(nodeFiles, pickled),
  ];
  expect(second).toMatchObject({
    layout: "single-file",
    family: { id: "sd1" },
    unknownKeys: [],
    notes: [],
  });
  expect(componentOf(second, "unet").config).toEqual(componentOf(first, "unet").config);
  expect(await weightsOf(second)).toEqual(await weightsOf(first));
  await first.close();
  await second.close();
  expect(await predict(pickled)).toEqual(await predict(single));
});

it("a folder with .bin files has the weights of the folder with .safetensors files", async () => {
  const original = tinyCheckpoint("tiny-sd1");
  const folder = join(scratch, "bin");
  await cp(original, folder, { recursive: true });
  for (const [part, name, pickled] of [
    ["unet", "diffusion_pytorch_model", "diffusion_pytorch_model"],
    ["vae", "diffusion_pytorch_model", "diffusion_pytorch_model"],
    ["text_encoder", "model", "pytorch_model"],
  ] as const) {
    const { tensors } = await contentOf(join(folder, part, `${name}.safetensors`));
    await writePytorch(nodeFiles, join(folder, part, `${pickled}.bin`), tensors);
    await rm(join(folder, part, `${name}.safetensors`));
  }
  const first = await openModelFiles(nodeFiles, original);
  const second = await openModelFiles(nodeFiles, folder);
  expect(await weightsOf(second)).toEqual(await weightsOf(first));
  await first.close();
  await second.close();
});

it("a .ckpt file of SD 2.0 at 512 pixels says by its steps that it predicts the noise", async () => {
  const { tensors } = await contentOf(tinyCheckpoint("tiny-sd2.safetensors"));
  const configs = {
    unet: { attentionHeads: [2, 4], normNumGroups: 4, sampleSize: 8 },
    vae: { normNumGroups: 2, sampleSize: 16 },
    text_encoder: { numAttentionHeads: 2, bosTokenId: 598, eosTokenId: 599, projectionDim: 16 },
  };
  const path = join(scratch, "sd2.ckpt");
  for (const [step, prediction, notes] of [
    [875_000, "epsilon", 1],
    [140_000, "v_prediction", 1],
  ] as const) {
    const saved = new Map<string, TorchValue>([["state_dict", tensors]]);
    await writePytorch(nodeFiles, path, saved.set("global_step", step));
    const checkpoint = await openModelFiles(nodeFiles, path, { configs });
    expect(checkpoint.scheduler["prediction_type"]).toBe(prediction);
    expect(checkpoint.notes).toHaveLength(notes);
    await checkpoint.close();
  }
});
