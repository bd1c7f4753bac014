/** @file A training on the embedded base: what its events, its folder and its adapter say of it. */

import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type NodeTrainOptions, nodeTrainDeps } from "../../adapters/train-deps.js";
import { openSafetensors } from "../../files/safetensors/open-safetensors.js";
import { drawPictures, tinyBase, tinyConfig, tinyTokenizer } from "../../testing/tiny-training.js";
import type { TrainEvent } from "../events/train-event.js";
import { train as runTraining } from "../train.js";
import { parseTrainConfig } from "./config.js";
import type { TrainConfig } from "./train-config.js";

let pictures = "";
beforeEach(async () => {
  pictures = await drawPictures(2);
});
afterEach(() => rm(dirname(pictures), { recursive: true, force: true }));

const fingerprint = "0123456789abcdef".repeat(4);
const tokenizerFolder = tinyTokenizer;
const embeddedBase = { folder: tinyBase, fingerprint };

async function train(config: TrainConfig, options: NodeTrainOptions): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  for await (const event of runTraining(config, nodeTrainDeps(config, options))) events.push(event);
  return events;
}

describe("a training on the embedded base", () => {
  it("tells and records its name and fingerprint, so that it can be repeated", async () => {
    const run = join(dirname(pictures), "run");
    const config = tinyConfig(pictures, { base: {}, steps: 1, output: { run } });
    const events = await train(config, { tokenizerFolder, embeddedBase });
    expect(events[0]).toMatchObject({
      type: "plan",
      base: "atelier-embedded",
      baseFingerprint: fingerprint,
      width: 16,
    });
    const recorded: unknown = JSON.parse(await readFile(join(run, "config.json"), "utf8"));
    expect(recorded).toMatchObject({ base: { path: "embedded", fingerprint } });
    const file = await openSafetensors(nodeFiles, join(run, "tiny.safetensors"));
    await file.close();
    expect(Object.fromEntries(file.metadata)).toMatchObject({
      ss_sd_model_name: "atelier-embedded",
      atelier_base_fingerprint: fingerprint,
      ss_base_model_version: "atelier-embedded",
      "modelspec.architecture": "atelier-embedded/lora",
    });
    const other = { folder: tinyBase, fingerprint: "f".repeat(64) };
    await expect(
      train(parseTrainConfig(recorded), { tokenizerFolder, embeddedBase: other }),
    ).rejects.toThrow("base.fingerprint: expected the base 0123456789ab…, got ffffffffffff…");
  });

  it("says what it needs where it is not given", async () => {
    const config = tinyConfig(pictures, { base: {} });
    await expect(train(config, {})).rejects.toThrow(/expected embeddedBase beside the config/);
  });
});
