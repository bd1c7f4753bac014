/** @file Trainings of every family as a WebGPU device has them: no operator of theirs is left to the processor. */

import { nodeFiles } from "@atelier/engine/node";
import { beforeAll, describe, expect, it } from "vitest";
import {
  createPlacingRuntime,
  type PlacingRuntime,
} from "../../../engine/src/testing/adapters/placing-runtime.js";
import { prepareWebGpu } from "../../../engine/src/testing/adapters/prepare-webgpu.js";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import { fixture } from "../testing/fixtures.js";
import { type Fields, tinyTrainings } from "../testing/tiny-runs.js";
import { drawPictures, tinyBase, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import { train } from "./train.js";

const reason = await prepareWebGpu();
if (reason !== undefined) console.warn(`webgpu is not tested: ${reason}`);

const bases = {
  "stable-diffusion": { path: tinyBase },
  sdxl: { path: fixture("verify", "pipelines", "sdxl", "pipeline") },
  sd3: { path: fixture("verify", "pipelines", "sd3", "pipeline"), maxSequenceLength: 32 },
  flux1: { path: fixture("verify", "pipelines", "flux1", "pipeline"), maxSequenceLength: 32 },
};
type Name = keyof typeof bases;

let pictures = "";
beforeAll(async () => {
  pictures = await drawPictures(2);
});

/** What the graphs of a whole run leave to the processor. */
async function leftOf(name: Name, fields: Fields): Promise<PlacingRuntime> {
  const { data, ...own } = { data: {}, ...fields };
  const config = tinyConfig(pictures, {
    ...{ base: bases[name], steps: 1, learningRate: 1e-3 },
    data: { folder: pictures, prompt: "a cat", ...Object(data) },
    ...own,
  });
  const runtime = createPlacingRuntime();
  const tokenizerFolder = name === "stable-diffusion" ? tinyTokenizer : undefined;
  const { path } = bases[name];
  const deps = {
    ...nodeTrainDeps(config, { tokenizerFolder }),
    runtime,
    openBase: async () =>
      loadPipeline(await openModelFiles(nodeFiles, path, config.base), {
        ...{ runtime, files: nodeFiles, tokenizerFolder },
      }),
  };
  let last = "";
  for await (const event of train(config, deps)) last = event.type;
  expect(last).toBe("done");
  return runtime;
}

const token = "<my-cat>";
const tunings: readonly (readonly [string, Fields])[] = [
  ["a LoRA with text encoders", { lora: { rank: 2 }, textEncoder: { train: true } }],
  ["all weights", { tuning: "full", lora: undefined, ema: { decay: 0.9 } }],
  [
    "a word",
    {
      ...{ tuning: "textual_inversion", lora: undefined },
      embedding: { token, initializer: "a" },
      data: { prompt: `a ${token}` },
    },
  ],
];

describe.skipIf(reason !== undefined)("on a WebGPU device nothing falls back", () => {
  const names = Object.keys(bases) as Name[]; // The keys of the table above.
  const all = names.flatMap((name) => tunings.map((tuning) => [name, ...tuning] as const));
  it.each(all)("%s: %s", async (name, _, fields) => {
    const { left, count } = await leftOf(name, fields);
    expect(count()).toBeGreaterThan(2);
    expect(left).toEqual([]);
  });

  it.each(tinyTrainings)("stable-diffusion: %s", async (_, fields) => {
    expect((await leftOf("stable-diffusion", fields)).left).toEqual([]);
  });
});
