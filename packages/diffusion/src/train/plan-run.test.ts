/** @file What a plan decides by the size of a step's activations. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import type { Pipeline } from "../pipeline/pipeline.js";
import { tinyBase, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import { activationBytes, loraGraph } from "./lora-graph.js";
import { planRun } from "./plan-run.js";

let pipeline: Pipeline;
beforeAll(async () => {
  const deps = nodeTrainDeps(tinyConfig("pictures"), { tokenizerFolder: tinyTokenizer });
  const { base } = tinyConfig("pictures", { base: { path: tinyBase } });
  pipeline = await deps.openBase(base, { signal: undefined, onProgress: () => {} });
});
afterAll(() => pipeline[Symbol.asyncDispose]());

const picture = { name: "p.png", path: "p.png", sizeBytes: 1, captionFiles: [] };
const pictures = [{ ...picture, caption: "a cat", captionSource: "prompt" }];

async function plan(batchSize: number, gradientCheckpointing: "auto" | "on" | "off") {
  const data = { folder: "pictures", prompt: "a cat", width: 32, height: 32 };
  const config = tinyConfig("pictures", { data, batchSize, gradientCheckpointing });
  const { graph } = await planRun(config, pipeline, { pictures, warnings: [] });
  return { blocks: graph.blocks, gibibytes: activationBytes(loraGraph(graph)) / 2 ** 30 };
}

describe("planRun", () => {
  it.each([
    [1, { checkpointBlocks: false, recomputeActivations: false }, [0, 1]],
    [500, { checkpointBlocks: false, recomputeActivations: true }, [1, 8]],
    [4096, { checkpointBlocks: true, recomputeActivations: true }, [8, 1000]],
  ])("computes the more again the larger a batch of %i is", async (batch, blocks, [from, to]) => {
    const { gibibytes, ...found } = await plan(batch, "auto");
    expect(gibibytes).toBeGreaterThan(from ?? 0);
    expect(gibibytes).toBeLessThan(to ?? 0);
    expect(found).toEqual({ blocks });
  });

  it("does as it is told, whatever the size", async () => {
    expect((await plan(1, "on")).blocks).toEqual({ checkpointBlocks: true });
    expect((await plan(500, "off")).blocks).toEqual({ checkpointBlocks: false });
  });
});
