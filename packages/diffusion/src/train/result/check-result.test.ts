/** @file Saved files that are not what was trained, and trainings that learn nothing. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { inEnglish } from "../../english/english-warnings.js";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../../testing/tiny-training.js";
import type { TrainConfig } from "../config/train-config.js";
import { train } from "../train.js";

let pictures = "";
beforeAll(async () => {
  pictures = await drawPictures(2);
});

/** The warnings of a run; `damage` may change a file when it has just been written. */
async function warningsOf(config: TrainConfig, damage?: (path: string) => Promise<void>) {
  const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
  const files: typeof nodeFiles = {
    ...nodeFiles,
    async write(path, chunks) {
      const size = await nodeFiles.write(path, chunks);
      await damage?.(path);
      return size;
    },
  };
  const warnings: string[] = [];
  for await (const event of train(config, { ...deps, files })) {
    if (event.type === "warning") warnings.push(inEnglish(event));
  }
  return warnings;
}

const flipLastBit = (name: string) => async (path: string) => {
  if (!path.endsWith(name) || path.includes("checkpoints")) return;
  const bytes = await readFile(path);
  const at = bytes.length - 4;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
};

const word = { token: "<w>", initializer: "photo" };
const data = () => ({ folder: pictures, prompt: "a <w>" });

describe("after saving", () => {
  it.each([
    ["tiny.safetensors", { lora: { rank: 2 } }],
    ["pytorch_lora_weights.safetensors", { lora: { rank: 2 } }],
    ["adapter_model.safetensors", { lora: { rank: 2, method: "loha" } }],
    ["diffusion_pytorch_model.safetensors", { tuning: "full", lora: undefined }],
    [
      "learned_embeds.safetensors",
      { tuning: "textual_inversion", lora: undefined, embedding: word },
    ],
  ])("a changed bit in %s is noticed", async (name, fields) => {
    const output = { run: join(pictures, "..", `bad ${name}`) };
    const config = tinyConfig(pictures, { data: data(), output, ...fields });
    await expect(warningsOf(config, flipLastBit(name))).rejects.toThrow(
      /expected what was trained, got .* at element \d+|expected a value/,
    );
  });

  it.each(["float16", "bfloat16"])("numbers rounded to %s are as they should be", async (dtype) => {
    const output = { run: join(pictures, "..", dtype), dtype };
    expect(await warningsOf(tinyConfig(pictures, { output }))).toEqual([]);
    const both = { tuning: "pivotal", embedding: word, lora: { rank: 2, method: "dora" } };
    const other = { run: join(pictures, "..", `pivotal ${dtype}`), dtype };
    expect(
      await warningsOf(tinyConfig(pictures, { ...both, data: data(), output: other })),
    ).toEqual([]);
  });

  it("files under ComfyUI's names are as they should be, words included", async () => {
    const output = { run: join(pictures, "..", "comfy"), formats: "comfyui" };
    const fields = { tuning: "pivotal", embedding: word, lora: { rank: 2, method: "dora" } };
    expect(await warningsOf(tinyConfig(pictures, { ...fields, data: data(), output }))).toEqual([]);
    const files = await nodeFiles.list(output.run);
    const names = files.map(({ name }) => name).filter((name) => name.endsWith(".safetensors"));
    expect(names.sort()).toEqual(["tiny.safetensors", "w.safetensors"]);
    const file = await openSafetensors(nodeFiles, join(output.run, "tiny.safetensors"));
    await file.close();
    const modules = [...file.entries.keys()].filter((name) => !name.startsWith("bundle_emb."));
    expect(modules.every((name) => /^(diffusion_model|text_encoders)\./.test(name))).toBe(true);
  });

  it("a training without any effect is told, after some steps and at the end", async () => {
    const idle = { learningRate: 1e-30, optimizer: { name: "sgd" }, steps: 11 };
    const output = { run: join(pictures, "..", "idle") };
    expect(await warningsOf(tinyConfig(pictures, { ...idle, output }))).toEqual([
      expect.stringMatching(/^After 10 steps no trained number has moved/),
      expect.stringMatching(/it has learned nothing/),
    ]);
  });
});
