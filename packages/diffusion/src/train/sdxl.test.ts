/** @file Trainings of an SDXL with two text encoders, of which the first one's last layer is never read. */

import { join } from "node:path";
import type { FloatTensor } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import type { LoraWeights } from "../core/lora-weights.js";
import { inEnglish } from "../english/english-warnings.js";
import { adaptableLayers } from "../families/layers.js";
import { configsOf } from "../families/model-files.js";
import { readLora } from "../files/adapter/read-lora.js";
import { writeKohyaLora } from "../files/adapter/write-kohya-lora.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { readEmbedding } from "../files/word/read-embedding.js";
import type { LayerInfo } from "../models/list-layers.js";
import { fixture } from "../testing/fixtures.js";
import { drawPictures, tinyConfig } from "../testing/tiny-training.js";
import type { TrainEvent } from "./events/train-event.js";
import { pathsOf } from "./result/result-file.js";
import { train } from "./train.js";

const base = fixture("verify", "pipelines", "sdxl", "pipeline");
let pictures = "";
let layers: ReadonlyMap<string, LayerInfo> = new Map();
beforeAll(async () => {
  pictures = await drawPictures(2);
  const model = await openModelFiles(nodeFiles, base);
  layers = adaptableLayers(model.family, configsOf(model));
  await model.close();
});

async function run(name: string, fields: Readonly<Record<string, unknown>>) {
  const config = tinyConfig(pictures, { name, base: { path: base }, ...fields });
  const events: TrainEvent[] = [];
  for await (const event of train(config, nodeTrainDeps(config))) events.push(event);
  const end = events.at(-1);
  if (end?.type !== "done") throw new Error(`ended with ${end?.type}`);
  const warnings = events.flatMap((event) => (event.type === "warning" ? [inEnglish(event)] : []));
  const [path = ""] = pathsOf(end.results);
  return { path, warnings };
}

const idle = "text_encoder.text_model.encoder.layers.1.self_attn.q_proj";
const read = async (path: string): Promise<LoraWeights> =>
  (await readLora(nodeFiles, path, { layers })).weights;

describe("a LoRA of UNet and both text encoders", () => {
  it("adapts every layer that is read, and no other", async () => {
    const { path, warnings } = await run("first", {
      lora: { rank: 2 },
      textEncoder: { train: true },
    });
    const { modules } = await read(path);
    const components = new Set([...modules.keys()].map((module) => module.split(".")[0]));
    expect(components).toEqual(new Set(["unet", "text_encoder", "text_encoder_2"]));
    const moved = [...modules].filter(([, { parts }]) => isNonZero(parts.up));
    expect(moved.length).toBe(modules.size);
    expect(modules.has(idle.replace("layers.1", "layers.0"))).toBe(true);
    expect(modules.has(idle)).toBe(false);
    // Its pooled projection is read from the second encoder's last layer.
    expect(modules.has("text_encoder_2.text_model.encoder.layers.2.self_attn.q_proj")).toBe(true);
    expect(warnings).toEqual([]);
  });

  it("goes on from a file that adapts the layer which is not read, and says so", async () => {
    const { path } = await run("second", { lora: { rank: 2 }, textEncoder: { train: true } });
    const weights = await read(path);
    const alike = weights.modules.get(idle.replace("layers.1", "layers.0"));
    if (alike === undefined) throw new Error("no module of the layer before");
    const start = join(pictures, "..", "start.safetensors");
    const modules = new Map(weights.modules).set(idle, alike);
    const form = { family: "sdxl", layers, title: "start" } as const;
    await writeKohyaLora(nodeFiles, start, { ...weights, modules }, form);
    const { warnings } = await run("third", {
      ...{ lora: { rank: 2, startFrom: start }, textEncoder: { train: true } },
    });
    expect(warnings.filter((warning) => warning.includes("nothing reads"))).toEqual([
      `${start}: 1 module, such as ${idle}, is left out: nothing reads its layer.`,
    ]);
  });
});

it("teaches both text encoders a word", async () => {
  const { path } = await run("word", {
    ...{ tuning: "textual_inversion", lora: undefined },
    embedding: { token: "<my-cat>", initializer: "photo", vectors: 2 },
    data: { folder: pictures, prompt: "a <my-cat>" },
  });
  const { embedding } = await readEmbedding(nodeFiles, path);
  const shapes = [...embedding.vectors].map(([encoder, { shape }]) => [encoder, shape]);
  expect(shapes).toEqual([
    ["text_encoder", [2, 8]],
    ["text_encoder_2", [2, 12]],
  ]);
  for (const { data, shape } of embedding.vectors.values()) {
    // Both began as the same row, and were told apart by their places alone.
    const [, width = 0] = shape;
    expect(data.subarray(0, width)).not.toEqual(data.subarray(width));
  }
});

function isNonZero(tensor: FloatTensor | undefined): boolean {
  return tensor?.data.some((value) => value !== 0) === true;
}
