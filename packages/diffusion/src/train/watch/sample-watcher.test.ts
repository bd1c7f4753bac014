/** @file What is drawn while a run goes on: by what is trained, and once by its base, to compare. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import { sharpPictures } from "../../adapters/sharp-pictures.js";
import { nodeTrainDeps } from "../../adapters/train-deps.js";
import { generate } from "../../pipeline/generate.js";
import { resumeTiny, runTiny, tinyConfigs } from "../../testing/tiny-runs.js";
import { tinyTokenizer } from "../../testing/tiny-training.js";
import type { TrainConfig } from "../config/train-config.js";
import type { TrainEvent } from "../events/train-event.js";
import { openRun } from "../folder/run-record.js";
import { thumbnailOf } from "../result/thumbnail.js";

const samples = { everySteps: 2, steps: 2, sampler: "ddim", guidance: 3, prompts: ["a cat"] };
const word = { token: "<it>", initializer: "photo" };

let configOf: Awaited<ReturnType<typeof tinyConfigs>>;
beforeAll(async () => {
  configOf = await tinyConfigs(2);
});

const drawnAt = (events: readonly TrainEvent[]) =>
  events.flatMap((event) => (event.type === "sample" ? [event.step] : []));

async function pixelsOf({ output }: TrainConfig, name: string): Promise<Uint8Array> {
  const bytes = await readFile(join(output.run ?? "", "samples", name));
  const limits = { background: [0, 0, 0], maxPixels: 1e6 } as const;
  return new Uint8Array((await sharpPictures.decode(bytes, name, limits)).data);
}

/** What the base draws without any training. */
async function baseDrawing(config: TrainConfig): Promise<Uint8Array> {
  const deps = nodeTrainDeps(config, { tokenizerFolder: tinyTokenizer });
  const options = { signal: undefined, onProgress() {} };
  await using base = await deps.openBase(config.base, options);
  const request = {
    prompt: "a cat",
    steps: 2,
    sampler: "ddim",
    guidanceScale: 3,
    seed: 0,
  } as const;
  for await (const event of generate(base, { ...request, width: 16, height: 16 })) {
    if (event.type === "image") return event.picture.data;
  }
  throw new Error("no picture");
}

describe("samples", () => {
  it.each([
    ["an adapter", {}],
    ["all weights", { tuning: "full", lora: undefined }],
    ["a word", { tuning: "textual_inversion", lora: undefined, embedding: word }],
  ])("of %s begin with what the base draws, once", async (name, fields) => {
    const data = { prompt: name === "a word" ? "a <it>" : "a cat" };
    const config = configOf(name, { ...fields, data, samples, learningRate: 0.1 });
    const broken = await runTiny(config, { until: ({ type }) => type === "snapshot" });
    expect(drawnAt(broken)).toEqual([0, 2]);
    const { step } = await openRun(nodeFiles, config.output.run ?? "");
    expect(step).toBe(2);
    expect(drawnAt(await resumeTiny(config))).toEqual([4, 6]);
    const base = await baseDrawing(config);
    expect(await pixelsOf(config, "step-000000-0.png")).toEqual(base);
    const thumbnailAt = (at: number) =>
      thumbnailOf(
        { files: nodeFiles, decoder: sharpPictures },
        { folder: config.output.run ?? "", step: at },
      );
    expect(await thumbnailAt(1)).toBeUndefined();
    expect(await thumbnailAt(2)).toBeDefined();
    if (name !== "a word") expect(await pixelsOf(config, "step-000006-0.png")).not.toEqual(base);
  });
});
