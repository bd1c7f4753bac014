/**
 * @file Runs that are killed at random moments, writes included, and resumed until they are done: the
 * same bits as a run without a break, for every technique.
 */

import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { createTorchGenerator } from "@atelier/engine";
import { nodeFiles } from "@atelier/engine/node";
import { expect, it } from "vitest";
import { fixture } from "../testing/fixtures.js";
import { drawPictures, tinyConfig, tinyTokenizer } from "../testing/tiny-training.js";
import type { TrainConfig } from "../train/config/train-config.js";
import { readRunConfig } from "../train/folder/run-folder.js";
import { runInChild } from "./train-process.js";

const killsPerTechnique = 50;
const steps = 400;

const token = "<my-cat>";
const word = { embedding: { token, initializer: "photo" }, data: { prompt: `a ${token}` } };
const baseOf = (name: string) => ({
  path: fixture("verify", "pipelines", name, "pipeline"),
  maxSequenceLength: 32,
});
const techniques: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ["lora", { lora: { rank: 2, dropout: 0.1 } }],
  ["full fine-tuning", { tuning: "full", lora: undefined, ema: { decay: 0.9 } }],
  ["dreambooth", { lora: { rank: 2 }, prior: { classPrompt: "a dog", count: 2 } }],
  ["textual inversion", { tuning: "textual_inversion", lora: undefined, ...word }],
  ["pivotal tuning", { tuning: "pivotal", lora: { rank: 2 }, ...word }],
  [
    "a LoRA of Stable Diffusion 3 and its CLIPs",
    { base: baseOf("sd3"), lora: { rank: 2 }, textEncoder: { train: true } },
  ],
  ["full fine-tuning of FLUX.1", { base: baseOf("flux1"), tuning: "full", lora: undefined }],
  [
    "textual inversion of FLUX.1",
    {
      ...{ base: baseOf("flux1"), tuning: "textual_inversion", lora: undefined },
      embedding: { token, initializer: "a" },
      data: word.data,
    },
  ],
];

/** Trains in a child; ends quietly when the child was killed after so many milliseconds. */
async function run(config: TrainConfig, { resumes = false, killAfterMs = Infinity }) {
  let timer: NodeJS.Timeout | undefined;
  const child = { wasKilled: false };
  const kill = (pid: number) => {
    if (killAfterMs === Infinity) return;
    timer = setTimeout(() => {
      child.wasKilled = true;
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // Over in the meantime.
      }
    }, killAfterMs);
  };
  const hasOwn = config.base.path?.includes("pipelines") === true;
  const options = { ...(hasOwn ? {} : { tokenizerFolder: tinyTokenizer }), onStart: kill };
  try {
    const resume = resumes ? { resume: {} } : {};
    let last = "";
    for await (const event of runInChild(config, undefined, { ...options, ...resume })) {
      last = event.type;
    }
    return last === "done";
  } catch (error) {
    if (!child.wasKilled) throw error;
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/** Digests of what a run has made, by name. */
async function resultsOf(folder: string): Promise<Map<string, string>> {
  const results = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".safetensors")) continue;
    const path = join(entry.parentPath, entry.name);
    const digest = createHash("sha256")
      .update(await readFile(path))
      .digest("hex");
    results.set(path.slice(folder.length), digest);
  }
  return results;
}

it.each(techniques)(
  `%s survives ${killsPerTechnique} kills at random moments with the bits of a whole run`,
  async (name, fields) => {
    const pictures = await drawPictures(3);
    const { data = {}, ...rest } = fields;
    const configOf = (folder: string) =>
      tinyConfig(pictures, {
        ...{ steps, saveEverySteps: 5, learningRate: 1e-3 },
        samples: { everySteps: 0, steps: 1, ...("base" in rest ? {} : { sampler: "ddim" }) },
        ...rest,
        data: { folder: pictures, prompt: "a cat", flip: true, ...Object(data) },
        output: { run: join(pictures, "..", folder) },
      });
    const whole = configOf("whole");
    expect(await run(whole, {})).toBe(true);
    const expected = await resultsOf(whole.output.run ?? "");
    const draws = createTorchGenerator(name.length);
    let kills = 0;
    for (let attempt = 1; kills < killsPerTechnique; attempt++) {
      const broken = configOf(`broken ${attempt}`);
      const folder = broken.output.run ?? "";
      for (let isDone = false; !isDone; ) {
        const hasBegun = (await nodeFiles.stat(join(folder, "config.json"))) !== undefined;
        const config = hasBegun ? await readRunConfig(nodeFiles, folder) : broken;
        const [draw = 0] = draws.rand(1);
        // From the start of the process until some steps and checkpoints later.
        const killAfterMs = kills < killsPerTechnique ? 300 + draw * 2500 : Infinity;
        isDone = await run(config, { resumes: hasBegun, killAfterMs });
        if (!isDone) kills += 1;
      }
      expect(await resultsOf(folder)).toEqual(expected);
    }
  },
  3_600_000,
);
