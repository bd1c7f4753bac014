/** @file Runs of every tuning on a tiny model: what is trained, what stays to the bit, what is saved. */

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { FloatTensor } from "@atelier/engine";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import type { ComponentName } from "../core/component-name.js";
import { componentOf } from "../families/model-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { readEmbedding } from "../files/word/read-embedding.js";
import { sequenceOf } from "../pipeline/conditioning.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import { drawPictures, tinyBase, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import { parseTrainConfig } from "./config/config.js";
import type { TrainEvent } from "./events/train-event.js";
import { pathsOf } from "./result/result-file.js";
import { train } from "./train.js";

let pictures = "";
beforeAll(async () => {
  pictures = await drawPictures(2);
});

async function run(overrides: Readonly<Record<string, unknown>>) {
  const { lora, ...fields } = { lora: undefined, ...overrides };
  const config = tinyConfig(pictures, { lora, learningRate: 1e-3, ...fields });
  const events: TrainEvent[] = [];
  const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
  for await (const event of train(config, deps)) events.push(event);
  const losses = events.flatMap((event) => (event.type === "step" ? [event.loss] : []));
  const end = events.at(-1);
  if (end?.type !== "done") throw new Error(`ended with ${end?.type}`);
  return { events, losses, results: pathsOf(end.results), folder: end.folder };
}

/** Names of tensors that two folders hold with other values. */
async function changedTensors(path: string, component: ComponentName) {
  const [before, after] = [
    await openModelFiles(nodeFiles, tinyBase),
    await openModelFiles(nodeFiles, path),
  ];
  const changed: string[] = [];
  for (const name of componentOf(before, component).weights.entries.keys()) {
    const read = async (from: typeof before): Promise<FloatTensor> =>
      componentOf(from, component).weights.readFloat32(name);
    const [old, fresh] = [await read(before), await read(after)];
    if (old.data.some((value, i) => value !== fresh.data[i])) changed.push(name);
  }
  await before.close();
  await after.close();
  return changed;
}

describe("full fine-tuning", () => {
  it("trains all of the UNet and writes a folder that opens, the rest as it was", async () => {
    const { results, losses } = await run({ tuning: "full", steps: 40, batchSize: 4 });
    const mean = (values: readonly number[]) => values.reduce((a, b) => a + b) / values.length;
    expect(mean(losses.slice(-8))).toBeLessThan(0.8 * mean(losses.slice(0, 4)));
    const [folder = ""] = results;
    const checkpoint = await openModelFiles(nodeFiles, folder);
    expect(await changedTensors(folder, "unet")).toEqual([
      ...componentOf(checkpoint, "unet").weights.entries.keys(),
    ]);
    expect(await changedTensors(folder, "text_encoder")).toEqual([]);
    expect(await changedTensors(folder, "vae")).toEqual([]);
    const runtime = createOrtRuntime();
    // With its tokenizer, so that it needs nothing else.
    await using pipeline = await loadPipeline(checkpoint, { runtime, files: nodeFiles });
    const { conditioning } = await pipeline.encodePrompts(["a cat"]);
    expect(sequenceOf(pipeline, conditioning).shape).toEqual([1, 77, 16]);
  });

  it("trains a named part only, and the text encoder where it is asked to", async () => {
    const { results } = await run({
      ...{ tuning: "full", full: { parts: "cross-attention", textEncoderParts: "norm-and-bias" } },
      ...{ textEncoder: { train: true }, output: { checkpoint: "single-file", folder: pictures } },
    });
    const [path = ""] = results;
    expect(path).toMatch(/tiny\.safetensors$/);
    const unet = await changedTensors(path, "unet");
    expect(unet.length).toBeGreaterThan(0);
    expect(unet.filter((name) => !name.includes(".attn2."))).toEqual([]);
    const text = await changedTensors(path, "text_encoder");
    expect(text.length).toBeGreaterThan(0);
    expect(text.filter((name) => !/norm\d?\.weight$|\.bias$/.test(name))).toEqual([]);
  });

  it("saves the moving average where one is kept", async () => {
    const same = { tuning: "full", steps: 3, full: { parts: "conv_out" } };
    const last = await run(same);
    const average = await run({ ...same, ema: { decay: 0.5 } });
    const weight = async (path = "") => {
      const checkpoint = await openModelFiles(nodeFiles, path);
      const { data } = await componentOf(checkpoint, "unet").weights.readFloat32("conv_out.bias");
      await checkpoint.close();
      return data;
    };
    const [latest, mean] = [await weight(last.results[0]), await weight(average.results[0])];
    expect(mean).not.toEqual(latest);
    const distance = (a: Float32Array, b: Float32Array) =>
      Math.hypot(...a.map((x, i) => x - (b[i] ?? 0)));
    expect(distance(mean, latest)).toBeLessThan(distance(await weight(tinyBase), latest));
  });
});

describe("textual inversion", () => {
  const tokenTable = "text_model.embeddings.token_embedding.weight";
  const token = "<my-cat>";
  const embedding = { token, initializer: "photo", vectors: 2 };
  const data = () => ({ folder: pictures, prompt: `a photo of ${token}` });

  it("trains the vectors of the word alone and saves them for every program", async () => {
    const { results, losses } = await run({
      ...{ tuning: "textual_inversion", embedding, data: data(), learningRate: 0.05, steps: 30 },
    });
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(results.map((path) => path.split("/").at(-1))).toEqual([
      "my-cat.safetensors",
      "learned_embeds.safetensors",
    ]);
    const read = await Promise.all(results.map((path) => readEmbedding(nodeFiles, path)));
    const [webui, diffusers] = read.map(({ embedding: found }) =>
      found.vectors.get("text_encoder"),
    );
    expect(webui?.shape).toEqual([2, 16]);
    expect(diffusers).toEqual(webui);
    expect(read[1]?.embedding.token).toBe(token);
    const base = await openModelFiles(nodeFiles, tinyBase);
    const table = await componentOf(base, "text_encoder").weights.readFloat32(tokenTable);
    await base.close();
    const rows = Array.from({ length: table.shape[0] ?? 0 }, (_, row) =>
      table.data.subarray(row * 16, (row + 1) * 16).join(),
    );
    for (const row of [0, 1]) {
      expect(rows).not.toContain(webui?.data.subarray(row * 16, (row + 1) * 16).join());
    }
  });

  it("takes the paper's templates as captions where the word has a kind, and needs no prompt", async () => {
    const word = { ...embedding, kind: "style" };
    const { events } = await run({
      ...{ tuning: "textual_inversion", embedding: word, data: { folder: pictures }, steps: 1 },
    });
    const encoded = events.filter(
      (event) => event.type === "progress" && event.stage === "captions",
    );
    expect(encoded).toHaveLength(17);
  });

  it("keeps vectors within a norm where one is set", async () => {
    const bounded = { ...embedding, initializer: "random", maxNorm: 0.5 };
    const { results } = await run({
      ...{ tuning: "textual_inversion", embedding: bounded, data: data(), learningRate: 0.5 },
    });
    const found = await readEmbedding(nodeFiles, results[0] ?? "");
    const base = await openModelFiles(nodeFiles, tinyBase);
    const { data: table } = await componentOf(base, "text_encoder").weights.readFloat32(tokenTable);
    await base.close();
    const norms = Array.from({ length: table.length / 16 }, (_, row) =>
      Math.hypot(...table.subarray(row * 16, (row + 1) * 16)),
    );
    const bound = (0.5 * norms.reduce((a, b) => a + b)) / norms.length;
    const vectors = found.embedding.vectors.get("text_encoder")?.data ?? new Float32Array();
    for (const row of [0, 1]) {
      const norm = Math.hypot(...vectors.subarray(row * 16, (row + 1) * 16));
      expect(norm / bound).toBeCloseTo(1, 5);
    }
  });

  it("trains an adapter beside it, and lets the word rest after its share of the steps", async () => {
    const pivotal = { tuning: "pivotal", lora: { rank: 2 }, data: data(), keep: { last: 10 } };
    const { events, folder } = await run({
      ...pivotal,
      ...{ embedding: { ...embedding, trainShare: 0.5 }, steps: 4, saveEverySteps: 1 },
    });
    const done = events.find((event) => event.type === "done");
    expect(done?.results.map(({ kind, form }) => `${kind} ${form}`)).toEqual([
      "adapter kohya",
      "adapter diffusers",
      "embedding webui",
      "embedding diffusers",
    ]);
    const at = async (path: string) =>
      (await readEmbedding(nodeFiles, path)).embedding.vectors.get("text_encoder")?.data;
    const saved = await readdir(join(folder, "checkpoints"));
    expect(saved).toHaveLength(3);
    const [first, second, third] = await Promise.all(
      saved.map((name) => at(join(folder, "checkpoints", name, "my-cat.safetensors"))),
    );
    expect(second).not.toEqual(first);
    expect(third).toEqual(second);
    expect(await at(join(folder, "my-cat.safetensors"))).toEqual(second);
  });

  it("refuses a token that is a word already, and a start that is none or too long", async () => {
    const start = (fields: object) =>
      run({ tuning: "textual_inversion", data: data(), embedding: { ...embedding, ...fields } });
    await expect(start({ token: "a" })).rejects.toThrow(
      /embedding\.token: expected a word that the base does not know yet, got "a"/,
    );
    await expect(start({ vectors: 1, initializer: "a photo of a dog" })).rejects.toThrow(
      /embedding\.initializer: expected at most 1 token, one for each vector, got \d in "a photo of a dog"/,
    );
  });
});

describe("prior preservation", () => {
  const classPrompt = "a photo of a dog";
  const prior = { classPrompt, count: 3, lossWeight: 0.5 };
  const samples = { everySteps: 0, steps: 1, sampler: "ddim" };

  it("draws pictures of the class once and shows as many of them as of the subject", async () => {
    const { events } = await run({ lora: { rank: 2 }, prior, samples, batchSize: 2 });
    expect(events.find(({ type }) => type === "plan")).toMatchObject({ picturesPerStep: 4 });
    const drawn = (all: readonly TrainEvent[]) =>
      all.filter((event) => event.type === "progress" && event.stage === "class-pictures").length;
    expect(drawn(events)).toBe(3);
    const root = join(pictures, "..", "cache", "class-pictures");
    const [key = ""] = await readdir(root);
    const made = await readdir(join(root, key));
    expect(made).toEqual(["00000.png", "00001.png", "00002.png"]);
    // A run that wants fewer uses the same.
    await run({ lora: { rank: 2 }, prior: { ...prior, count: 2 }, samples, seed: 3 });
    expect(await readdir(root)).toEqual([key]);
  });

  it("takes a folder of the user's, and says how many pictures it lacks", async () => {
    const folder = await drawPictures(2);
    await run({ lora: { rank: 2 }, prior: { ...prior, folder, count: 2 } });
    await expect(run({ lora: { rank: 2 }, prior: { ...prior, folder } })).rejects.toThrow(
      /prior\.folder: expected at least 3 pictures of the class in .*, got 2\. Add pictures, set prior\.count to 2/,
    );
  });

  it.each([
    ["lora", { tuning: "lora", lora: { rank: 2 } }],
    ["lora on both models", { lora: { rank: 2 }, textEncoder: { train: true } }],
    ["full", { tuning: "full" }],
  ])("of the base's prediction is nothing before the first step of %s", async (_, fields) => {
    const same = { ...fields, steps: 2 };
    const plain = await run(same);
    const kept = await run({
      ...same,
      prior: { classPrompt, source: "prediction", lossWeight: 10 },
    });
    expect(kept.losses[0]).toBeCloseTo(plain.losses[0] ?? 0, 6);
    expect(kept.losses[1]).not.toBe(plain.losses[1]);
  });
});

describe("sections of a config", () => {
  const least = { base: { path: "model" }, data: { folder: "photos" } };

  it.each([
    [{ tuning: "full", lora: { rank: 4 } }, /lora: expected no such section with the tuning full/],
    [{ full: { parts: "all" } }, /full: expected no such section with the tuning lora/],
    [{ tuning: "textual_inversion" }, /embedding: expected a token and an initializer/],
    [{ tuning: "pivotal" }, /embedding: expected a token and an initializer/],
    [
      { prior: { classPrompt: "a dog", source: "prediction", folder: "dogs" } },
      /prior\.folder: expected none with the source prediction/,
    ],
    [{ prior: { source: "prediction" } }, /prior\.classPrompt: expected a text, got nothing/],
    [
      { tuning: "textual_inversion", embedding: { token: "a b", initializer: "cat" } },
      /embedding\.token: expected a word without white space/,
    ],
  ])("refuses %j", (fields, message) => {
    expect(() => parseTrainConfig({ ...least, ...fields })).toThrow(message);
  });

  it("of a resolved config parse to themselves", () => {
    const word = { token: "<a>", initializer: "cat" };
    for (const fields of [
      { tuning: "full" },
      { tuning: "textual_inversion", embedding: word },
      { tuning: "pivotal", embedding: word, prior: { classPrompt: "a dog" } },
    ]) {
      const config = parseTrainConfig({ ...least, ...fields });
      expect(parseTrainConfig(JSON.parse(JSON.stringify(config)))).toEqual(config);
    }
  });
});
