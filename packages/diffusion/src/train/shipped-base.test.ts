/** @file A training on a base that comes with the program and advises how to train it. */

import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { nodeFiles } from "@atelier/engine/node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type NodeTrainOptions, nodeTrainDeps } from "../adapters/train-deps.js";
import { trainingConfigName } from "../core/training-config.js";
import { openSafetensors } from "../files/safetensors/open-safetensors.js";
import { drawPictures, tinyBase, tinyTokenizer } from "../testing/tiny-training.js";
import { parseTrainConfig } from "./config/config.js";
import type { GivenConfig } from "./config/train-config.js";
import type { TrainEvent } from "./events/train-event.js";
import { readRunConfig } from "./folder/run-folder.js";
import type { ResumeOptions } from "./run.js";
import { train as runTraining } from "./train.js";

let pictures = "";
/** Beside the pictures. */
let base = "";
beforeEach(async () => {
  pictures = await drawPictures(2);
  base = join(dirname(pictures), "base");
  await cp(tinyBase, base, { recursive: true });
  await advise({
    base: { architecture: "tiny-world" },
    steps: 2,
    lora: { targets: ["mid_block.*"] },
  });
});
afterEach(() => rm(dirname(pictures), { recursive: true, force: true }));

const advise = (advice: object) =>
  writeFile(join(base, trainingConfigName), JSON.stringify(advice));

const fingerprint = "0123456789abcdef".repeat(4);
const shipping = (print = fingerprint): NodeTrainOptions => ({
  tokenizerFolder: tinyTokenizer,
  shipped: new Map([["tiny", { path: base, name: "tiny-shipped", fingerprint: print }]]),
});

async function train(
  config: GivenConfig,
  options: NodeTrainOptions = shipping(),
  { stopAt, resume }: { readonly stopAt?: number; readonly resume?: ResumeOptions } = {},
): Promise<TrainEvent[]> {
  const events: TrainEvent[] = [];
  const stopping = new AbortController();
  const deps = nodeTrainDeps(config, options);
  for await (const event of runTraining(config, deps, stopping.signal, resume)) {
    events.push(event);
    if (event.type === "step" && event.step === stopAt) stopping.abort();
  }
  return events;
}

const run = (name: string) => join(dirname(pictures), name);
const configOf = (name: string, fields: object = {}) =>
  parseTrainConfig({
    name: "tiny",
    base: { path: "tiny" },
    data: { folder: pictures, prompt: "a photo of a cat" },
    samples: { everySteps: 0 },
    output: { run: run(name) },
    cacheFolder: run("cache"),
    ...fields,
  });
const recorded = async (name: string): Promise<unknown> =>
  JSON.parse(await readFile(join(run(name), "config.json"), "utf8"));
const stepsOf = (events: readonly TrainEvent[]) =>
  events.filter(({ type }) => type === "step").length;

describe("a training on a shipped base", () => {
  it("tells and records its name and fingerprint, so that it can be repeated", async () => {
    const events = await train(configOf("run"));
    expect(events[0]).toMatchObject({
      type: "plan",
      base: "tiny-shipped",
      baseFingerprint: fingerprint,
      width: 16,
    });
    expect(await recorded("run")).toMatchObject({ base: { path: "tiny", fingerprint } });
    const file = await openSafetensors(nodeFiles, join(run("run"), "tiny.safetensors"));
    await file.close();
    expect(Object.fromEntries(file.metadata)).toMatchObject({
      ss_sd_model_name: "tiny-shipped",
      atelier_base_fingerprint: fingerprint,
      ss_base_model_version: "tiny-world",
      "modelspec.architecture": "tiny-world/lora",
    });
    const again = parseTrainConfig(await recorded("run"));
    await expect(train(again, shipping("f".repeat(64)))).rejects.toThrow(
      "base.fingerprint: expected the base 0123456789ab…, got ffffffffffff…",
    );
  });

  it("takes a name that nobody ships for a path", async () => {
    const options = { tokenizerFolder: tinyTokenizer };
    await expect(train(configOf("run"), options)).rejects.toThrow(
      /^tiny: expected a model folder or a \.safetensors/,
    );
  });
});

describe("what a base advises", () => {
  it("is taken where nothing is said, and recorded", async () => {
    const events = await train(configOf("run", { base: { path: base } }));
    expect(stepsOf(events)).toBe(2);
    expect(await recorded("run")).toMatchObject({
      ...{ steps: 2, batchSize: 1, learningRate: 1e-4 },
      base: { architecture: "tiny-world" },
      lora: { targets: ["mid_block.*"] },
    });
    const told = { base: { path: base }, steps: 1, lora: { targets: "attention" } };
    expect(stepsOf(await train(configOf("told", told)))).toBe(1);
    expect(await recorded("told")).toMatchObject({ steps: 1, lora: { targets: ["attention"] } });
  });

  it("changes no run that has begun, which goes on to the same bits", async () => {
    await train(configOf("whole", { steps: 4 }));
    await train(configOf("stopped", { steps: 4 }), shipping(), { stopAt: 2 });
    await advise({ learningRate: 1, batchSize: 2, schedule: { name: "linear" }, steps: 9 });
    const config = await readRunConfig(nodeFiles, run("stopped"));
    expect(stepsOf(await train(config, shipping(), { resume: {} }))).toBe(2);
    const [once, twice] = await Promise.all(
      ["whole", "stopped"].map((name) => readFile(join(run(name), "tiny.safetensors"))),
    );
    expect(twice?.equals(once ?? Buffer.of())).toBe(true);
  });

  it("is refused before anything is written where it is none, and says whose it is", async () => {
    await advise({ steps: 0, magic: true });
    await expect(train(configOf("run"))).rejects.toThrow(
      /training_config\.json of .*base: expected .*\n {2}steps: expected a value of at least 1, got 0\n {2}magic: unknown field\nCorrect or remove it\./,
    );
    await expect(readFile(join(run("run"), "config.json"))).rejects.toThrow("ENOENT");
  });

  it("stays with a model that is trained as a whole, in either form", async () => {
    for (const checkpoint of ["folder", "single-file"]) {
      const output = { run: run(checkpoint), checkpoint };
      await train(configOf(checkpoint, { tuning: "full", steps: 1, output }));
      const path = join(run(checkpoint), checkpoint === "folder" ? "tiny" : "tiny.safetensors");
      const next = `on ${checkpoint}`;
      expect(stepsOf(await train(configOf(next, { base: { path } })))).toBe(2);
      expect(await recorded(next)).toMatchObject({ base: { architecture: "tiny-world" } });
    }
  });
});
