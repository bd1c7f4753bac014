/** @file Trainings of a base that lies in several files, and of one that leaves T5 out. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nodeTrainDeps } from "../adapters/train-deps.js";
import { configsOf } from "../families/model-files.js";
import { openModelFiles } from "../files/model/open-model-files.js";
import { writeSingleFile } from "../files/model/write-model-files.js";
import { sharedFile } from "../testing/fixtures.js";
import { below, rewriteFile } from "../testing/rewrite-file.js";
import { drawPictures, tinyConfig } from "../testing/tiny-training.js";
import type { TrainEvent } from "./events/train-event.js";
import { train } from "./train.js";

const folder = sharedFile("fixtures", "pipelines", "sd3", "pipeline");

describe("a base in several files", { tags: ["shared"] }, () => {
  let scratch: string;
  let pictures: string;
  const fileOf = (name: string) => join(scratch, `${name}.safetensors`);
  beforeAll(async () => {
    scratch = await mkdtemp(join(tmpdir(), "atelier-parts-"));
    pictures = await drawPictures(2);
    const model = await openModelFiles(nodeFiles, folder);
    await writeSingleFile(nodeFiles, model, { path: fileOf("whole") });
    await model.close();
    const prefixes = {
      transformer: "model.diffusion_model.",
      ae: "first_stage_model.",
      clip_l: "text_encoders.clip_l.transformer.",
      clip_g: "text_encoders.clip_g.transformer.",
      t5xxl: "text_encoders.t5xxl.transformer.",
    };
    for (const [name, prefix] of Object.entries(prefixes)) {
      const options = { change: below(prefix), keepsMetadata: true };
      await rewriteFile(fileOf("whole"), fileOf(name), options);
    }
  });
  afterAll(() => rm(scratch, { recursive: true, force: true }));

  /** Losses, and what the training wrote. */
  async function run(base: object, fields: Readonly<Record<string, unknown>> = {}) {
    const size = { width: 32, height: 32 };
    const config = tinyConfig(pictures, {
      ...{ base: { maxSequenceLength: 16, ...base }, steps: 2, ...fields },
      data: { folder: pictures, prompt: "a photo of a cat", ...size },
    });
    const events: TrainEvent[] = [];
    const deps = nodeTrainDeps(config, { tokenizerFolder: folder });
    for await (const event of train(config, deps)) events.push(event);
    const end = events.at(-1);
    if (end?.type !== "done") throw new Error(`ended with ${end?.type}`);
    const losses = events.flatMap((event) => (event.type === "step" ? [event.loss] : []));
    return { losses, results: end.results };
  }

  it("trains as the same base in a folder does", async () => {
    const parts = ["clip_l", "clip_g", "t5xxl", "ae"].map(fileOf);
    const full = { tuning: "full", lora: undefined };
    const whole = await run({ path: folder }, { ...full, name: "folder" });
    const joined = await run({ path: fileOf("transformer"), parts }, { ...full, name: "parts" });
    expect(whole.losses).toHaveLength(2);
    expect(joined.losses).toEqual(whole.losses);
  });

  it("trains whole without T5, whose result has none either", async () => {
    const parts = ["clip_l", "clip_g", "ae"].map(fileOf);
    const { results } = await run(
      { path: fileOf("transformer"), parts },
      { name: "full", tuning: "full", lora: undefined },
    );
    const path = results.find(({ kind }) => kind === "model")?.path ?? "";
    const model = await openModelFiles(nodeFiles, path);
    expect(Object.keys(configsOf(model)).sort()).toEqual([
      ...["text_encoder", "text_encoder_2", "transformer", "vae"],
    ]);
    await model.close();
  });
});
