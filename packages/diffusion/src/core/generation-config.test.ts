/** @file The advice of a model folder on how to draw with it: read, followed, copied, refused. */

import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOrtRuntime, nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openModelFiles } from "../files/model/open-model-files.js";
import { replaceWeights } from "../files/model/replace-weights.js";
import { writeFolder, writeSingleFile } from "../files/model/write-model-files.js";
import { resolveGenerateOptions } from "../pipeline/generate-settings.js";
import { loadPipeline } from "../pipeline/load-pipeline.js";
import { tinyCheckpoint, tinyTokenizer } from "../testing/fixtures.js";
import { generationConfigName, readGenerationConfig } from "./generation-config.js";

let folder = "";
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "atelier-generation-")), "model");
  await cp(tinyCheckpoint("tiny-sd1"), folder, { recursive: true });
});
afterEach(() => rm(join(folder, ".."), { recursive: true }));

const advise = (content: string) => writeFile(join(folder, generationConfigName), content);
const advice = '{"num_inference_steps": 12, "guidance_scale": 3, "guidance_rescale": 0.5}';

describe("generation_config.json", () => {
  it("is followed where the user says nothing", async () => {
    await advise(advice);
    const checkpoint = await openModelFiles(nodeFiles, folder);
    const runtime = createOrtRuntime();
    await using pipeline = await loadPipeline(checkpoint, { runtime, files: nodeFiles });
    const prompt = "a cat";
    expect(resolveGenerateOptions(pipeline, { prompt })).toMatchObject({
      steps: 12,
      guidanceScale: 3,
      guidanceRescale: 0.5,
    });
    const given = { prompt, steps: 5, guidanceScale: 1 };
    expect(resolveGenerateOptions(pipeline, given)).toMatchObject({
      ...given,
      guidanceRescale: 0.5,
    });
  });

  it("comes along when the folder is written again, and only where there is one", async () => {
    const copy = join(folder, "..", "copy");
    const write = async () => {
      const checkpoint = await openModelFiles(nodeFiles, folder);
      await writeFolder(nodeFiles, checkpoint, { folder: copy, tokenizerFolder: tinyTokenizer });
      await checkpoint.close();
    };
    await write();
    expect(await nodeFiles.stat(join(copy, generationConfigName))).toBeUndefined();
    await advise(advice);
    await write();
    expect(await readGenerationConfig(nodeFiles, copy)).toEqual(
      await readGenerationConfig(nodeFiles, folder),
    );
  });

  it("comes along through a single file, too", async () => {
    await advise(advice);
    const [file, copy] = ["model.safetensors", "copy"].map((name) => join(folder, "..", name));
    const read = await openModelFiles(nodeFiles, folder);
    await writeSingleFile(nodeFiles, read, { path: file ?? "" });
    const single = await openModelFiles(nodeFiles, file ?? "");
    expect(single.generation).toEqual({ steps: 12, guidanceScale: 3, guidanceRescale: 0.5 });
    // As merge and full fine-tuning write what they have changed.
    const changed = replaceWeights(single, {});
    await writeFolder(nodeFiles, changed, { folder: copy ?? "", tokenizerFolder: tinyTokenizer });
    expect(await readGenerationConfig(nodeFiles, copy ?? "")).toEqual(single.generation);
    for (const checkpoint of [read, single]) await checkpoint.close();
  });

  it.each([
    ['{"temperature": 1}', "temperature"],
    ['{"num_inference_steps": 0}', "num_inference_steps"],
    ['{"guidance_scale": "high"}', "guidance_scale"],
    ["[]", "expected object"],
  ])("is refused when it holds %s", async (content, expected) => {
    await advise(content);
    await expect(openModelFiles(nodeFiles, folder)).rejects.toThrow(expected);
  });
});
